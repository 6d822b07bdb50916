import { asError } from '../../../errors.js';
import type { WriterAck } from '../writer-frames.js';
import type { Place } from './place.js';
import { keyOf, type Store } from './store.js';

/** How long a line waits for others. */
const FLUSH_MS = 1_000;
/** A file with more than this is written at once. */
const FLUSH_BYTES = 1024 * 1024;
/** Blocks of a blob are no longer in older accounts. */
const BLOCK_BYTES_MAX = 4 * 1024 * 1024;

/** Lines of one record. */
interface Lines {
  /** No text: what waits may be more than the heap can hold. */
  readonly bytes: Buffer;
  /** Of the record, as it came. */
  readonly recordBytes: number;
}

/** Lines that wait for their file. */
interface Waiting {
  readonly place: Place;
  lines: Lines[];
  bytes: number;
}

/** Files that are written beside each other: each write waits for a network, or for a disk. */
const FILES_AT_ONCE = 4;

/** Gathers lines by file, and writes the files. */
export class RecordFiles {
  readonly #store: Store;
  readonly #onAck: (ack: WriterAck) => void;
  readonly #bytesMax: number;
  readonly #waiting = new Map<string, Waiting>();
  /** Of all lines that have not been written. */
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;

  /** @param bytesMax - Of lines that wait: a small record can be many of them. */
  constructor(store: Store, onAck: (ack: WriterAck) => void, bytesMax: number) {
    this.#store = store;
    this.#onAck = onAck;
    this.#bytesMax = bytesMax;
  }

  add(place: Place, text: string, recordBytes: number): void {
    const bytes = Buffer.from(text);
    if (this.#bytes + bytes.length > this.#bytesMax) {
      const problem = `more than ${this.#bytesMax} bytes of lines wait`;
      return this.#onAck({ bytes: recordBytes, written: 0, failed: 1, unusable: 0, problem });
    }
    this.#bytes += bytes.length;
    const key = keyOf(place);
    const waiting = this.#waiting.get(key) ?? { place, lines: [], bytes: 0 };
    this.#waiting.set(key, waiting);
    waiting.lines.push({ bytes, recordBytes });
    waiting.bytes += bytes.length;
    if (waiting.bytes >= FLUSH_BYTES) void this.#flush();
    else this.#flushLater();
  }

  /** Resolves when all that is there has been written, or could not be. */
  async end(): Promise<void> {
    while (this.#flushing || this.#waiting.size > 0) await this.#flush();
  }

  #flushLater(): void {
    this.#timer ??= setTimeout(() => void this.#flush(), FLUSH_MS);
  }

  #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing ??= this.#flushAll().finally(() => {
      this.#flushing = undefined;
      if (this.#waiting.size > 0) this.#flushLater();
    });
    return this.#flushing;
  }

  async #flushAll(): Promise<void> {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    const writeNext = async (): Promise<void> => {
      for (let next = all.shift(); next !== undefined; next = all.shift()) {
        for (const block of blocksOf(next.lines)) await this.#write(next.place, block);
      }
    };
    await Promise.all(Array.from({ length: FILES_AT_ONCE }, writeNext));
  }

  async #write(place: Place, block: readonly Lines[]): Promise<void> {
    const bytes = block.reduce((sum, { recordBytes }) => sum + recordBytes, 0);
    const lines = Buffer.concat(block.map((one) => one.bytes));
    try {
      await this.#store.append(place, lines);
      this.#onAck({ bytes, written: block.length, failed: 0, unusable: 0 });
    } catch (error) {
      const problem = asError(error).message;
      this.#onAck({ bytes, written: 0, failed: block.length, unusable: 0, problem });
    } finally {
      this.#bytes -= lines.length;
    }
  }
}

/** Whole records, as many as may be written at once. */
function blocksOf(lines: readonly Lines[]): Lines[][] {
  const blocks: Lines[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const one of lines) {
    if (size + one.bytes.length > BLOCK_BYTES_MAX) {
      blocks.push([]);
      size = 0;
    }
    blocks.at(-1)?.push(one);
    size += one.bytes.length;
  }
  return blocks;
}
