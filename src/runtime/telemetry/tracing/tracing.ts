/**
 * Whoever follows the calls of the host. It knows no HTTP library, and the host knows no library of its. Nothing of it throws: what
 * only watches fails no call.
 */
export interface Tracing {
  /** A request that is to be followed, as soon as its route is known. @returns undefined: it cannot be. */
  start(request: TracedRequest): CallTrace | undefined;
  /** A line of user code. */
  line(line: TracedLine): void;
  /** Sends what it still has, for a limited time: before the process ends. */
  close(): Promise<void>;
}

/** What is known of a request before it is answered. */
export interface TracedRequest {
  readonly requestId: string;
  readonly clientRequestId: string | undefined;
  readonly method: string;
  /** Without its query, which may be the input, or hold a secret. */
  readonly path: string;
  /** The path of its route; undefined where it has none. */
  readonly route: string | undefined;
  readonly scheme: 'http' | 'https';
  /** `Host`, as it was sent. */
  readonly host: string | undefined;
  readonly httpVersion: string;
  readonly userAgent: string | undefined;
  /** W3C trace context of the caller, if it is well-formed. */
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
  /** On the clock of `performance.now()`. */
  readonly startedAtMs: number;
}

/** One call that is followed, from its start to its end. */
export interface CallTrace {
  /** W3C trace context of what is done for this call: it is the parent of all that. */
  readonly traceparent: string;
  /**
   * The answer is about to leave. Left out where nobody wants to know.
   *
   * @param body - undefined: it is a stream.
   */
  readonly answered?: ((body: Uint8Array | undefined) => void) | undefined;
  end(end: TracedEnd): void;
}

/** A stretch of the life of a call, on the clock of `performance.now()`. Those of a call follow each other without gaps. */
export interface TracedPhase {
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** How a call ended. */
export interface TracedEnd {
  /** undefined: none was sent. */
  readonly status: number | undefined;
  readonly ms: number;
  /** Asked for where they are wanted. */
  readonly phases: () => readonly TracedPhase[];
  /** Calls that its worker was given together with it, itself among them; undefined: it never came to a worker. */
  readonly batchCalls: number | undefined;
  /** Of the error table. */
  readonly errorCode: string | undefined;
  readonly errorMessage: string | undefined;
  /** The client left before it had its answer. */
  readonly clientLeft: boolean;
  /** The host cut the answer off. */
  readonly cut: boolean;
}

/** What `run()` threw, as far as it can be told of. */
export interface TracedException {
  /** The name of its class. */
  readonly type: string;
  readonly message: string;
}

/** A line of a worker. */
export interface TracedLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly requestId?: string;
  /** {@link CallTrace.traceparent} of the call it belongs to. */
  readonly traceparent?: string;
  /** The line tells of it: `message` is its stack. */
  readonly exception?: TracedException;
}
