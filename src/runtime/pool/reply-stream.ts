import { Readable } from 'node:stream';

/** What a stream asks of its worker. */
export interface StreamSource {
  /** The reader has taken so many bytes: the worker may send as many more. */
  credit(bytes: number): void;
  /** Nobody reads any more. */
  cancel(): void;
}

/** The body of a streamed reply. It takes no more from the worker than its reader takes from it, and a window. */
export class ReplyStream extends Readable {
  readonly #source: StreamSource;
  readonly #idle: NodeJS.Timeout;
  #uncreditedBytes = 0;
  #ended = false;
  #failure: Error | undefined;

  /** @param idleMsMax - Longest time in which no chunk comes and none is taken. */
  constructor(source: StreamSource, idleMsMax: number) {
    super();
    this.#source = source;
    this.#idle = setTimeout(() => this.destroy(new Error(`no chunk within ${idleMsMax} ms`)), idleMsMax);
  }

  /** A chunk has come from the worker. */
  append(chunk: Uint8Array): void {
    if (this.destroyed) return;
    this.#idle.refresh();
    this.#uncreditedBytes += chunk.length;
    this.push(chunk);
  }

  /** The worker has sent all there is. With an error the chunks before it are still read, and {@link failure} is set. */
  finish(error?: string): void {
    if (this.#ended) return;
    if (error !== undefined) this.#failure = new Error(error);
    this.#ended = true;
    this.push(null);
  }

  /** Why it ended before its end: its reader must not pass what came on as the whole. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  override _read(): void {
    this.#idle.refresh();
    if (this.#uncreditedBytes === 0 || this.#ended) return;
    this.#source.credit(this.#uncreditedBytes);
    this.#uncreditedBytes = 0;
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#idle);
    if (!this.#ended) this.#source.cancel();
    this.#ended = true;
    done(error);
  }
}
