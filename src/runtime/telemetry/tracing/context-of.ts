import type { Context } from '@opentelemetry/api';
import type { OpenTelemetry } from './packages.js';

/** W3C trace context as OpenTelemetry has it: what is made in it has that span for its parent. */
export function contextOf(
  { ROOT_CONTEXT, TraceFlags, trace, createTraceState }: OpenTelemetry['api'],
  traceparent: string | undefined,
  tracestate?: string,
): Context {
  const [, traceId, spanId, flags = ''] = traceparent?.split('-') ?? [];
  if (traceId === undefined || spanId === undefined) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  const state = tracestate === undefined ? {} : { traceState: createTraceState(tracestate) };
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true, ...state });
}
