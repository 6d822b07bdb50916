import { inspect } from 'node:util';

/** One row of {@link errorTable}: what the caller gets, and what whoever meets it can do. */
export interface ErrorEntry {
  /** HTTP status of the reply. Errors that stop the start have none. */
  readonly status?: number;
  /** Whether the caller does well to come back: the reply says when, in `Retry-After`. */
  readonly retried?: true;
  /** Exit code of the process, for errors that stop the start. */
  readonly exitCode?: number;
  /** What it means, in a sentence. */
  readonly meaning: string;
  /** The way out. */
  readonly fix: string;
}

/** Every failure a caller or an operator can meet. `docs/errors.md` is generated from this table. */
export const errorTable = {
  REQUEST_MALFORMED: {
    status: 400,
    meaning: 'The bytes on the connection are not an HTTP request, or the body ended before its declared end.',
    fix: 'Send well-formed HTTP/1.1, with a Content-Length that matches the body or with chunked encoding.',
  },
  INPUT_INVALID: {
    status: 400,
    meaning: 'The body cannot be read as what the entry module takes.',
    fix: 'Compare the body with the example in /swagger.json.',
  },
  TLS_REQUIRED: {
    status: 400,
    meaning: 'Plain HTTP came to a port that speaks HTTPS.',
    fix: 'Begin the URL with https://.',
  },
  UNAUTHORIZED: {
    status: 401,
    meaning: 'The request has no key or token, or one that is not valid.',
    fix: 'Send one of the keys, or a token of the issuer that the host trusts, as Authorization: Bearer KEY.',
  },
  CLIENT_CERTIFICATE_REQUIRED: {
    status: 403,
    meaning: 'The connection has no client certificate that the host trusts.',
    fix: 'Connect with a client certificate of an authority in SCOREHOST_TLS_CLIENT_CA_FILE.',
  },
  ROUTE_UNKNOWN: { status: 404, meaning: 'No such path.', fix: 'Score with POST /score; health is at /.' },
  VERSION_UNKNOWN: {
    status: 404,
    meaning: 'The OpenAPI version that was asked for does not exist.',
    fix: 'Ask for /swagger.json?version=2, 3 or 3.1.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    meaning: 'The path exists, but not with this method.',
    fix: 'Use a method that the Allow header of the reply names.',
  },
  REQUEST_TIMEOUT: {
    status: 408,
    meaning: 'The headers or the body came too slowly.',
    fix: 'Send the whole request without pauses, or raise SCOREHOST_HEADERS_TIMEOUT_MS, SCOREHOST_BODY_STALL_TIMEOUT_MS or SCOREHOST_REQUEST_TIMEOUT_MS.',
  },
  BODY_TOO_LARGE: {
    status: 413,
    meaning: 'The body is larger than the limit, as sent or after inflating.',
    fix: 'Send a smaller body, or raise SCOREHOST_BODY_BYTES_MAX.',
  },
  CONTENT_TYPE_UNSUPPORTED: {
    status: 415,
    meaning: 'The body is declared as a content type that the entry module does not take.',
    fix: 'Send Content-Type: application/json.',
  },
  ENCODING_UNSUPPORTED: {
    status: 415,
    meaning: 'The body is compressed in a way the host does not read.',
    fix: 'Send the body as it is, or with Content-Encoding: gzip.',
  },
  EXPECTATION_FAILED: {
    status: 417,
    meaning: 'The Expect header asks for something other than 100-continue.',
    fix: 'Leave the Expect header out.',
  },
  QUEUE_FULL: {
    status: 429,
    retried: true,
    meaning: 'As many calls as the host takes are running or waiting already.',
    fix: 'Retry after the seconds in Retry-After; add replicas, or raise SCOREHOST_MAX_CONCURRENT_REQUESTS.',
  },
  BODIES_FULL: {
    status: 429,
    retried: true,
    meaning: 'The bodies of the calls that run or wait already take the memory that there is for bodies.',
    fix: 'Retry after the seconds in Retry-After; add replicas or memory, or raise SCOREHOST_MAX_CONCURRENT_BYTES.',
  },
  QUEUE_WAIT_EXCEEDED: {
    status: 429,
    retried: true,
    meaning: 'The call waited for a worker as long as a call may.',
    fix: 'Retry after the seconds in Retry-After; add workers or replicas, or raise SCOREHOST_MAX_QUEUE_WAIT_MS.',
  },
  WATCHERS_FULL: {
    status: 429,
    retried: true,
    meaning: 'As many status pages are open as the host feeds.',
    fix: 'Close a page at /status that nobody looks at; it is there in the next second.',
  },
  ID_TOO_LONG: {
    status: 431,
    meaning: 'A request id header is longer than 100 characters.',
    fix: 'Send ids of at most 100 characters.',
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    meaning: 'The request line and the headers together are larger than the limit.',
    fix: 'Send fewer or shorter headers, or raise SCOREHOST_HEADER_BYTES_MAX.',
  },
  RUN_FAILED: {
    status: 500,
    meaning: "The entry module's run() threw.",
    fix: 'The log has the error with its source line, under the request id of the reply.',
  },
  RESULT_INVALID: {
    status: 500,
    meaning: 'run() returned something that cannot be sent.',
    fix: 'Return what JSON can say, a Tensor, bytes, a Response or an async generator; the log says what came.',
  },
  INTERNAL: {
    status: 500,
    meaning: 'The host itself failed.',
    fix: 'This is a defect of the host: report it with the log line under the request id of the reply.',
  },
  WORKER_LOST: {
    status: 502,
    meaning: 'The worker process died while it ran the call, twice, or once where the call may not be repeated.',
    fix: 'The log tells how each worker ended: an exit in user code, a native crash, or memory.',
  },
  NOT_READY: {
    status: 503,
    retried: true,
    meaning: 'The entry module has not finished its init() yet.',
    fix: 'Wait until /health/ready answers 200.',
  },
  TOKEN_KEYS_UNAVAILABLE: {
    status: 503,
    retried: true,
    meaning: 'The token cannot be verified: the public keys of its issuer cannot be fetched.',
    fix: 'Retry after the seconds in Retry-After; the log has the reason, under SCOREHOST_TOKEN_JWKS.',
  },
  DEADLINE_EXCEEDED: {
    status: 504,
    meaning: 'The call took longer than the scoring timeout, waiting included.',
    fix: 'Make run() faster, add workers, or raise SCORING_TIMEOUT_MS.',
  },
  USAGE_INVALID: { exitCode: 1, meaning: 'The command line cannot be understood.', fix: 'See scorehost serve --help.' },
  SETTING_INVALID: {
    exitCode: 3,
    meaning: 'A variable or the config file has a value that is no value of that setting.',
    fix: 'The message names the setting, where the value came from, the value and the range.',
  },
  LISTEN_FAILED: {
    exitCode: 3,
    meaning: 'The address or port cannot be listened on.',
    fix: 'Choose another one with --port and --host, or stop the process that holds it.',
  },
  AUTH_INVALID: {
    exitCode: 3,
    meaning: 'The settings of keys and tokens contradict each other, or one of their files cannot be used.',
    fix: 'The message names the settings and files; docs/security.md says how they go together.',
  },
  TLS_INVALID: {
    exitCode: 3,
    meaning: 'The certificate, its key or the authorities of clients cannot be used.',
    fix: 'The message names the file and what is wrong with it.',
  },
  ENTRY_INVALID: {
    exitCode: 3,
    meaning: 'The entry module cannot be found, compiled or loaded, or lacks what it must export.',
    fix: 'The report says what was looked for, where, and what to change.',
  },
  DOCUMENT_INVALID: {
    exitCode: 3,
    meaning: 'An OpenAPI document that lies in the app root (swagger.json, swagger3.json, …) is none of its version.',
    fix: 'The message names the file and what is wrong with it; without the file, the document is made from the schema.',
  },
  MODEL_INVALID: {
    exitCode: 3,
    meaning: 'A model file cannot be found or loaded.',
    fix: 'The message names the file and what is wrong with it.',
  },
  PROVIDER_UNAVAILABLE: {
    exitCode: 3,
    meaning: 'A model cannot run on the execution provider that was asked for: the machine lacks what it needs.',
    fix: 'The report names what is missing and what is there; scorehost doctor does, too.',
  },
  FEEDS_INVALID: {
    exitCode: 3,
    meaning:
      'A model was fed in init() what it does not take. In run() the caller gets RUN_FAILED, or INPUT_INVALID of a model that is served without an entry module.',
    fix: 'The message names each input that is wrong, and what the model wants for it.',
  },
  MODEL_RUN_FAILED: {
    exitCode: 3,
    meaning:
      'The runtime of a model ran out of memory or lost its device in init(), or the model was released. In run() the caller gets RUN_FAILED.',
    fix: 'The message has the reason of the runtime; give the worker more memory, or load the model again.',
  },
  WORKER_FAILED: {
    exitCode: 3,
    meaning: 'A worker process died before it was ready, or workers keep dying while they have nothing to do.',
    fix: 'The report tells how it ended and what it printed last.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorTable;

/** A part of an input that is wrong: `path` is a JSON pointer into the body. */
export interface ErrorDetail {
  readonly path: string;
  readonly message: string;
}

export interface HostErrorOptions extends ErrorOptions {
  readonly details?: readonly ErrorDetail[];
  /** The way out, where it is better known than for all errors of the code. */
  readonly fix?: string;
}

/**
 * The host's one error class. Throw it where the fact is known; only the edges turn it into a reply or an exit.
 *
 * The message is sent to callers. What only the log may see goes into `cause`.
 */
export class HostError extends Error {
  override readonly name = 'HostError';
  readonly code: ErrorCode;
  readonly details: readonly ErrorDetail[];
  /** The way out. */
  readonly fix: string;

  constructor(code: ErrorCode, message: string, options: HostErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.details = options.details ?? [];
    this.fix = options.fix ?? errorTable[code].fix;
  }

  get entry(): ErrorEntry {
    return errorTable[this.code];
  }
}

/**
 * An error that says all there is to say, and is made for every call that is refused: the stack, which nobody reads, would
 * take longer than the rest of the refusal.
 */
export function refusal(code: ErrorCode, message: string): HostError {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return new HostError(code, message);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** What was thrown, as an Error: user code may throw anything. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`a value that is no Error was thrown: ${inspect(thrown)}`);
}
