import type { HostError } from '../../errors.js';
import type { LogConfig } from '../config/settings.js';
import type { Log } from '../telemetry/log.js';
import type { ExchangeEnd } from './exchange.js';
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
    const { ids, method, target } = exchange;
    if (['/', '/health/ready'].includes(normalisePath(target))) return;
    if (level === 'info' && !budget.take(exchange.startedAtMs + ms)) return;
    const path = target.split('?', 1)[0]; // a query may be the input, or hold a secret
    const fields = {
      requestId: ids.requestId,
      ...(ids.clientRequestId ? { clientRequestId: ids.clientRequestId } : {}),
      ...traceFields(ids.traceparent),
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
function reasonOf({ details, message }: HostError): string {
  return details.length > 0 ? details.map(({ path }) => path || 'the whole body').join(' ') : message;
}

/** The ids of W3C trace context, by the names that log collectors know. */
export function traceFields(traceparent: string | undefined): { trace_id?: string; parent_span_id?: string } {
  const [, traceId, spanId] = traceparent?.split('-') ?? [];
  return traceId && spanId ? { trace_id: traceId, parent_span_id: spanId } : {};
}
