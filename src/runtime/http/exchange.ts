import { pipeline } from 'node:stream/promises';
import { HostError } from '../../errors.js';
import type { Call } from '../pool/call.js';
import type { ReplyStream } from '../pool/reply-stream.js';
import type { CallTrace } from '../telemetry/tracing/tracing.js';
import { endAtOnce } from './end-at-once.js';
import { errorBody } from './error-body.js';
import { type RequestIds, readIds } from './ids.js';
import { closeLingering } from './linger.js';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from './node-http.js';
import type { RouteName } from './route.js';

/** Names and values in turn. */
export type HeaderList = readonly string[];

/** What the server tells every exchange. */
export interface ExchangeSettings {
  /** `x-ms-server-version`, or undefined to leave it out. */
  readonly serverVersion: string | undefined;
  /** Whether connections are to be closed behind their answer. */
  readonly closing: () => boolean;
  /** Milliseconds in which a client takes nothing of its answer, before it is cut off. */
  readonly sendStallMsMax: number;
}

/** How an exchange ended, for log and metrics. */
export interface ExchangeEnd {
  readonly exchange: Exchange;
  readonly status: number;
  readonly bytes: number;
  /** From the end of the headers until the answer had left. */
  readonly ms: number;
  /** The client left before its answer was written. */
  readonly clientLeft: boolean;
  /** The host cut the answer off: a stream broke, or stood still. */
  readonly cut: boolean;
  readonly error: HostError | undefined;
}

/** Smaller answers lie in the kernel's buffers at once. */
const WATCHED_BYTES_MIN = 64 * 1024;
/** A refused body of at most this size is read and dropped, and the connection kept. */
const DUMPED_BYTES_MAX = 64 * 1024;

/** One request and its answer: ids on every answer, one answer only, and the connection in a known state behind it. */
export class Exchange {
  readonly req: IncomingMessage;
  /** As it was sent; what answers in place of the exchange may change that of the request. */
  readonly target: string;
  readonly ids: RequestIds;
  /** What is wrong with the ids; to be answered by whoever routes. */
  readonly idError: HostError | undefined;
  readonly startedAtMs = performance.now();
  /** What was asked for; undefined until it is known, and for what is no route. */
  route: RouteName | undefined;
  /** The call that the request became, if it was admitted as one: it knows where its time went. */
  call: Call | undefined;
  /** Of whoever follows it. */
  trace: CallTrace | undefined;
  /** Its answer has no end of its own: the client leaves when it has seen enough. */
  isEndless = false;
  /** Whether the host has been shown who calls by `Authorization`: that is then not for the entry module. */
  authorizationTaken = false;
  /** Called when the client leaves before it has its answer. */
  onGone: (() => void) | undefined;
  readonly #res: ServerResponse;
  readonly #settings: ExchangeSettings;
  readonly #onEnd: (end: ExchangeEnd) => void;
  #corsHeaders: HeaderList = [];
  #bytes = 0;
  #answered = false;
  #ended = false;
  #reported = false;
  /** The rest of the request cannot be read: there is no next one on its connection. */
  #broken = false;
  #cut = false;
  #error: HostError | undefined;

  constructor(
    req: IncomingMessage,
    res: ServerResponse,
    settings: ExchangeSettings,
    onEnd: (end: ExchangeEnd) => void,
  ) {
    this.req = req;
    this.target = req.url as string;
    this.#res = res;
    this.#settings = settings;
    this.#onEnd = onEnd;
    const { ids, error } = readIds(req);
    this.ids = ids;
    this.idError = error;
    res.on('close', () => this.#onClose());
  }

  /** A request that was sent ahead has no connection of its own until those before it are answered: it is told here. */
  onConnectionClose(): void {
    if (!this.#ended) this.#onClose();
  }

  #onClose(): void {
    this.#ended = true;
    this.#report(!this.#res.writableFinished && !this.#cut && !this.isEndless);
  }

  get method(): string {
    return this.req.method as string;
  }

  /** W3C trace context of what is done for this request; undefined: nobody has any. */
  get traceparent(): string | undefined {
    return this.trace?.traceparent ?? this.ids.traceparent;
  }

  /** Whether an answer has been begun. */
  get answered(): boolean {
    return this.#answered || this.#res.headersSent;
  }

  /** Whether the answer has been written, or nobody is there to read it. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Calls back once this exchange has ended, and with it all that came before it on its connection. */
  onceEnded(callback: () => void): void {
    if (this.#ended) callback();
    else this.#res.once('close', callback);
  }

  /** CORS headers, for whatever answer this exchange gets. */
  set corsHeaders(headers: HeaderList) {
    this.#corsHeaders = headers;
  }

  /** Whether the host says who may read the answer: a `Response` of user code then cannot. */
  get answersCors(): boolean {
    return this.#corsHeaders.length > 0;
  }

  /** Tells a client that waits for it to send its body. */
  continue(): void {
    if (this.req.headers.expect !== undefined) this.#res.writeContinue();
  }

  /** Answers with a whole body. */
  send(status: number, headers: HeaderList, body: Uint8Array | string): void {
    if (this.answered) return;
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    const bodiless = status === 204 || status === 304;
    const unread = !this.req.complete && (this.#broken || !this.#dumpsBody());
    const all = this.#withCommonHeaders(headers, unread);
    if (!bodiless) all.push('Content-Length', String(bytes.length));
    this.#writeHead(status, all);
    this.#answered = true;
    this.trace?.answered?.(bytes);
    if (bodiless || this.method === 'HEAD') return void this.#res.end();
    this.#bytes = bytes.length;
    if (unread) this.#endLingering(bytes);
    else this.#endWatched(bytes);
  }

  sendJson(status: number, headers: HeaderList, body: Uint8Array | string): void {
    this.send(status, ['Content-Type', 'application/json', ...headers], body);
  }

  /** Answers with chunks as they come. The client is cut off if they end in an error, as its status has left. */
  sendStream(status: number, headers: HeaderList, body: ReplyStream): void {
    if (this.answered) return void body.destroy();
    this.#writeHead(status, this.#withCommonHeaders(headers, false));
    this.#answered = true;
    this.trace?.answered?.(undefined);
    if (this.method === 'HEAD') {
      body.destroy();
      this.#res.end();
      return;
    }
    // The status leaves now, not with the first chunk.
    this.#res.flushHeaders();
    body.on('data', (chunk: Uint8Array) => {
      this.#bytes += chunk.length;
    });
    const cut = () => {
      this.#cut = !this.#res.destroyed;
      setImmediate(() => this.#res.destroy()); // once the chunks before it have been written
    };
    pipeline(body, this.#res, { end: false }).then(() => (body.failure ? cut() : this.#res.end()), cut);
  }

  /**
   * Lets somebody else answer, with the headers of every answer and the limits of sending. Until it has written
   * something, the exchange can still be answered here.
   *
   * @throws {HostError} `BODY_TOO_LARGE`: only here a connection whose request is not read to its end is closed safely.
   */
  handOver(answer: (req: IncomingMessage, res: ServerResponse) => void): void {
    if (!this.req.complete && !this.#dumpsBody()) {
      throw new HostError('BODY_TOO_LARGE', `${this.method} of this path takes no body.`);
    }
    const headers = this.#withCommonHeaders([], false);
    for (let i = 0; i < headers.length; i += 2) this.#res.appendHeader(headers[i] as string, headers[i + 1] as string);
    this.#cutWhenStalled();
    this.#res.once('finish', () => {
      if (this.method !== 'HEAD') this.#bytes = Number(this.#res.getHeader('content-length') ?? 0);
    });
    answer(this.req, this.#res);
  }

  /** Answers with an error. */
  fail(error: HostError, headers: HeaderList = []): void {
    if (this.answered) return;
    this.#error = error;
    this.sendJson(error.entry.status ?? 500, headers, errorBody(error, this.ids.requestId));
  }

  /** The request turned out to be no request while its body was read. */
  breakOff(error: HostError): void {
    this.onGone?.();
    this.onGone = undefined;
    this.#broken = true;
    this.fail(error, ['x-ms-run-function-failed', 'False']);
  }

  /** With its reason: a head that Node refused before would leave its own behind. */
  #writeHead(status: number, headers: string[]): void {
    this.#res.writeHead(status, STATUS_CODES[status] ?? 'Unknown', headers);
  }

  #withCommonHeaders(own: HeaderList, unreadBody: boolean): string[] {
    const { requestId, msRequestId, clientRequestId, traceId } = this.ids;
    const { serverVersion, closing } = this.#settings;
    const headers = [...own, ...this.#corsHeaders, 'x-request-id', requestId, 'x-ms-request-id', msRequestId];
    if (serverVersion) headers.push('x-ms-server-version', serverVersion);
    if (clientRequestId) headers.push('x-ms-client-request-id', clientRequestId);
    if (traceId) headers.push('TraceId', traceId);
    if (unreadBody || closing()) headers.push('Connection', 'close');
    return headers;
  }

  /** Whether what is left of the body is so little that reading it costs less than a new connection. */
  #dumpsBody(): boolean {
    const { 'content-length': length, 'transfer-encoding': coding, expect } = this.req.headers;
    if (expect !== undefined || coding !== undefined || this.#error?.code === 'REQUEST_TIMEOUT') return false;
    return Number(length ?? 0) <= DUMPED_BYTES_MAX;
  }

  /** A client that does not read its answer must not keep it in memory for ever. */
  #endWatched(bytes: Uint8Array): void {
    endAtOnce(this.#res, bytes);
    if (bytes.length >= WATCHED_BYTES_MIN) this.#cutWhenStalled();
  }

  #cutWhenStalled(): void {
    this.#res.setTimeout(this.#settings.sendStallMsMax, () => {
      this.#report(true); // Node would call it finished once it is destroyed
      this.#res.destroy();
    });
  }

  /** For a client that may still send: it has its whole answer now, and its connection ends when it has read it. */
  #endLingering(bytes: Uint8Array): void {
    this.req.once('end', () => this.#res.end()).resume();
    this.#res.write(bytes, (error) => {
      this.#report(Boolean(error));
      if (!this.req.complete) closeLingering(this.req.socket);
    });
  }

  #report(clientLeft: boolean): void {
    if (this.#reported) return;
    this.#reported = true;
    if (clientLeft) this.onGone?.();
    const { statusCode: status } = this.#res;
    const ms = performance.now() - this.startedAtMs;
    const [bytes, cut, error] = [this.#bytes, this.#cut, this.#error];
    this.#onEnd({ exchange: this, status, bytes, ms, clientLeft, cut, error });
  }
}

/** Whatever was thrown, as an error that may be sent. */
export function asHostError(thrown: unknown): HostError {
  if (thrown instanceof HostError) return thrown;
  return new HostError('INTERNAL', 'An unexpected internal error occurred. Check the logs for more info.', {
    cause: thrown,
  });
}
