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
  readonly text: string;
  readonly bytes: number;
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
  readonly #waiting = new Map<string, Waiting>();
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;

  constructor(store: Store, onAck: (ack: WriterAck) => void) {
    this.#store = store;
    this.#onAck = onAck;
  }

  add(place: Place, text: string, recordBytes: number): void {
    const key = keyOf(place);
    const waiting = this.#waiting.get(key) ?? { place, lines: [], bytes: 0 };
    this.#waiting.set(key, waiting);
    const bytes = Buffer.byteLength(text);
    waiting.lines.push({ text, bytes, recordBytes });
    waiting.bytes += bytes;
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
    try {
      await this.#store.append(place, Buffer.from(block.map(({ text }) => text).join('')));
      this.#onAck({ bytes, written: block.length, failed: 0, unusable: 0 });
    } catch (error) {
      const problem = asError(error).message;
      this.#onAck({ bytes, written: 0, failed: block.length, unusable: 0, problem });
    }
  }
}

/** Whole records, as many as may be written at once. */
function blocksOf(lines: readonly Lines[]): Lines[][] {
  const blocks: Lines[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const one of lines) {
    if (size + one.bytes > BLOCK_BYTES_MAX) {
      blocks.push([]);
      size = 0;
    }
    blocks.at(-1)?.push(one);
    size += one.bytes;
  }
  return blocks;
}
