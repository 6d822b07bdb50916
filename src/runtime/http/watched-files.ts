import { constants, open } from 'node:fs/promises';
import { asError } from '../../errors.js';
import type { Log } from '../telemetry/log.js';

/** How often files are read again. Not by file events: Kubernetes swaps a link above them, network file systems tell nothing. */
const READ_AGAIN_MS = 500;
/** Keys and certificates are small: what is larger is another file. */
const BYTES_MAX = 1024 * 1024;
/**
 * So many times in a row a problem must be met before it is logged. Files that belong together, such as a certificate and
 * its key, are written one after the other: what is wrong between the two is no news.
 */
const PROBLEM_READS = 2;

/** The contents of files, in the order of their paths. */
export type Contents = readonly Buffer[];

/**
 * Files whose contents are taken over while the host runs: read again twice a second, and given to `take` when they are twice the
 * same, and differ from what it took last. What cannot be read or taken changes nothing but the log, and is tried again.
 */
export class WatchedFiles {
  readonly #paths: readonly string[];
  readonly #take: (contents: Contents) => void;
  readonly #log: Log;
  #taken: Contents = [];
  #seen: Contents = [];
  #problem = '';
  #problemReads = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /** @param take - Takes contents over, or throws an error that says what is wrong with them. */
  constructor(paths: readonly string[], log: Log, take: (contents: Contents) => void) {
    this.#paths = paths;
    this.#take = take;
    this.#log = log;
  }

  /** Reads and takes the files for the first time. @throws what is wrong with them. */
  async start(): Promise<void> {
    const contents = await readFiles(this.#paths);
    this.#take(contents);
    this.#taken = contents;
    this.#wait();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** One after the other: a file system that hangs is asked once. */
  #wait(): void {
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#readAgain(), READ_AGAIN_MS).unref();
  }

  async #readAgain(): Promise<void> {
    try {
      const contents = await readFiles(this.#paths);
      if (this.#stopped) return;
      // Twice the same: one that is still being written may look whole.
      if (!isSame(contents, this.#taken) && isSame(contents, this.#seen)) {
        this.#take(contents);
        this.#taken = contents;
      }
      this.#seen = contents;
      this.#problem = '';
    } catch (error) {
      this.#onProblem(asError(error).message);
    }
    this.#wait();
  }

  #onProblem(problem: string): void {
    this.#problemReads = problem === this.#problem ? this.#problemReads + 1 : 1;
    this.#problem = problem;
    if (this.#problemReads === PROBLEM_READS) this.#log.error(`${problem} What was there before holds on.`);
  }
}

function readFiles(paths: readonly string[]): Promise<Contents> {
  return Promise.all(paths.map(readSmallFile));
}

/** @throws an error that names the file. */
async function readSmallFile(path: string): Promise<Buffer> {
  // Without waiting: whoever opens a FIFO would wait for its writer, and could not be ended meanwhile.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error) => {
    throw unreadable(path, asError(error).message);
  });
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw unreadable(path, 'it is no file.');
    if (stat.size > BYTES_MAX) throw unreadable(path, `it has ${stat.size} bytes, more than ${BYTES_MAX}.`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function unreadable(path: string, reason: string): Error {
  return new Error(`Cannot read ${path}: ${reason}${reason.endsWith('.') ? '' : '.'}`);
}

function isSame(contents: Contents, others: Contents): boolean {
  return contents.every((content, i) => others[i]?.equals(content));
}
