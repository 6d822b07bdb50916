import { asError } from '../../errors.js';
import type { Channel } from './channel.js';
import { encodeCallFrame, FromWorker, STREAM_WINDOW_BYTES } from './frames.js';

/** A quarter of the window: a reader that takes this much is still there. */
const SLICE_BYTES = STREAM_WINDOW_BYTES / 4;

/** Sends the chunks of one streamed reply, never more than the window ahead of what the client has taken. */
export class StreamSender {
  readonly #callId: number;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #channel: Channel;
  #windowBytes = STREAM_WINDOW_BYTES;
  #cancelled = false;
  #wake: (() => void) | undefined;

  constructor(callId: number, chunks: AsyncIterator<Uint8Array>, channel: Channel) {
    this.#callId = callId;
    this.#chunks = chunks;
    this.#channel = channel;
  }

  /** @returns what ended it early, if the generator threw. */
  async send(): Promise<Error | undefined> {
    const error = await this.#sendAll();
    if (!this.#cancelled) this.#channel.sendEnd(this.#callId, error ? { error: error.message } : {});
    return error;
  }

  /** The client has taken so many bytes more. */
  credit(bytes: number): void {
    this.#windowBytes += bytes;
    if (this.#windowBytes > 0) this.#wake?.();
  }

  /** The client has left: the generator is told at its next `yield`, its `finally` runs. */
  cancel(): void {
    this.#cancelled = true;
    this.#wake?.();
    // A generator that throws while it is ended has nobody left to tell but the log, which `send` serves.
    void Promise.resolve(this.#chunks.return?.()).catch(() => {});
  }

  async #sendAll(): Promise<Error | undefined> {
    try {
      while (!this.#cancelled) {
        const { done, value } = await this.#chunks.next();
        if (done || this.#cancelled) return undefined;
        await this.#sendChunk(value);
      }
    } catch (error) {
      return asError(error);
    }
    return undefined;
  }

  /** In slices, so that the window holds however much is yielded at once. */
  async #sendChunk(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length && !this.#cancelled; at += SLICE_BYTES) {
      const slice = chunk.subarray(at, at + SLICE_BYTES);
      this.#channel.send(encodeCallFrame(FromWorker.chunk, this.#callId, slice));
      this.#windowBytes -= slice.length;
      if (this.#windowBytes <= 0) await this.#credited();
    }
  }

  #credited(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }
}
