import { setTimeout as sleep } from 'node:timers/promises';
import type { Span, Tracer } from '@opentelemetry/api';
import { contextOf } from './context-of.js';
import type { OpenTelemetry } from './packages.js';
import { requestAttributes, spanName } from './request-attributes.js';
import type { CallTrace, TracedEnd, TracedException, TracedLine, TracedRequest, Tracing } from './tracing.js';

/** Whoever is told of more than spans. */
export interface Listener {
  /** The answer to the call of this span is about to leave. @param body - undefined: it is a stream. */
  answered?(span: Span, body: Uint8Array | undefined): void;
  /** A line of user code; what it threw in a call that has a span is put to that. */
  line(line: TracedLine): void;
  close(): Promise<void>;
}

/** What makes spans, and sends them. */
interface Provider {
  getTracer(name: string, version: string): Tracer;
  shutdown(): Promise<void>;
}

interface Options {
  /** Of the host. */
  readonly version: string;
  readonly listener?: Listener | undefined;
  readonly onError: (error: unknown) => void;
  /** Takes secrets out of what user code says. */
  readonly redact: (text: string) => string;
}

/** How long the end of the process waits for a collector. */
const CLOSE_MS_MAX = 2_000;

/** Makes a span of every call, with one for each of its phases below it. */
export class SpanTracing implements Tracing {
  readonly #api: OpenTelemetry['api'];
  readonly #provider: Provider;
  readonly #tracer: Tracer;
  readonly #listener: Listener | undefined;
  readonly #onError: (error: unknown) => void;
  readonly #redact: (text: string) => string;
  /** Calls that are open, by their `traceparent`: what a worker says of one is put to its span. */
  readonly #open = new Map<string, SpanTrace>();

  constructor(api: OpenTelemetry['api'], provider: Provider, { version, listener, onError, redact }: Options) {
    this.#api = api;
    this.#provider = provider;
    this.#tracer = provider.getTracer('scorehost', version);
    this.#listener = listener;
    this.#onError = onError;
    this.#redact = redact;
  }

  start(request: TracedRequest): CallTrace | undefined {
    return this.#safely(() => this.#start(request));
  }

  line(line: TracedLine): void {
    this.#safely(() => {
      const { traceparent } = line;
      const message = this.#redact(line.message);
      const exception = line.exception && { ...line.exception, message: this.#redact(line.exception.message) };
      const trace = traceparent === undefined ? undefined : this.#open.get(traceparent);
      if (exception && trace) trace.failed(exception, message);
      else this.#listener?.line({ ...line, message, ...(exception ? { exception } : {}) });
    });
  }

  async close(): Promise<void> {
    const closed = Promise.allSettled([this.#provider.shutdown(), this.#listener?.close()]);
    await Promise.race([closed, sleep(CLOSE_MS_MAX)]);
  }

  #start(request: TracedRequest): CallTrace {
    const api = this.#api;
    const clockMs = Date.now() - performance.now();
    const startTime = clockMs + request.startedAtMs;
    const options = { kind: api.SpanKind.SERVER, startTime, attributes: requestAttributes(request) };
    const context = contextOf(api, request.traceparent, request.tracestate);
    const span = this.#tracer.startSpan(spanName(request), options, context);
    const trace = new SpanTrace(api, this.#tracer, span, { startedAtMs: request.startedAtMs, clockMs });
    if (span.isRecording()) this.#follow(trace);
    return trace;
  }

  #follow(trace: SpanTrace): void {
    const listener = this.#listener;
    this.#open.set(trace.traceparent, trace);
    if (listener?.answered) trace.answered = (body) => this.#safely(() => listener.answered?.(trace.span, body));
    trace.end = (end) => {
      this.#open.delete(trace.traceparent);
      this.#safely(() => trace.finish(end));
    };
  }

  /** A defect of whoever is told of calls is no defect of the calls. */
  #safely<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#onError(error);
      return undefined;
    }
  }
}

/** When a call began, and where that clock has its zero in milliseconds since 1970: one for all spans of a call. */
interface CallClock {
  readonly startedAtMs: number;
  readonly clockMs: number;
}

class SpanTrace implements CallTrace {
  readonly span: Span;
  readonly traceparent: string;
  answered: CallTrace['answered'];
  readonly #api: OpenTelemetry['api'];
  readonly #tracer: Tracer;
  readonly #clock: CallClock;

  constructor(api: OpenTelemetry['api'], tracer: Tracer, span: Span, clock: CallClock) {
    this.#api = api;
    this.#tracer = tracer;
    this.#clock = clock;
    this.span = span;
    const { traceId, spanId, traceFlags } = span.spanContext();
    this.traceparent = `00-${traceId}-${spanId}-${traceFlags & api.TraceFlags.SAMPLED ? '01' : '00'}`;
  }

  /** Of one that is not recorded, nothing is to be done. */
  end: CallTrace['end'] = () => {};

  failed({ type, message }: TracedException, stack: string): void {
    this.span.recordException({ name: type, message, stack });
  }

  finish(end: TracedEnd): void {
    const { status, ms, phases, batchCalls, clientLeft, errorMessage: message } = end;
    const { clockMs, startedAtMs } = this.#clock;
    const { span } = this;
    if (status !== undefined) span.setAttribute('http.response.status_code', status);
    if (batchCalls !== undefined) span.setAttribute('scorehost.batch.size', batchCalls);
    if (clientLeft) span.setAttribute('scorehost.client_left', true);
    const errorType = errorTypeOf(end);
    if (errorType !== undefined) {
      span.setAttribute('error.type', errorType);
      span.setStatus({ code: this.#api.SpanStatusCode.ERROR, ...(message === undefined ? {} : { message }) });
    }
    const context = this.#api.trace.setSpan(this.#api.ROOT_CONTEXT, span);
    for (const { name, startMs, endMs } of phases()) {
      this.#tracer.startSpan(name, { startTime: clockMs + startMs }, context).end(clockMs + endMs);
    }
    span.end(clockMs + (startedAtMs + ms));
  }
}

/** Only what is the fault of the service is an error of its span: not a caller that errs, or leaves. */
function errorTypeOf({ status, errorCode, cut }: TracedEnd): string | undefined {
  if (cut) return errorCode ?? 'STREAM_CUT';
  return status !== undefined && status >= 500 ? (errorCode ?? String(status)) : undefined;
}
