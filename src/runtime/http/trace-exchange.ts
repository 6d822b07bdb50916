import { phasesOf } from '../pool/phases.js';
import type { CallTrace, Tracing } from '../telemetry/tracing/tracing.js';
import type { Exchange, ExchangeEnd } from './exchange.js';
import { normalisePath, type RouteName } from './route.js';

/** The paths of routes that are followed: not those that are asked for every few seconds, by whoever watches the host. */
const TRACED: Readonly<Partial<Record<RouteName, string>>> = {
  score: '/score',
  swagger: '/swagger.json',
  docs: '/docs',
};

/** Follows a request whose route is known, unless it only asks how the host is. */
export function startTrace(tracing: Tracing, exchange: Exchange): CallTrace | undefined {
  const { req, route, ids, method, target, startedAtMs } = exchange;
  const path = route === undefined ? undefined : TRACED[route];
  if (route !== undefined && path === undefined) return undefined;
  const { host, tracestate, 'user-agent': userAgent } = req.headers;
  return tracing.start({
    requestId: ids.requestId,
    clientRequestId: ids.clientRequestId,
    method,
    path: pathOf(target),
    route: path,
    scheme: 'encrypted' in req.socket ? 'https' : 'http',
    host,
    httpVersion: req.httpVersion,
    userAgent,
    traceparent: ids.traceparent,
    tracestate: typeof tracestate === 'string' ? tracestate : undefined,
    startedAtMs,
  });
}

/** As it was sent, without what is not the path. */
function pathOf(target: string): string {
  return target.startsWith('/') ? (target.split('?', 1)[0] as string) : normalisePath(target);
}

/** Ends what {@link startTrace} began, with where the time went. */
export function endTrace({ exchange, status, ms, clientLeft, cut, error }: ExchangeEnd): void {
  const { trace, call, startedAtMs } = exchange;
  trace?.end({
    status: exchange.answered ? status : undefined,
    ms,
    phases: () => (call ? phasesOf(call, startedAtMs, startedAtMs + ms) : []),
    batchCalls: call?.batch?.calls.length,
    errorCode: error?.code,
    errorMessage: error?.message,
    clientLeft,
    cut,
  });
}
