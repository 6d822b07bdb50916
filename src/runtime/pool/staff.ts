import type { ChildProcess } from 'node:child_process';
import { HostError } from '../../errors.js';
import type { ModelReport } from '../models/model-settings.js';
import type { ReplyMessage } from '../worker/frames.js';
import type { FailedMessage, LoadMessage, LogMessage, ReadyMessage } from '../worker/messages.js';
import type { Call } from './call.js';
import { describeExit, diedEarly } from './early-death.js';
import type { ReplyStream } from './reply-stream.js';
import { RestartPolicy } from './restart-policy.js';
import type { TimeoutEntry } from './timeout-list.js';
import { type WorkerEvents, type WorkerExit, WorkerProcess } from './worker-process.js';

/** A worker, and what it is doing. */
export interface Seat {
  readonly worker: WorkerProcess;
  /** The batch it has credit for; empty when it is free. */
  batch: Call[];
  batchTimeout: TimeoutEntry<Seat> | undefined;
  readonly streams: Map<number, ReplyStream>;
  wasReady: boolean;
  /** When it was sent a ping that it has not answered. */
  pingedAtMs: number | undefined;
  /** Whether it answers pings while it has nothing to do. */
  responsive: boolean;
  /** Says that the entry module is not loaded yet, now and then. */
  readonly slowStart: NodeJS.Timeout;
}

/** Whether calls can be answered; the reason is for a person. */
export interface Readiness {
  readonly ready: boolean;
  readonly reason: string;
  readonly workersReady: number;
  readonly workersWanted: number;
  /** Those that the workers have loaded, and where they compute. */
  readonly models?: readonly ModelReport[];
}

/** What the staff tells the pool. */
export interface StaffEvents {
  /** Every worker that was asked for has been ready once. */
  onAllReady(ready: ReadyMessage): void;
  /** A worker has loaded a model, or released one: those that it has now. */
  onModels(models: readonly ModelReport[]): void;
  /** A worker can take a batch. */
  onFree(seat: Seat): void;
  onReplies(seat: Seat, replies: readonly ReplyMessage[]): void;
  /** A worker is gone, with what it held. */
  onLost(seat: Seat): void;
  onLog(line: LogMessage, worker: number | undefined): void;
  /** It cannot go on: the entry module does not load, or workers keep dying. */
  onFatal(error: HostError): void;
}

/** After all were ready once, the staff is not ready only when no worker has been for so long. */
const UNREADY_AFTER_MS = 1_000;

/** How often an idle worker is asked whether it is there, and how long it may take to say so. */
const PING_MS = 500;
const PONG_MS_MAX = 1_000;
/** How often the log says that a worker is still starting. */
const SLOW_START_MS = 30_000;

/** The worker processes: as many as were asked for, each replaced when it dies. */
export class Staff {
  readonly #wanted: number;
  readonly #load: LoadMessage;
  readonly #events: StaffEvents;
  readonly #restart = new RestartPolicy();
  readonly #seats = new Set<Seat>();
  #everReady = false;
  #lastReadyAtMs = 0;
  #stopping = false;
  #onEmpty: (() => void) | undefined;
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(wanted: number, load: LoadMessage, events: StaffEvents) {
    this.#wanted = wanted;
    this.#load = load;
    this.#events = events;
  }

  /** @param firstWorker - A process that was started beforehand, of `spawnWorker()`. */
  start(firstWorker?: ChildProcess): void {
    this.#hire(firstWorker);
    for (let i = 1; i < this.#wanted; i++) this.#hire();
    this.#heartbeat = setInterval(() => this.#beat(), PING_MS);
  }

  /** Whether all workers have been ready once: until then the service is starting. */
  get everReady(): boolean {
    return this.#everReady;
  }

  /** Workers that are ready and have no batch. */
  *free(): Iterable<Seat> {
    for (const seat of this.#seats) if (isReady(seat) && seat.batch.length === 0) yield seat;
  }

  /** Whose batch a call is in. */
  seatOf(call: Call): Seat | undefined {
    for (const seat of this.#seats) if (seat.batch.includes(call)) return seat;
    return undefined;
  }

  get readiness(): Readiness {
    const workersReady = [...this.#seats].filter(isReady).length;
    const counts = { workersReady, workersWanted: this.#wanted };
    if (!this.#everReady) {
      return { ready: false, reason: `starting: ${workersReady} of ${this.#wanted} workers ready`, ...counts };
    }
    if (workersReady > 0) return { ready: true, reason: 'ready', ...counts };
    const ready = performance.now() - this.#lastReadyAtMs < UNREADY_AFTER_MS;
    return { ready, reason: 'no worker is ready: they are being replaced', ...counts };
  }

  /** Asks all to go. Resolves when every process is gone; calls that still run are lost. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#heartbeat);
    for (const { worker } of this.#seats) worker.stop();
    if (this.#seats.size > 0) await new Promise<void>((resolve) => (this.#onEmpty = resolve));
  }

  /** Ends all at once. */
  kill(): void {
    this.#stopping = true;
    for (const { worker } of this.#seats) worker.kill();
  }

  #hire(child?: ChildProcess): void {
    const events: WorkerEvents = {
      onReady: (ready) => this.#onReady(seat, ready),
      onFailed: (failed) => this.#onFailed(seat, failed),
      onReplies: (replies) => {
        this.#restart.succeeded();
        this.#events.onReplies(seat, replies);
      },
      onChunk: (callId, chunk) => seat.streams.get(callId)?.append(chunk),
      onEnd: (callId, { error }) => seat.streams.get(callId)?.finish(error),
      onPong: () => this.#onPong(seat),
      onModels: (models) => this.#events.onModels(models),
      onLog: (line) => this.#events.onLog(line, worker.pid),
      onLost: (exit) => this.#onLost(seat, exit),
    };
    const worker = new WorkerProcess(this.#load, events, child);
    const slowStart = setInterval(() => this.#onSlowStart(seat), SLOW_START_MS);
    const idle = { batch: [], batchTimeout: undefined, streams: new Map(), pingedAtMs: undefined };
    const seat: Seat = { worker, slowStart, ...idle, wasReady: false, responsive: true };
    this.#seats.add(seat);
  }

  #onReady(seat: Seat, ready: ReadyMessage): void {
    clearInterval(seat.slowStart);
    seat.wasReady = true;
    const allReady = this.#seats.size === this.#wanted && [...this.#seats].every(({ wasReady }) => wasReady);
    if (allReady && !this.#everReady) {
      this.#everReady = true;
      this.#events.onAllReady(ready);
    }
    this.#events.onFree(seat);
  }

  /**
   * Readiness is what workers show, not what they once said: one whose event loop stands still while it has nothing to
   * do, in a timer of user code for instance, is given no calls until it answers again. Real calls have the deadline.
   */
  #beat(): void {
    const now = performance.now();
    for (const seat of this.#seats) {
      if (seat.worker.state !== 'ready' || seat.batch.length > 0) seat.pingedAtMs = undefined;
      else if (seat.pingedAtMs === undefined) {
        seat.pingedAtMs = now;
        seat.worker.ping();
      } else if (seat.responsive && now - seat.pingedAtMs > PONG_MS_MAX) this.#onSilence(seat);
    }
  }

  #onSilence(seat: Seat): void {
    seat.responsive = false;
    this.#lastReadyAtMs = performance.now();
    const message = 'the worker has nothing to do and does not answer: user code keeps its event loop busy';
    this.#events.onLog({ level: 'warn', message }, seat.worker.pid);
  }

  #onPong(seat: Seat): void {
    seat.pingedAtMs = undefined;
    if (seat.responsive) return;
    seat.responsive = true;
    this.#events.onFree(seat);
  }

  #onSlowStart({ worker }: Seat): void {
    const message = 'still starting: the entry module is being loaded, or its init() has not ended';
    this.#events.onLog({ level: 'warn', message }, worker.pid);
  }

  #onFailed(seat: Seat, { code, report }: FailedMessage): void {
    if (!this.#everReady) {
      this.#events.onFatal(new HostError(code, report));
      return;
    }
    this.#events.onLog({ level: 'error', message: report }, seat.worker.pid);
    seat.worker.kill();
  }

  #onLost(seat: Seat, exit: WorkerExit): void {
    clearInterval(seat.slowStart);
    this.#seats.delete(seat);
    if (this.#stopping) {
      if (this.#seats.size === 0) this.#onEmpty?.();
      return;
    }
    const ending = describeExit(exit);
    this.#events.onLog({ level: 'error', message: `worker ${ending}` }, seat.worker.pid);
    const wasRunning = seat.batch.length > 0 || seat.streams.size > 0;
    if (seat.wasReady) this.#lastReadyAtMs = performance.now();
    this.#events.onLost(seat);
    if (!this.#everReady && !seat.wasReady) return this.#events.onFatal(diedEarly(exit, this.#load));
    const delayMs = this.#restart.afterDeath({ wasReady: seat.wasReady, wasRunning });
    if (delayMs === undefined) {
      const message =
        `scorehost cannot go on: workers keep dying while they have nothing to do. The last ${ending}.\n\n` +
        'Fix: Look in the log for what they wrote before: a timer, a listener or a native library of the entry module.';
      return this.#events.onFatal(new HostError('WORKER_FAILED', message));
    }
    setTimeout(() => this.#stopping || this.#hire(), delayMs);
  }
}

function isReady({ worker, responsive }: Seat): boolean {
  return worker.state === 'ready' && responsive;
}
