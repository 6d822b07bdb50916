import { createGunzip, type Gunzip } from 'node:zlib';
import { HostError } from '../../errors.js';
import { type TimeoutEntry, TimeoutList } from '../pool/timeout-list.js';
import { IncomingMessage } from './node-http.js';

export interface BodyLimits {
  /** Bytes, as sent and again after inflating. */
  readonly bodyBytesMax: number;
  /** Milliseconds between two pieces. */
  readonly bodyStallMsMax: number;
}

/** What is done with a body. */
export interface BodyEvents {
  /** So much more is there. @returns why it cannot be kept. */
  hold(bytes: number): HostError | undefined;
  /** Called at most once: with the body in the pieces it came in, or with what is wrong with it. */
  onBody(error: HostError | undefined, pieces: readonly Buffer[]): void;
}

/**
 * What is wrong with a body before it is read: its declared size, its encoding.
 *
 * @throws {HostError} `BODY_TOO_LARGE`, `ENCODING_UNSUPPORTED`
 */
export function checkDeclaredBody(req: IncomingMessage, { bodyBytesMax }: BodyLimits): void {
  const declared = declaredBytes(req);
  if (declared > bodyBytesMax) throw tooLarge(`it declares ${declared}`, bodyBytesMax);
  const encoding = contentEncoding(req);
  if (encoding !== 'identity' && encoding !== 'gzip') {
    throw new HostError(
      'ENCODING_UNSUPPORTED',
      'This Content-Encoding is not supported: send gzip, or the body as it is.',
    );
  }
}

/** Of the body as it is sent; 0 if it is not said. */
export function declaredBytes(req: IncomingMessage): number {
  const { 'content-length': length } = req.headers;
  return length === undefined ? 0 : Number(length);
}

/** `identity` where nothing is said; `x-gzip` is the old name of gzip (RFC 9110, 8.4.1.3). */
export function contentEncoding(req: IncomingMessage): string {
  const { 'content-encoding': given } = req.headers;
  if (given === undefined) return 'identity';
  const encoding = given.trim().toLowerCase() || 'identity';
  return encoding === 'x-gzip' ? 'gzip' : encoding;
}

/** Reads request bodies, each within the limits, and keeps them in their pieces. */
export class BodyReader {
  readonly #limits: BodyLimits;
  readonly #stalls: TimeoutList<BodyRead>;

  constructor(limits: BodyLimits) {
    this.#limits = limits;
    this.#stalls = new TimeoutList(limits.bodyStallMsMax, (read) => read.onStall());
  }

  read(req: IncomingMessage, events: BodyEvents): BodyRead {
    return new BodyRead(req, this.#limits, this.#stalls, events);
  }
}

/** One body that is being read. */
export class BodyRead {
  readonly #limits: BodyLimits;
  readonly #stalls: TimeoutList<BodyRead>;
  readonly #events: BodyEvents;
  readonly #pieces = new Pieces();
  #gunzip: Gunzip | undefined;
  #stall: TimeoutEntry<BodyRead>;
  #sentBytes = 0;
  #finished = false;

  constructor(req: IncomingMessage, limits: BodyLimits, stalls: TimeoutList<BodyRead>, events: BodyEvents) {
    this.#limits = limits;
    this.#stalls = stalls;
    this.#events = events;
    this.#stall = stalls.add(this);
    if (contentEncoding(req) === 'gzip') this.#inflate(req);
    else if (req.readableLength > 0 || req.complete) readPieces(req, this);
    else takePieces(req, this);
  }

  /** A piece of a body that is kept as it is sent. */
  onPiece(piece: Buffer): void {
    if (this.#onSent(piece)) this.#keep(piece);
  }

  onEnd(): void {
    this.#finish();
  }

  /** Nobody waits for it any more. */
  abandon(): void {
    this.#close();
  }

  /** Nothing came for too long. */
  onStall(): void {
    const { bodyStallMsMax } = this.#limits;
    this.#finish(new HostError('REQUEST_TIMEOUT', `No piece of the body came within ${bodyStallMsMax} ms.`));
  }

  #inflate(req: IncomingMessage): void {
    req.on('data', (piece: Buffer) => this.#onSent(piece));
    this.#gunzip = req.pipe(createGunzip());
    this.#gunzip
      .on('data', (piece: Buffer) => this.#keep(piece))
      .on('end', () => this.#finish())
      .on('error', (error) => this.#finish(notGzip(error)));
  }

  /** @returns whether it is still to be read. */
  #onSent(piece: Buffer): boolean {
    if (this.#finished) return false;
    this.#sentBytes += piece.length;
    if (this.#sentBytes <= this.#limits.bodyBytesMax) {
      this.#stalls.remove(this.#stall);
      this.#stall = this.#stalls.add(this);
      return true;
    }
    this.#finish(tooLarge('more came', this.#limits.bodyBytesMax));
    return false;
  }

  #keep(piece: Buffer): void {
    if (this.#finished) return;
    this.#pieces.add(piece);
    const { bodyBytesMax } = this.#limits;
    if (this.#pieces.bytes > bodyBytesMax) return this.#finish(tooLarge('it inflates to more', bodyBytesMax));
    const refusal = this.#events.hold(piece.length);
    if (refusal) this.#finish(refusal);
  }

  #finish(error?: HostError): void {
    if (this.#finished) return;
    const pieces = error ? [] : this.#pieces.list;
    this.#close();
    this.#events.onBody(error, pieces);
  }

  /** What has come is let go: the listeners above live as long as the connection. */
  #close(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#stalls.remove(this.#stall);
    this.#pieces.clear();
    this.#gunzip?.destroy();
  }
}

/** Reads a body that Node has put into its stream, all or in part, before anybody could take it: while a token was verified. */
function readPieces(req: IncomingMessage, read: BodyRead): void {
  req.on('data', (piece: Buffer) => read.onPiece(piece)).on('end', () => read.onEnd());
}

/** A request that Node, once it is answered, need not read to its end: it has been, or will be. */
type ConsumedRequest = IncomingMessage & { _consumed: boolean };

/**
 * Hands over the pieces of a request body as Node's parser finds them, where it would put them into the stream that a request
 * is. To read them out again costs more than all that is done here for a call: a stream tells of each piece, and of its end,
 * by events a turn later. Whoever reads the stream all the same finds it empty, and at its end.
 */
function takePieces(req: IncomingMessage, read: BodyRead): void {
  (req as ConsumedRequest)._consumed = true;
  req.push = (piece: Buffer | null) => {
    if (piece !== null) read.onPiece(piece);
    else {
      IncomingMessage.prototype.push.call(req, null);
      read.onEnd();
    }
    return true; // what is held is limited by other means
  };
}

/** Pieces below this size are collected: a client that sends single bytes must not cost a buffer for each. */
const PIECE_BYTES_MIN = 16 * 1024;

/** A body in the pieces it came in, in at most twice its memory however small those are. */
class Pieces {
  #list: Buffer[] = [];
  #bytes = 0;
  #tail: Buffer | undefined;
  #tailBytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  get list(): readonly Buffer[] {
    this.#closeTail();
    return this.#list;
  }

  add(piece: Buffer): void {
    this.#bytes += piece.length;
    // The first is kept as it is: most bodies are whole in it.
    if (piece.length >= PIECE_BYTES_MIN || this.#bytes === piece.length) {
      this.#closeTail();
      this.#list.push(piece);
      return;
    }
    if (this.#tailBytes + piece.length > PIECE_BYTES_MIN) this.#closeTail();
    this.#tail ??= Buffer.allocUnsafeSlow(PIECE_BYTES_MIN);
    this.#tailBytes += piece.copy(this.#tail, this.#tailBytes);
  }

  clear(): void {
    this.#list = [];
    this.#tail = undefined;
  }

  #closeTail(): void {
    if (this.#tail) this.#list.push(this.#tail.subarray(0, this.#tailBytes));
    this.#tail = undefined;
    this.#tailBytes = 0;
  }
}

function notGzip(cause: NodeJS.ErrnoException): HostError {
  const message =
    cause.code === 'Z_BUF_ERROR'
      ? 'The gzip body ends before its end: it was cut off.'
      : 'The body is not gzip, though its Content-Encoding says so.';
  return new HostError('INPUT_INVALID', message, { cause });
}

function tooLarge(what: string, bodyBytesMax: number): HostError {
  return new HostError('BODY_TOO_LARGE', `The body is too large: ${what}, ${bodyBytesMax} bytes are the limit.`);
}
