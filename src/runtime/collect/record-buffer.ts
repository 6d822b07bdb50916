import { FRAME_HEAD_BYTES, ToWriter } from './writer-frames.js';

/** Smaller records are written together. */
const CHUNK_BYTES = 128 * 1024;
/** How long a record waits for others. */
const WAIT_MS = 20;

/**
 * Gathers records into few and large writes. They are copied: what they come in belongs to the calls, and would be kept from
 * being reused by a record that waits.
 */
export class RecordBuffer {
  readonly #write: (bytes: Buffer) => void;
  #chunk = Buffer.alloc(0);
  /** What lies before has been written. */
  #from = 0;
  #at = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(write: (bytes: Buffer) => void) {
    this.#write = write;
  }

  /** @param length - Of all parts together. */
  add(length: number, parts: readonly Uint8Array[]): void {
    this.#reserve(FRAME_HEAD_BYTES + length);
    this.#at = this.#chunk.writeUInt32LE(length + 1, this.#at);
    this.#at = this.#chunk.writeUInt8(ToWriter.record, this.#at);
    for (const part of parts) {
      this.#chunk.set(part, this.#at);
      this.#at += part.length;
    }
    if (this.#at - this.#from >= CHUNK_BYTES / 2) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), WAIT_MS);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const bytes = this.#chunk.subarray(this.#from, this.#at);
    this.#from = this.#at;
    if (bytes.length > 0) this.#write(bytes);
  }

  /** Forgets what has not been written. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#from = this.#at;
  }

  #reserve(length: number): void {
    if (this.#at + length <= this.#chunk.length) return;
    this.flush();
    this.#chunk = Buffer.allocUnsafeSlow(Math.max(length, CHUNK_BYTES));
    this.#from = 0;
    this.#at = 0;
  }
}
