import type { HostError } from '../../errors.js';
import type { LogConfig } from '../config/settings.js';
import type { Log } from '../telemetry/log.js';
import type { Exchange, ExchangeEnd } from './exchange.js';
import { LineBudget } from './line-budget.js';
import { normalisePath } from './route.js';

/** Callers choose how long it is. */
const PATH_CHARACTERS_MAX = 1_024;

/** What the log has of requests: a line for each; probes of `/` and of readiness would only fill it. */
export class AccessLog {
  readonly #log: Log;
  readonly #access: LogConfig['access'];
  readonly #budget: LineBudget;

  constructor(log: Log, { access, accessPerSecondMax }: LogConfig) {
    this.#log = log;
    this.#access = access;
    this.#budget = new LineBudget(accessPerSecondMax, (lines) =>
      log.info({ lines }, `${lines} access lines left out: SCOREHOST_ACCESS_LOG_PER_SECOND is ${accessPerSecondMax}`),
    );
  }

  /** An exchange has ended. */
  onEnd({ exchange, status, ms, bytes, clientLeft, cut, error }: ExchangeEnd): void {
    if (this.#access === 'off' || (this.#access === 'errors' && status < 400 && !cut)) return;
    // What the host refuses to protect itself is for an operator to see, but no failure.
    const level = status >= 500 || cut ? (status === 503 ? 'warn' : 'error') : 'info';
    if (!this.#log.isLevelEnabled(level)) return;
    const { method, target } = exchange;
    if (['/', '/health/ready'].includes(normalisePath(target))) return;
    if (level !== 'error' && !this.#budget.take(exchange.startedAtMs + ms)) return;
    // Without the query, which may be the input, or hold a secret.
    const path = (target.split('?', 1)[0] as string).slice(0, PATH_CHARACTERS_MAX);
    const fields = {
      ...idFields(exchange),
      method,
      path,
      status: exchange.answered ? status : undefined,
      ms: Number(ms.toFixed(3)),
      bytes,
      ...(error ? { code: error.code, reason: reasonOf(error) } : {}),
      ...(clientLeft ? { clientLeft } : {}),
      ...(cut ? { cut } : {}),
    };
    const how = exchange.answered ? status : 'client left';
    this.#log[level](fields, `${method} ${path} ${how} ${ms.toFixed(3)}ms ${bytes}`);
  }

  /** Something that was no request was answered. */
  onRefused({ code, message, entry: { status } }: HostError, requestId: string): void {
    if (this.#access === 'off' || !this.#log.isLevelEnabled('info') || !this.#budget.take(performance.now())) return;
    this.#log.info({ requestId, status, code }, `refused ${status} ${message}`);
  }
}

/** Where the input is wrong, not what it holds: the data of callers is not for the log. */
export function reasonOf({ details, message }: HostError): string {
  return details.length > 0 ? details.map(({ path }) => path || 'the whole body').join(' ') : message;
}

/** What every line of a request is found by. */
export function idFields({ ids, trace }: Exchange) {
  return {
    requestId: ids.requestId,
    ...(ids.clientRequestId ? { clientRequestId: ids.clientRequestId } : {}),
    ...traceFields(ids.traceparent, trace?.traceparent),
  };
}

/** The ids of a trace, by the names that log collectors know. */
interface TraceFields {
  readonly trace_id?: string;
  readonly span_id?: string;
  readonly parent_span_id?: string;
}

/**
 * The ids of W3C trace context.
 *
 * @param sent - By the caller.
 * @param own - Of the span that the host has made for the call, where it makes any.
 */
export function traceFields(sent: string | undefined, own: string | undefined): TraceFields {
  const [, traceId, spanId] = (own ?? sent)?.split('-') ?? [];
  if (!traceId || !spanId) return {};
  if (own === undefined) return { trace_id: traceId, parent_span_id: spanId };
  const parentId = sent?.split('-')[2];
  return { trace_id: traceId, span_id: spanId, ...(parentId ? { parent_span_id: parentId } : {}) };
}
