import { once } from 'node:events';
import type { Socket } from 'node:net';
import { readConfig } from '../../src/runtime/config/read.js';
import { loadMessage } from '../../src/runtime/host-settings.js';
import { spawnWorker } from '../../src/runtime/pool/spawn-worker.js';
import {
  decodeReplies,
  encodeBatch,
  encodeFrame,
  type Frame,
  FrameReader,
  FromWorker,
  type ReplyMessage,
  ToWorker,
} from '../../src/runtime/worker/frames.js';
import {
  decodeMessage,
  encodeCallHead,
  encodeMessage,
  type FailedMessage,
  type LogMessage,
} from '../../src/runtime/worker/messages.js';

/**
 * A worker of dist/ without a host. It loads one entry module after the other, each in the place of the one before, where a
 * host would start two processes for each. For what is a worker's own: what modules may be, and what it says of those that
 * cannot be loaded. End it with `stop()`.
 */
export class WorkerAlone {
  readonly #child = spawnWorker();
  readonly #channel = this.#child.stdio[3] as Socket;
  #onFrame: (frame: Frame) => void = () => {};
  /** What it has logged since the last load. */
  logs: string[] = [];

  constructor() {
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.resume();
    const reader = new FrameReader((frame) => {
      if (frame.type === FromWorker.log) this.logs.push(decodeMessage<LogMessage>(frame.payload).message);
      else this.#onFrame(frame);
    });
    this.#channel.on('data', (chunk: Buffer) => reader.push(chunk)).on('error', () => {});
  }

  /** Loads what is at this path, with the settings as they are by default. @returns why that failed, if it did. */
  async load(entry: string): Promise<FailedMessage | undefined> {
    const { config } = await readConfig([entry], {});
    this.logs = [];
    const { type, payload } = await this.#ask(
      encodeFrame(ToWorker.load, encodeMessage(loadMessage(config))),
      FromWorker.ready,
      FromWorker.failed,
    );
    return type === FromWorker.failed ? decodeMessage<FailedMessage>(payload) : undefined;
  }

  /** Has it run one call with a text for a body. */
  async call(body: string): Promise<ReplyMessage> {
    const headers = ['content-type', 'text/plain'];
    const head = encodeCallHead({ requestId: 'r', method: 'POST', target: '/score', headers });
    const { payload } = await this.#ask(
      encodeBatch([{ callId: 1, head, body: [Buffer.from(body)] }]),
      FromWorker.replies,
    );
    return decodeReplies(payload).replies[0] as ReplyMessage;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }

  /** Sends frames, and waits for one of these types. */
  #ask(frames: readonly Buffer[], ...types: readonly Frame['type'][]): Promise<Frame> {
    return new Promise((resolve, reject) => {
      const onEnd = (code: number | null, signal: string | null) => reject(new Error(`it ended: ${code ?? signal}`));
      this.#child.once('exit', onEnd);
      this.#onFrame = (frame) => {
        if (!types.includes(frame.type)) return;
        this.#child.off('exit', onEnd);
        resolve(frame);
      };
      for (const frame of frames) this.#channel.write(frame);
    });
  }
}
