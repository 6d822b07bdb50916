import { fillPhaseBounds, newPhaseBounds, PHASES } from '../pool/phases.js';
import { HttpCounts } from '../telemetry/http-counts.js';
import type { ExchangeEnd } from './exchange.js';
import { ROUTE_NAMES } from './route.js';

/** What is no route, and requests that were refused before it was looked for. */
const NO_ROUTE = 'none';
const routes = [...ROUTE_NAMES, NO_ROUTE];

export function newHttpCounts(): HttpCounts {
  return new HttpCounts(routes, PHASES);
}

/** Counts each exchange when it ends, and where the time of its call went. */
export function measure(counts: HttpCounts) {
  const places = new Map(routes.map((name, place) => [name, place]));
  const bounds = newPhaseBounds(); // one for all: it is read before the next is filled
  return ({ exchange, status, ms, clientLeft, cut, error }: ExchangeEnd): void => {
    counts.count({
      route: places.get(exchange.route ?? NO_ROUTE) as number,
      status: exchange.answered ? status : 0,
      seconds: ms / 1000,
      errorCode: error?.code,
      clientLeft,
      cut,
    });
    if (!exchange.call) return;
    fillPhaseBounds(bounds, exchange.call, exchange.startedAtMs, exchange.startedAtMs + ms);
    counts.countPhases(bounds);
  };
}
