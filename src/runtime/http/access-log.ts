import type { HostError } from '../../errors.js';
import type { LogConfig } from '../config/settings.js';
import type { Log } from '../telemetry/log.js';
import type { Exchange, ExchangeEnd } from './exchange.js';
import { LineBudget } from './line-budget.js';
import { normalisePath } from './route.js';

/** One line per exchange; probes of `/` and of readiness would only fill the log. */
export function accessLog(log: Log, { access, accessPerSecondMax }: LogConfig) {
  const budget = new LineBudget(accessPerSecondMax, (lines) =>
    log.info({ lines }, `${lines} access lines left out: SCOREHOST_ACCESS_LOG_PER_SECOND is ${accessPerSecondMax}`),
  );
  return ({ exchange, status, ms, bytes, clientLeft, cut, error }: ExchangeEnd): void => {
    if (access === 'off' || (access === 'errors' && status < 400 && !cut)) return;
    // What the host refuses to protect itself is for an operator to see, but no failure.
    const level = status >= 500 || cut ? (status === 503 ? 'warn' : 'error') : 'info';
    if (!log.isLevelEnabled(level)) return;
    const { method, target } = exchange;
    if (['/', '/health/ready'].includes(normalisePath(target))) return;
    if (level === 'info' && !budget.take(exchange.startedAtMs + ms)) return;
    const path = target.split('?', 1)[0]; // a query may be the input, or hold a secret
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
    log[level](fields, `${method} ${path} ${exchange.answered ? status : 'client left'} ${ms.toFixed(3)}ms ${bytes}`);
  };
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
