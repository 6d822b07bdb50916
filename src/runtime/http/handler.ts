import type { IncomingMessage, ServerResponse } from 'node:http';
import { HostError } from '../../errors.js';
import type { AutomaticCollection } from '../collect/automatic.js';
import type { HttpConfig } from '../config/settings.js';
import type { Readiness } from '../pool/staff.js';
import type { Scoring } from '../scoring/scoring.js';
import type { HttpCounts } from '../telemetry/http-counts.js';
import type { Log } from '../telemetry/log.js';
import type { Metrics } from '../telemetry/metrics.js';
import type { Tracing } from '../telemetry/tracing/tracing.js';
import { type AccessLog, idFields } from './access-log.js';
import type { Guard, Verdict } from './auth/guard.js';
import { BodyReader } from './body.js';
import { corsHeaders } from './cors.js';
import { asHostError, Exchange, type ExchangeEnd, type ExchangeSettings } from './exchange.js';
import { measure } from './measure.js';
import { methodNotAllowed, refused, routeUnknown, unauthorized } from './refusals.js';
import { type Route, type RouteName, route } from './route.js';
import { docsRoute } from './routes/docs.js';
import { healthRoute, readyRoute } from './routes/health.js';
import { metricsRoute } from './routes/metrics.js';
import { scoreMethods, scoreRoute } from './routes/score.js';
import { statusEventsRoute, statusRoute } from './routes/status.js';
import { swaggerRoute } from './routes/swagger.js';
import type { StatusFeed } from './status/status-feed.js';
import { endTrace, startTrace } from './trace-exchange.js';

/** Only a route that is loaded at its first request gives a promise. */
type RouteHandler = (exchange: Exchange) => void | Promise<void>;

/** What the handler needs of the rest of the host. */
export interface HandlerParts {
  readonly config: HttpConfig;
  readonly scoring: Scoring;
  /** Undefined where no requests and answers are collected. */
  readonly collection?: AutomaticCollection | undefined;
  readonly readiness: () => Readiness;
  readonly metrics: () => Promise<Metrics>;
  /** undefined: nothing is counted. */
  readonly counts: HttpCounts | undefined;
  /** Whether a route is there, on this port. */
  readonly serves: (name: RouteName) => boolean;
  /** None if there is no page for it. */
  readonly statusFeed: StatusFeed | undefined;
  readonly exchangeSettings: ExchangeSettings;
  readonly log: Log;
  readonly accessLog: AccessLog;
  /** undefined: nobody follows the calls. */
  readonly tracing: Tracing | undefined;
  /** Undefined: everything is open. */
  readonly guard: Guard | undefined;
}

/**
 * The way of every request, whatever its path: ids, CORS, routing, the guard, and then its route. Nothing is decided by path
 * before or beside this, and nothing is answered before the guard lets it.
 */
export function createHandler(parts: HandlerParts) {
  const { config, scoring, collection, readiness, metrics, serves, statusFeed } = parts;
  const { exchangeSettings, log, tracing, guard } = parts;
  const onEnd = exchangeEnd(parts);
  const handlers: Readonly<Record<RouteName, RouteHandler>> = {
    health: healthRoute,
    ready: readyRoute(readiness),
    score: scoreRoute(scoring, new BodyReader(config), config, collection),
    swagger: swaggerRoute(() => scoring.service),
    docs: docsRoute(),
    metrics: metricsRoute(metrics),
    status: statusRoute(),
    statusEvents: statusFeed ? statusEventsRoute(statusFeed.watchers) : routeUnknown,
  };

  const dispatch = (exchange: Exchange): void | Promise<void> => {
    exchange.corsHeaders = corsHeaders(exchange.req, config.corsOrigins);
    const found = served(route(exchange.target), serves);
    if (found) exchange.route = found.name;
    if (tracing) exchange.trace = startTrace(tracing, exchange);
    if (!guard) return admitted(exchange, found);
    const verdict = guard.verdictOn(exchange.req, found?.name);
    if (!(verdict instanceof Promise)) return act(exchange, found, verdict);
    return verdict.then((settled) => {
      // Whoever has left meanwhile leaves nothing behind.
      if (!exchange.ended && !exchange.answered) return act(exchange, found, settled);
    });
  };

  const act = (exchange: Exchange, found: Route | undefined, verdict: Verdict): void | Promise<void> => {
    if (verdict === 'preflight') return answerPreflight(exchange);
    if (verdict !== 'pass') return unauthorized(exchange, verdict);
    exchange.authorizationTaken = guard?.takesAuthorization ?? false;
    return admitted(exchange, found);
  };

  const admitted = (exchange: Exchange, found: Route | undefined): void | Promise<void> => {
    if (isUnknownExpectation(exchange.req))
      throw new HostError('EXPECTATION_FAILED', 'Expect: only 100-continue is known.');
    if (!found) return routeUnknown(exchange);
    if (!found.methods.includes(exchange.method)) {
      return methodNotAllowed(exchange, found.name === 'score' ? scoreMethods(scoring.service) : found.methods);
    }
    if (exchange.idError) return refused(exchange, exchange.idError);
    if (exchange.method === 'OPTIONS' && found.name !== 'score') return answerOptions(exchange, found.methods);
    return handlers[found.name](exchange);
  };

  const refuse = (exchange: Exchange, thrown: unknown): void => {
    const error = asHostError(thrown);
    if (error.code === 'INTERNAL') log.error({ ...idFields(exchange), err: error.cause }, 'the host failed');
    refused(exchange, error);
  };

  /** @returns the exchange, by which a parser error in the middle of its body is answered. */
  return (req: IncomingMessage, res: ServerResponse): Exchange => {
    const exchange = new Exchange(req, res, exchangeSettings, onEnd);
    try {
      dispatch(exchange)?.catch((thrown) => refuse(exchange, thrown));
    } catch (thrown) {
      refuse(exchange, thrown);
    }
    return exchange;
  };
}

/** The CORS headers say all that is asked for. */
function answerPreflight(exchange: Exchange): void {
  exchange.send(200, ['Content-Type', 'text/html; charset=utf-8', 'x-ms-run-function-failed', 'False'], '');
}

/** A route that is not served on this port is none. */
function served(found: Route | undefined, serves: HandlerParts['serves']): Route | undefined {
  return found && serves(found.name) ? found : undefined;
}

/** What hears of the end of an exchange. */
export type EndParts = Pick<HandlerParts, 'counts' | 'statusFeed' | 'accessLog'>;

/** What is done when an exchange has ended: it is counted, and its trace and its line in the log written. */
export function exchangeEnd({ counts, statusFeed, accessLog }: EndParts) {
  const count = counts && measure(counts);
  return (end: ExchangeEnd): void => {
    count?.(end);
    endTrace(end);
    statusFeed?.onEnd(end);
    accessLog.onEnd(end);
  };
}

function answerOptions(exchange: Exchange, methods: readonly string[]): void {
  exchange.send(200, ['Content-Type', 'text/html; charset=utf-8', 'Allow', methods.join(', ')], '');
}

function isUnknownExpectation(req: IncomingMessage): boolean {
  const { expect } = req.headers;
  return expect !== undefined && expect.toLowerCase() !== '100-continue';
}
