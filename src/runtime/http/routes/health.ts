import type { Readiness } from '../../pool/staff.js';
import type { Exchange } from '../exchange.js';

/** Liveness: the process runs and its event loop turns. It says nothing of the entry module. */
export function healthRoute(exchange: Exchange): void {
  exchange.send(200, ['Content-Type', 'text/html; charset=utf-8'], 'Healthy');
}

/** Readiness: whether calls should be sent here. It reads the state that the pool keeps, and never runs the model. */
export function readyRoute(readiness: () => Readiness) {
  return (exchange: Exchange): void => {
    const { ready, ...rest } = readiness();
    const retry = ready ? [] : ['Retry-After', '1'];
    exchange.sendJson(ready ? 200 : 503, ['Cache-Control', 'no-store', ...retry], JSON.stringify({ ready, ...rest }));
  };
}
