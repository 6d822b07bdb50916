import { HostError } from '../../errors.js';
import { challenge } from './auth/guard.js';
import type { Exchange, HeaderList } from './exchange.js';

/** `x-ms-run-function-failed` is on every refusal: nothing of the entry module has failed. */
const NOT_FAILED: HeaderList = ['x-ms-run-function-failed', 'False'];

export function routeUnknown(exchange: Exchange): void {
  const message =
    'The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.';
  exchange.fail(new HostError('ROUTE_UNKNOWN', message), NOT_FAILED);
}

export function methodNotAllowed(exchange: Exchange, allowed: readonly string[]): void {
  const error = new HostError('METHOD_NOT_ALLOWED', 'The method is not allowed for the requested URL.');
  exchange.fail(error, [...NOT_FAILED, 'Allow', allowed.join(', ')]);
}

export function unauthorized(exchange: Exchange, error: HostError): void {
  const challenged = error.code === 'UNAUTHORIZED' ? ['WWW-Authenticate', challenge(exchange.req)] : [];
  const retried = error.entry.retried ? ['Retry-After', '5'] : [];
  exchange.fail(error, [...NOT_FAILED, ...challenged, ...retried]);
}

export function refused(exchange: Exchange, error: HostError): void {
  exchange.fail(error, NOT_FAILED);
}
