/** How a frame lies in the bytes between the front and a worker; `frames.ts` has what frames there are. */

/** No frame is longer: a length above it means that the peer does not speak this protocol. */
const FRAME_BYTES_MAX = 2 ** 30;
/** `u32 length of what follows | u8 type` */
const HEAD_BYTES = 5;
/** Frames up to this size are one buffer, and one write. */
const COPY_BYTES_MAX = 64 * 1024;
/** Parts of longer frames from this size on are not copied, but written where they lie. */
const PART_BYTES_MIN = 4 * 1024;

/** A frame as it was read; the payload may be a view of a larger buffer. */
export interface Frame {
  readonly type: number;
  readonly payload: Buffer;
}

/** Thrown by the readers when bytes do not follow the contract; the peer cannot be trusted after it. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

/** Writes one frame, whose length is known beforehand, from its first byte to its last. */
export class FrameWriter {
  readonly #isWhole: boolean;
  readonly #buffers: Buffer[] = [];
  #buffer: Buffer;
  /** What lies before is in {@link #buffers}. */
  #from = 0;
  #at = 0;

  /**
   * @param length - Of the payload, in bytes.
   * @throws {FrameError} if no frame can be so long.
   */
  constructor(type: number, length: number) {
    if (length >= FRAME_BYTES_MAX) {
      throw new FrameError(`a frame of ${length} bytes is longer than ${FRAME_BYTES_MAX}`);
    }
    this.#isWhole = length <= COPY_BYTES_MAX;
    this.#buffer = Buffer.allocUnsafe(HEAD_BYTES + (this.#isWhole ? length : COPY_BYTES_MAX));
    this.u32(length + 1);
    this.u8(type);
  }

  u8(value: number): void {
    this.#reserve(1);
    this.#at = this.#buffer.writeUInt8(value, this.#at);
  }

  u32(value: number): void {
    this.#reserve(4);
    this.#at = this.#buffer.writeUInt32LE(value, this.#at);
  }

  f64(value: number): void {
    this.#reserve(8);
    this.#at = this.#buffer.writeDoubleLE(value, this.#at);
  }

  latin1(text: string): void {
    this.#reserve(text.length);
    this.#at += this.#buffer.write(text, this.#at, text.length, 'latin1');
  }

  bytes(bytes: Uint8Array): void {
    if (!this.#isWhole && bytes.length >= PART_BYTES_MIN) {
      this.#closeBuffer();
      this.#buffers.push(asBuffer(bytes));
    } else if (bytes.length > 0) {
      this.#reserve(bytes.length);
      this.#buffer.set(bytes, this.#at);
      this.#at += bytes.length;
    }
  }

  /** @returns The frame as buffers to write in order. */
  finish(): Buffer[] {
    if (this.#isWhole) return [this.#buffer];
    this.#closeBuffer();
    return this.#buffers;
  }

  #reserve(length: number): void {
    if (this.#isWhole || this.#at + length <= this.#buffer.length) return;
    this.#closeBuffer();
    this.#buffer = Buffer.allocUnsafe(Math.max(length, COPY_BYTES_MAX));
    this.#from = 0;
    this.#at = 0;
  }

  #closeBuffer(): void {
    if (this.#at > this.#from) this.#buffers.push(this.#buffer.subarray(this.#from, this.#at));
    this.#from = this.#at;
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Cuts a stream of bytes into frames. A frame that comes whole in one chunk is a view of it; one that does not is
 * collected in a buffer that is allocated once.
 */
export class FrameReader {
  readonly #onFrame: (frame: Frame) => void;
  readonly #head = Buffer.allocUnsafe(HEAD_BYTES);
  #headFilled = 0;
  #payload: Buffer | undefined;
  #payloadFilled = 0;

  constructor(onFrame: (frame: Frame) => void) {
    this.#onFrame = onFrame;
  }

  /** @throws {FrameError} when a length cannot be one. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) at = this.#payload ? this.#fillPayload(chunk, at) : this.#readHead(chunk, at);
  }

  #readHead(chunk: Buffer, from: number): number {
    const copied = chunk.copy(this.#head, this.#headFilled, from, from + HEAD_BYTES - this.#headFilled);
    this.#headFilled += copied;
    const at = from + copied;
    if (this.#headFilled < HEAD_BYTES) return at;
    this.#headFilled = 0;
    const length = this.#head.readUInt32LE(0) - 1;
    const type = this.#head.readUInt8(4);
    if (length < 0 || length >= FRAME_BYTES_MAX) throw new FrameError(`a frame of ${length + 1} bytes cannot be`);
    if (chunk.length - at >= length) {
      this.#onFrame({ type, payload: chunk.subarray(at, at + length) });
      return at + length;
    }
    this.#payload = Buffer.allocUnsafe(length);
    this.#payloadFilled = 0;
    return at;
  }

  #fillPayload(chunk: Buffer, from: number): number {
    const payload = this.#payload as Buffer;
    const copied = chunk.copy(payload, this.#payloadFilled, from);
    this.#payloadFilled += copied;
    if (this.#payloadFilled === payload.length) {
      this.#payload = undefined;
      this.#onFrame({ type: this.#head.readUInt8(4), payload });
    }
    return from + copied;
  }
}
