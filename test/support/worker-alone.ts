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
  ReplyKind,
  type ReplyMessage,
  ToWorker,
} from '../../src/runtime/worker/frames.js';
import {
  decodeMessage,
  type ErrorHead,
  encodeCallHead,
  encodeMessage,
  type FailedMessage,
  type LogMessage,
  type ReadyMessage,
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
  /** What it, and native code in it, has logged since the last load. */
  logs: string[] = [];

  constructor() {
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.logs.push(text));
    }
    const reader = new FrameReader((frame) => {
      if (frame.type === FromWorker.log) this.logs.push(decodeMessage<LogMessage>(frame.payload).message);
      else this.#onFrame(frame);
    });
    this.#channel.on('data', (chunk: Buffer) => reader.push(chunk)).on('error', () => {});
  }

  /**
   * Loads what is at this path.
   *
   * @param env - Settings that are not as by default.
   */
  async load(entry: string, env: Readonly<Record<string, string>> = {}): Promise<ReadyMessage> {
    const { type, payload } = await this.#askToLoad(entry, env);
    if (type === FromWorker.failed) throw new Error(decodeMessage<FailedMessage>(payload).report);
    return decodeMessage<ReadyMessage>(payload);
  }

  /** The same, of what cannot be loaded: it tells why. */
  async fail(entry: string, env: Readonly<Record<string, string>> = {}): Promise<FailedMessage> {
    const { type, payload } = await this.#askToLoad(entry, env);
    if (type === FromWorker.ready) throw new Error(`${entry} was loaded`);
    return decodeMessage<FailedMessage>(payload);
  }

  /** Has it run one call. */
  async call(body: string | Buffer, contentType = 'application/json'): Promise<ReplyMessage> {
    const headers = ['content-type', contentType];
    const head = encodeCallHead({ requestId: 'r', method: 'POST', target: '/score', headers });
    const batch = encodeBatch([{ callId: 1, head, body: [Buffer.from(body)] }]);
    const { payload } = await this.#ask(batch, FromWorker.replies);
    return decodeReplies(payload).replies[0] as ReplyMessage;
  }

  /** What it answers to a call, as JSON. */
  async answer(body: string | Buffer, contentType?: string): Promise<string> {
    const { kind, head, body: bytes } = await this.call(body, contentType);
    if (kind !== ReplyKind.json) throw new Error(`a reply of kind ${kind}: ${head}`);
    return String(bytes);
  }

  /** Why it refuses an input. */
  async refusal(body: string | Buffer, contentType?: string): Promise<ErrorHead> {
    const { kind, head } = await this.call(body, contentType);
    if (kind !== ReplyKind.refused) throw new Error(`a reply of kind ${kind}`);
    return decodeMessage<ErrorHead>(head);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }

  async #askToLoad(entry: string, env: Readonly<Record<string, string>>): Promise<Frame> {
    const { config } = await readConfig([entry], env);
    this.logs = [];
    const load = encodeFrame(ToWorker.load, encodeMessage(loadMessage(config)));
    return this.#ask(load, FromWorker.ready, FromWorker.failed);
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
