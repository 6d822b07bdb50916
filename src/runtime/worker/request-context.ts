import { AsyncLocalStorage } from 'node:async_hooks';
import { format } from 'node:util';
import type { CallHead, LogLevel, ThrownException } from './messages.js';

/** Writes lines that carry the ids of the call; the arguments are formatted like those of `console.log`. */
export type RequestLog = Readonly<Record<LogLevel, (...args: readonly unknown[]) => void>>;

/** What `run` may know of the call it answers, besides its input. */
export interface RequestContext {
  /** `x-request-id` of the request, or the one the host gave it. */
  readonly requestId: string;
  /** `x-ms-client-request-id`, where the client sent one. */
  readonly clientRequestId: string | undefined;
  /**
   * W3C trace context for requests of your own: where the host makes traces, its span of this call; else the caller's, as it
   * was sent.
   */
  readonly traceparent: string | undefined;
  readonly method: string;
  /** Path and query as they were sent. */
  readonly target: string;
  readonly headers: Headers;
  /** Fires when the client has left or the deadline has passed: nobody waits for the result any more. */
  readonly signal: AbortSignal;
  readonly log: RequestLog;
}

/** Where lines of user code go. */
export type LogSink = (
  level: LogLevel,
  message: string,
  call: CallHead | undefined,
  exception?: ThrownException,
) => void;

const storage = new AsyncLocalStorage<CallContext | StackedCalls>();

/**
 * The context of the call that is being run; works in everything that `run` calls or awaits.
 *
 * @throws {Error} outside a call, in `init()` for example; and in a batched run of several calls, where `batchContext()`
 *   has them.
 */
export function requestContext(): RequestContext {
  const current = storage.getStore();
  if (current === undefined) throw new Error('requestContext() works inside run() only: there is no call here.');
  if (!(current instanceof StackedCalls)) return current;
  const { calls } = current;
  if (calls.length === 1) return calls[0] as CallContext;
  throw new Error(`requestContext() is of one call, but run() has ${calls.length} stacked: use batchContext().calls.`);
}

/** The calls that a batched run is answering, if one is. */
export function stackedCalls(): readonly CallContext[] | undefined {
  const current = storage.getStore();
  return current instanceof StackedCalls ? current.calls : undefined;
}

/** The calls that are being run: none outside of `run()`, several in a batched one. */
export function currentCalls(): readonly CallContext[] {
  const current = storage.getStore();
  if (current === undefined) return [];
  return current instanceof StackedCalls ? current.calls : [current];
}

/** The head of the call that is being run, if one is; of several that run as one, none. */
export function currentCall(): CallHead | undefined {
  const current = storage.getStore();
  if (!(current instanceof StackedCalls)) return current?.head;
  return current.calls.length === 1 ? current.calls[0]?.head : undefined;
}

/** The life of one call in a worker. Headers and signal are made when they are asked for: most calls never do. */
export class CallContext implements RequestContext, RunScope {
  readonly head: CallHead;
  readonly #sink: LogSink;
  #headers: Headers | undefined;
  #abort: AbortController | undefined;
  #aborted = false;

  /** How the result is to be put, where the body was of another form than the schema has. */
  writeResult: ((result: unknown) => unknown) | undefined;

  /** Which rows of a batched run are this call's: told when it starts. */
  rows = 0;
  firstRow = 0;

  constructor(head: CallHead, sink: LogSink) {
    this.head = head;
    this.#sink = sink;
  }

  /** Calls `run` so that {@link requestContext} finds this context, also after an `await`. */
  enter<T>(run: () => T): T {
    return storage.run(this, run);
  }

  get requestId(): string {
    return this.head.requestId;
  }

  get clientRequestId(): string | undefined {
    return this.head.clientRequestId;
  }

  get traceparent(): string | undefined {
    return this.head.traceparent;
  }

  get method(): string {
    return this.head.method;
  }

  get target(): string {
    return this.head.target;
  }

  get headers(): Headers {
    this.#headers ??= headersOf(this.head.headers);
    return this.#headers;
  }

  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#aborted) this.#abort.abort();
    return this.#abort.signal;
  }

  get log(): RequestLog {
    const at =
      (level: LogLevel) =>
      (...args: readonly unknown[]) =>
        this.#sink(level, format(...args), this.head);
    return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  }

  get isAborted(): boolean {
    return this.#aborted;
  }

  /** The client has left, or the deadline has passed. */
  abort(): void {
    this.#aborted = true;
    this.#abort?.abort();
  }
}

/** What a run is entered by. */
export interface RunScope {
  enter<T>(run: () => T): T;
}

/** Of a run in which nobody's code asks for its calls: to keep them costs each turn of the process. */
export const noScope: RunScope = { enter: (run) => run() };

/** Calls that run as one. */
export class StackedCalls implements RunScope {
  readonly calls: readonly CallContext[];

  constructor(calls: readonly CallContext[]) {
    this.calls = calls;
  }

  /** Calls `run` so that `batchContext()` finds these calls, also after an `await`. */
  enter<T>(run: () => T): T {
    return storage.run(this, run);
  }
}

function headersOf(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let i = 0; i + 1 < raw.length; i += 2) headers.append(raw[i] as string, raw[i + 1] as string);
  return headers;
}
