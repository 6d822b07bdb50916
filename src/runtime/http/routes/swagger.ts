import { HostError } from '../../../errors.js';
import type { ReadyMessage } from '../../worker/messages.js';
import type { Exchange } from '../exchange.js';

const NOT_FAILED = ['x-ms-run-function-failed', 'False'];
const versions: Readonly<Record<string, '2' | '3' | '3.1'>> = {
  '2': '2',
  '2.0': '2',
  '3': '3',
  '3.0': '3',
  '3.1': '3.1',
};

/** GET /swagger.json?version=2|3|3.1: the documents that the workers made of the entry module's schema. */
export function swaggerRoute(service: () => ReadyMessage | undefined) {
  return (exchange: Exchange): void => {
    const ready = service();
    if (!ready) {
      const error = new HostError('NOT_READY', 'The service is starting: its schema is not known yet.');
      return exchange.fail(error, [...NOT_FAILED, 'Retry-After', '1']);
    }
    const asked = new URLSearchParams(exchange.target.replace(/^[^?]*/, '')).get('version') ?? '2';
    const version = Object.hasOwn(versions, asked) ? versions[asked] : undefined;
    if (!version) {
      const message = `Swagger version [${asked}] is not valid. Supported versions: [2, 3, 3.1].`;
      return exchange.fail(new HostError('VERSION_UNKNOWN', message), NOT_FAILED);
    }
    exchange.sendJson(200, NOT_FAILED, ready.documents[version]);
  };
}
