import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { HostError } from '../../errors.js';
import { TimeoutList } from '../pool/timeout-list.js';

export interface BodyLimits {
  /** Bytes, as sent and again after inflating. */
  readonly bodyBytesMax: number;
  /** Milliseconds between two pieces. */
  readonly bodyStallMsMax: number;
}

/** Called at most once: with the body in the pieces it came in, or with what is wrong with it. */
export type OnBody = (error: HostError | undefined, pieces: readonly Buffer[]) => void;

/**
 * What is wrong with a body before it is read: its declared size, its encoding.
 *
 * @throws {HostError} `BODY_TOO_LARGE`, `ENCODING_UNSUPPORTED`
 */
export function checkDeclaredBody(req: IncomingMessage, { bodyBytesMax }: BodyLimits): void {
  const declared = Number(req.headers['content-length'] ?? 0);
  if (declared > bodyBytesMax) throw tooLarge(`it declares ${declared}`, bodyBytesMax);
  const encoding = contentEncoding(req);
  if (encoding !== 'identity' && encoding !== 'gzip') {
    throw new HostError(
      'ENCODING_UNSUPPORTED',
      'This Content-Encoding is not supported: send gzip, or the body as it is.',
    );
  }
}

/** `identity` where nothing is said; `x-gzip` is the old name of gzip (RFC 9110, 8.4.1.3). */
export function contentEncoding(req: IncomingMessage): string {
  const encoding = req.headers['content-encoding']?.trim().toLowerCase() || 'identity';
  return encoding === 'x-gzip' ? 'gzip' : encoding;
}

/** Reads request bodies, each within the limits, and keeps them in their pieces. */
export class BodyReader {
  readonly #limits: BodyLimits;
  readonly #stalls: TimeoutList<() => void>;

  constructor(limits: BodyLimits) {
    this.#limits = limits;
    this.#stalls = new TimeoutList(limits.bodyStallMsMax, (onStall) => onStall());
  }

  read(req: IncomingMessage, onBody: OnBody): void {
    const { bodyBytesMax, bodyStallMsMax } = this.#limits;
    const source: Readable = contentEncoding(req) === 'gzip' ? req.pipe(createGunzip()) : req;
    const pieces = new Pieces();
    let [sentBytes, finished] = [0, false];

    const finish = (error?: HostError): void => {
      if (finished) return;
      finished = true;
      this.#stalls.remove(stall);
      if (error && source !== req) source.destroy();
      onBody(error, error ? [] : pieces.list);
      pieces.clear(); // the listeners below live as long as the connection
    };
    const onStall = () =>
      finish(new HostError('REQUEST_TIMEOUT', `No piece of the body came within ${bodyStallMsMax} ms.`));
    let stall = this.#stalls.add(onStall);

    req.on('data', (piece: Buffer) => {
      if (finished) return;
      this.#stalls.remove(stall);
      stall = this.#stalls.add(onStall);
      sentBytes += piece.length;
      if (sentBytes > bodyBytesMax) finish(tooLarge('more came', bodyBytesMax));
    });
    source.on('data', (piece: Buffer) => {
      if (finished) return;
      pieces.add(piece);
      if (pieces.bytes > bodyBytesMax) finish(tooLarge('it inflates to more', bodyBytesMax));
    });
    source.on('end', () => finish());
    source.on('error', (error) => {
      if (source !== req) finish(notGzip(error));
    });
    // A client that leaves has no reply; whoever watches the connection gives the call up.
    req.on('close', () => {
      this.#stalls.remove(stall);
      if (req.complete) return;
      finished = true;
      pieces.clear();
      if (source !== req) source.destroy();
    });
  }
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
