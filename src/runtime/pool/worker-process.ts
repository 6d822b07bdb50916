import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { asError } from '../../errors.js';
import type { ModelReport } from '../models/model-settings.js';
import {
  type CallMessage,
  COLLECT_HOLD_MS,
  decodeCallFrame,
  decodeMemory,
  decodeReplies,
  encodeBatch,
  encodeCallFrame,
  encodeFrame,
  type Frame,
  FrameError,
  FrameReader,
  FromWorker,
  type Replies,
  ToWorker,
} from '../worker/frames.js';
import {
  decodeMessage,
  type EndMessage,
  encodeMessage,
  type FailedMessage,
  type LoadMessage,
  type LogLevel,
  type LogMessage,
  type MetricsMessage,
  type ModelsMessage,
  type ReadyMessage,
} from '../worker/messages.js';
import { eachLine } from './lines.js';
import { checkedLine, checkedMetrics, checkedModels } from './told.js';

/** Lines of stderr that a report of its death shows. */
const LAST_LINES_MAX = 20;
/** How long a worker that was asked to go may run its `exit` handlers. */
const STOP_MS_MAX = 2_000;

/** How a worker process ended. */
export interface WorkerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whether the kernel ended a process, maybe this one, because the container's memory was used up. */
  readonly outOfMemory?: boolean;
  /** Whether it was killed because it had sent what it must not. */
  readonly distrusted?: boolean;
  /** The last lines it wrote to stderr. */
  readonly lastLines: readonly string[];
}

/** What the pool hears of a worker. */
export interface WorkerEvents {
  onReady(ready: ReadyMessage): void;
  onFailed(failed: FailedMessage): void;
  onReplies(replies: Replies): void;
  onChunk(callId: number, chunk: Uint8Array): void;
  onEnd(callId: number, end: EndMessage): void;
  onPong(): void;
  /** Bytes of memory that it keeps resident. */
  onMemory(residentBytes: number): void;
  onModels(models: readonly ModelReport[]): void;
  onMetrics(metrics: MetricsMessage): void;
  /** A record of data collection, as it came. @returns false where there is no room for more. */
  onCollect(record: Buffer): boolean;
  onLog(line: LogMessage): void;
  /** The last event: the process is gone, and everything that it wrote has been read. */
  onLost(exit: WorkerExit): void;
}

/** Native libraries colour their lines, and end a colour on a line of its own. */
function withoutColours(line: string): string {
  return line.replaceAll(/\u001b\[[0-9;]*m/g, '');
}

/** `starting` until its entry module is loaded; `lost` once the process is gone. */
export type WorkerState = 'starting' | 'ready' | 'failed' | 'lost';

/** A worker process, seen from the front: what it is told, and what it tells. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #channel: Socket;
  readonly #events: WorkerEvents;
  readonly #lastLines: string[] = [];
  #state: WorkerState = 'starting';
  #distrusted = false;
  #heldAtMs = Number.NEGATIVE_INFINITY;

  /** @param child - A process of `spawnWorker()` that nobody has spoken to yet. */
  constructor(load: LoadMessage, events: WorkerEvents, child: ChildProcess) {
    this.#events = events;
    this.#child = child;
    this.#channel = this.#child.stdio[3] as Socket;
    this.#readOutput();
    this.#readFrames();
    this.#watchEnd();
    this.#write(encodeFrame(ToWorker.load, encodeMessage(load)));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get state(): WorkerState {
    return this.#state;
  }

  sendBatch(calls: readonly CallMessage[]): void {
    this.#write(encodeBatch(calls));
  }

  cancel(callId: number): void {
    this.#write(encodeCallFrame(ToWorker.cancel, callId));
  }

  /** Asks an idle worker whether its event loop turns. */
  ping(): void {
    this.#write(encodeFrame(ToWorker.ping));
  }

  credit(callId: number, bytes: number): void {
    const payload = Buffer.allocUnsafe(4);
    payload.writeUInt32LE(bytes);
    this.#write(encodeCallFrame(ToWorker.credit, callId, payload));
  }

  /** Ends it at once, whatever it does. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Asks it to go by closing the pair; one that does not is killed. */
  stop(): void {
    this.#channel.end();
    setTimeout(() => this.kill(), STOP_MS_MAX).unref();
  }

  #readOutput(): void {
    const log = (level: LogLevel) => (line: string) => {
      const message = withoutColours(line);
      if (message.trim() === '') return;
      if (level === 'warn') this.#lastLines.splice(0, this.#lastLines.length + 1 - LAST_LINES_MAX);
      if (level === 'warn') this.#lastLines.push(message);
      this.#events.onLog({ level, message });
    };
    eachLine(this.#child.stdout as Readable, log('info'));
    eachLine(this.#child.stderr as Readable, log('warn'));
  }

  #readFrames(): void {
    const reader = new FrameReader((frame) => this.#onFrame(frame));
    this.#channel.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk);
      } catch (error) {
        this.#distrust(asError(error));
      }
    });
    // A write that raced the death of the worker; the events below do what is needed.
    this.#channel.on('error', () => {});
  }

  /** User code can write to any file descriptor: a worker that breaks the contract is replaced. */
  #distrust(error: Error): void {
    this.#distrusted = true;
    this.#channel.removeAllListeners('data').resume();
    this.#events.onLog({
      level: 'error',
      message: `worker ${this.pid} sent what it must not, and is killed: ${error.message}`,
    });
    this.kill();
  }

  #onFrame({ type, payload }: Frame): void {
    switch (type) {
      case FromWorker.replies:
        return this.#events.onReplies(decodeReplies(payload));
      case FromWorker.chunk: {
        const chunk = decodeCallFrame(payload);
        return this.#events.onChunk(chunk.callId, chunk.payload);
      }
      case FromWorker.end: {
        const end = decodeCallFrame(payload);
        return this.#events.onEnd(end.callId, decodeMessage<EndMessage>(end.payload));
      }
      case FromWorker.pong:
        return this.#events.onPong();
      case FromWorker.memory:
        return this.#events.onMemory(decodeMemory(payload));
      case FromWorker.models:
        return this.#events.onModels(checkedModels(decodeMessage<ModelsMessage>(payload).models));
      case FromWorker.metrics:
        return this.#events.onMetrics(checkedMetrics(decodeMessage<MetricsMessage>(payload)));
      case FromWorker.collect:
        if (!this.#events.onCollect(payload)) this.#hold();
        return;
      case FromWorker.log:
        return this.#events.onLog(checkedLine(decodeMessage<LogMessage>(payload)));
      case FromWorker.ready:
        this.#state = 'ready';
        return this.#events.onReady(decodeMessage<ReadyMessage>(payload));
      case FromWorker.failed:
        this.#state = 'failed';
        return this.#events.onFailed(decodeMessage<FailedMessage>(payload));
      default:
        throw new FrameError(`the front knows no frame of type ${type}`);
    }
  }

  /**
   * The worker is lost when the process has ended *and* its socket is read to the end: answers may still be in it. The
   * child's own `close` event would also wait for stdout, which a grandchild can hold open for ever.
   */
  #watchEnd(): void {
    let exit: Omit<WorkerExit, 'lastLines'> | undefined;
    let drained = false;
    const lost = () => {
      if (!exit || !drained) return;
      this.#state = 'lost';
      this.#events.onLost({ ...exit, distrusted: this.#distrusted, lastLines: this.#lastLines });
    };
    this.#channel.once('close', () => {
      drained = true;
      lost();
    });
    this.#child.once('exit', (code, signal) => {
      exit = { code, signal };
      lost();
    });
    this.#child.once('error', (error) => {
      exit = { code: null, signal: null };
      this.#lastLines.push(`the process could not be started: ${error.message}`);
      lost();
    });
  }

  /**
   * Has it write no records for a while. One frame does for all records that were on their way when it was sent; those that come
   * behind the time it asks for need another.
   */
  #hold(): void {
    const nowMs = performance.now();
    if (nowMs - this.#heldAtMs < COLLECT_HOLD_MS / 2) return;
    this.#heldAtMs = nowMs;
    this.#write(encodeFrame(ToWorker.hold));
  }

  #write(frame: readonly Uint8Array[]): void {
    // What is written behind the end would close the pair, and what the worker still has to say would be lost.
    if (!this.#channel.writable) return;
    if (frame.length > 1) this.#channel.cork();
    for (const part of frame) this.#channel.write(part);
    if (frame.length > 1) this.#channel.uncork();
  }
}
