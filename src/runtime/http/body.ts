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
    const pieces: Buffer[] = [];
    let [sentBytes, keptBytes, finished] = [0, 0, false];

    const finish = (error?: HostError): void => {
      if (finished) return;
      finished = true;
      this.#stalls.remove(stall);
      if (error && source !== req) source.destroy();
      onBody(error, error ? [] : pieces);
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
      keptBytes += piece.length;
      if (keptBytes > bodyBytesMax) finish(tooLarge('it inflates to more', bodyBytesMax));
      else pieces.push(piece);
    });
    source.on('end', () => finish());
    source.on('error', (error) => {
      if (source !== req)
        finish(
          new HostError('INPUT_INVALID', 'The body is not gzip, though its Content-Encoding says so.', {
            cause: error,
          }),
        );
    });
    // A client that leaves has no reply; whoever watches the connection gives the call up.
    req.on('close', () => this.#stalls.remove(stall));
  }
}

function tooLarge(what: string, bodyBytesMax: number): HostError {
  return new HostError('BODY_TOO_LARGE', `The body is too large: ${what}, ${bodyBytesMax} bytes are the limit.`);
}
