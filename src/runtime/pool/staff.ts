import type { ChildProcess } from 'node:child_process';
import { HostError } from '../../errors.js';
import type { ModelReport } from '../models/model-settings.js';
import type { Replies } from '../worker/frames.js';
import type {
  FailedMessage,
  LoadMessage,
  LogLevel,
  LogMessage,
  MetricsMessage,
  ReadyMessage,
} from '../worker/messages.js';
import { type DeathCause, deathCause, type KillCause } from './death-cause.js';
import { describeExit, diedEarly } from './early-death.js';
import { Heartbeat } from './heartbeat.js';
import { OomKills } from './oom-kills.js';
import { RestartPolicy } from './restart-policy.js';
import { isBusy, isReady, newSeat, type Seat } from './seat.js';
import { hasOptions, isAlive, spawnWorker } from './spawn-worker.js';
import { leaveIfIdle, type ReplacementCause, Succession } from './succession.js';
import { type WorkerEvents, type WorkerExit, WorkerProcess } from './worker-process.js';
import { freeNumber, viewOf, type WorkerView } from './worker-view.js';

/** Whether calls can be answered; the reason is for a person. */
export interface Readiness {
  readonly ready: boolean;
  readonly reason: string;
  readonly workersReady: number;
  readonly workersWanted: number;
  /** Those that the workers have loaded, and where they compute. */
  readonly models?: readonly ModelReport[];
}

/** How many workers there are, and when one is replaced. */
export interface StaffSettings {
  readonly workers: number;
  /** Milliseconds that a run may take, and an idle worker be silent; 0: no limit. */
  readonly runMsMax: number;
  readonly replacement: 'beside' | 'in-place';
  readonly recycleCalls: number;
  readonly recycleBytes: number;
  /** Whether a process more is kept, which has nothing to do until a worker is to be started. */
  readonly spareWorker: boolean;
  /** Options of Node for the worker processes: their share of the memory. */
  readonly workerOptions: readonly string[];
  /** How many processes the kernel has ended because the container's memory was used up. */
  readonly oomKills: () => number;
}

/** What the staff tells the pool. */
export interface StaffEvents {
  /** Every worker that was asked for has been ready once. */
  onAllReady(ready: ReadyMessage): void;
  /** A worker is ready: what it says of the entry module. */
  onReady(ready: ReadyMessage): void;
  /** A worker has loaded a model, or released one: those that it has now. */
  onModels(models: readonly ModelReport[]): void;
  /** A worker has collected something: a `collect` frame. @returns false where there is no room for more. */
  onCollect(record: Buffer): boolean;
  /** A worker can take a batch. */
  onFree(): void;
  onReplies(seat: Seat, replies: Replies): void;
  /** A worker is gone, with what it held. */
  onLost(seat: Seat): void;
  onReplaced(cause: ReplacementCause, done: boolean): void;
  /** A worker died that was not asked to go. */
  onDied(cause: DeathCause): void;
  /** What the entry module has counted in a worker, by how many were hired before it; undefined when it is gone. */
  onMetrics(worker: number, metrics: MetricsMessage | undefined): void;
  onLog(line: LogMessage, worker: number | undefined): void;
  /** It cannot go on: the entry module does not load, or workers keep dying. */
  onFatal(error: HostError): void;
}

/** After all were ready once, the staff is not ready only when no worker has been for so long. */
const UNREADY_AFTER_MS = 1_000;
/** How often the log says that a worker is still starting. */
const SLOW_START_MS = 30_000;
/** A fresh worker may be above the limit of memory already: it is not replaced before it has answered so many calls. */
const RECYCLE_CALLS_MIN = 100;

/** The worker processes: as many as were asked for, each replaced when it dies, or when it is to be. */
export class Staff {
  readonly #settings: StaffSettings;
  readonly #events: StaffEvents;
  readonly #restart = new RestartPolicy();
  readonly #heartbeat: Heartbeat;
  readonly #succession: Succession;
  readonly #oomKills: OomKills;
  readonly #seats = new Set<Seat>();
  #load: LoadMessage;
  #everReady = false;
  #reloadIsDue = false;
  #hired = 0;
  #lastReadyAtMs = 0;
  #stopping = false;
  #onEmpty: (() => void) | undefined;
  #spare: ChildProcess | undefined;

  constructor(settings: StaffSettings, load: LoadMessage, events: StaffEvents) {
    this.#settings = settings;
    this.#oomKills = new OomKills(settings.oomKills);
    this.#load = load;
    this.#events = events;
    this.#heartbeat = new Heartbeat(settings.runMsMax, {
      onSilence: (seat) => this.#onSilence(seat),
      onDead: (seat) =>
        this.kill(seat, 'silence', 'it has nothing to do, and has not answered for as long as a run may take'),
      onRevived: () => events.onFree(),
    });
    this.#succession = new Succession(settings.replacement === 'in-place', {
      hire: () => this.#hire(),
      onReplaced: (seat, cause, done) => this.#onReplaced(seat, cause, done),
    });
  }

  /** @param firstWorker - A process that was started beforehand, of `spawnWorker()`. */
  start(firstWorker?: ChildProcess): void {
    // It was started before the settings were read, which may say something else.
    const fits = firstWorker && hasOptions(firstWorker, this.#settings.workerOptions);
    if (!fits) firstWorker?.kill('SIGKILL');
    this.#hire(fits ? firstWorker : undefined);
    for (let i = 1; i < this.#settings.workers; i++) this.#hire();
    this.#heartbeat.start(this.#seats);
  }

  /** Whether all workers have been ready once: until then the service is starting. */
  get everReady(): boolean {
    return this.#everReady;
  }

  /** Workers that can take calls, now or when they have answered those that they have. */
  ready(): Seat[] {
    return [...this.#seats].filter(isReady);
  }

  /** All that there are, for those who look on. */
  get workers(): WorkerView[] {
    return [...this.#seats].map(viewOf);
  }

  get readiness(): Readiness {
    const workersReady = this.ready().length;
    const { workers } = this.#settings;
    const counts = { workersReady, workersWanted: workers };
    if (!this.#everReady) {
      return { ready: false, reason: `starting: ${workersReady} of ${workers} workers ready`, ...counts };
    }
    if (workersReady > 0) return { ready: true, reason: 'ready', ...counts };
    const ready = performance.now() - this.#lastReadyAtMs < UNREADY_AFTER_MS;
    return { ready, reason: 'no worker is ready: they are being replaced', ...counts };
  }

  /** Replaces all workers by others that load this; while the service is starting, once it has started. */
  reload(load: LoadMessage): void {
    this.#load = load;
    if (this.#everReady) this.#succession.reload([...this.#seats]);
    else this.#reloadIsDue = true;
  }

  /** A stream of the worker has ended. */
  onStreamEnd(seat: Seat): void {
    leaveIfIdle(seat);
  }

  /** Ends a worker at once. */
  kill(seat: Seat, cause: KillCause, reason: string): void {
    this.#log(seat, 'error', `worker killed: ${reason}`);
    seat.killed = cause;
    seat.worker.kill();
  }

  /** Asks all to go. Resolves when every process is gone; calls that still run are lost. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#heartbeat.stop();
    for (const { worker } of this.#seats) worker.stop();
    if (this.#seats.size > 0) await new Promise<void>((resolve) => (this.#onEmpty = resolve));
  }

  /** Ends all at once. */
  killAll(): void {
    this.#stopping = true;
    for (const { worker } of this.#seats) worker.kill();
  }

  #hire(child = this.#takeSpare() ?? this.#spawn()): Seat {
    const events: WorkerEvents = {
      onReady: (ready) => this.#onReady(seat, ready),
      onFailed: (failed) => this.#onFailed(seat, failed),
      onReplies: (replies) => this.#onReplies(seat, replies),
      onChunk: (callId, chunk) => seat.streams.get(callId)?.append(chunk),
      onEnd: (callId, { error }) => seat.streams.get(callId)?.finish(error),
      onPong: () => this.#heartbeat.onPong(seat),
      onMemory: (residentBytes) => this.#onMemory(seat, residentBytes),
      onModels: (models) => this.#events.onModels(models),
      onMetrics: (metrics) => this.#events.onMetrics(seat.serial, metrics),
      onCollect: (record) => this.#events.onCollect(record),
      onLog: (line) => this.#events.onLog(line, worker.pid),
      onLost: (exit) => this.#onLost(seat, exit),
    };
    const worker = new WorkerProcess(this.#load, events, child);
    const slowStart = setInterval(() => this.#onSlowStart(seat), SLOW_START_MS);
    const seat = newSeat(worker, freeNumber(this.#seats), ++this.#hired, slowStart);
    this.#seats.add(seat);
    return seat;
  }

  #spawn(): ChildProcess {
    return spawnWorker(this.#settings.workerOptions);
  }

  #takeSpare(): ChildProcess | undefined {
    const spare = this.#spare;
    this.#spare = undefined;
    return spare && isAlive(spare) ? spare : undefined;
  }

  #onReady(seat: Seat, ready: ReadyMessage): void {
    clearInterval(seat.slowStart);
    if (this.#settings.spareWorker) this.#spare ??= this.#spawn();
    seat.wasReady = true;
    this.#events.onReady(ready);
    const allReady = this.#seats.size === this.#settings.workers && [...this.#seats].every(({ wasReady }) => wasReady);
    if (allReady && !this.#everReady) {
      this.#everReady = true;
      this.#events.onAllReady(ready);
      if (this.#reloadIsDue) this.#succession.reload([...this.#seats]);
    }
    this.#succession.onReady(seat);
    this.#events.onFree();
  }

  #onReplies(seat: Seat, replies: Replies): void {
    this.#restart.succeeded();
    this.#events.onReplies(seat, replies);
    seat.calls += replies.replies.length;
    const { recycleCalls } = this.#settings;
    if (recycleCalls > 0 && seat.calls >= recycleCalls) this.#succession.recycle(seat, 'calls');
    leaveIfIdle(seat);
  }

  #onMemory(seat: Seat, residentBytes: number): void {
    seat.residentBytes = residentBytes;
    this.#oomKills.forget();
    const { recycleBytes } = this.#settings;
    if (recycleBytes === 0 || residentBytes <= recycleBytes || seat.calls < RECYCLE_CALLS_MIN) return;
    this.#succession.recycle(seat, 'memory');
  }

  #onReplaced(seat: Seat, cause: ReplacementCause, done: boolean): void {
    const why = { reload: 'reload', calls: `it has answered ${seat.calls} calls`, memory: memoryText(seat) }[cause];
    if (done) this.#log(seat, 'info', `worker replaced: ${why}`);
    else this.#log(seat, 'error', `worker not replaced (${why}): its successor did not start, so it goes on`);
    this.#events.onReplaced(cause, done);
  }

  #onSilence(seat: Seat): void {
    this.#lastReadyAtMs = performance.now();
    this.#log(seat, 'warn', 'the worker has nothing to do and does not answer: user code keeps its event loop busy');
  }

  #onSlowStart(seat: Seat): void {
    this.#log(seat, 'warn', 'still starting: the entry module is being loaded, or its init() has not ended');
  }

  #onFailed(seat: Seat, { code, report }: FailedMessage): void {
    if (!this.#everReady) return this.#events.onFatal(new HostError(code, report));
    this.#log(seat, 'error', report);
    seat.killed = 'load';
    seat.worker.kill();
  }

  #onLost(seat: Seat, end: WorkerExit): void {
    const rose = this.#oomKills.rose();
    const exit = { ...end, outOfMemory: rose && end.signal === 'SIGKILL' && !seat.killed };
    clearInterval(seat.slowStart);
    this.#seats.delete(seat);
    this.#events.onMetrics(seat.serial, undefined);
    if (this.#stopping) {
      if (this.#seats.size === 0) this.#onEmpty?.();
      return;
    }
    const wasRunning = isBusy(seat);
    if (!seat.retiring || wasRunning) {
      this.#log(seat, 'error', `worker ${describeExit(exit)}`);
      this.#events.onDied(deathCause(exit, seat.killed));
    }
    if (seat.wasReady) this.#lastReadyAtMs = performance.now();
    this.#events.onLost(seat);
    if (!this.#everReady && !seat.wasReady) return this.#events.onFatal(diedEarly(exit, this.#load));
    if (this.#succession.onLost(seat)) this.#replace(seat, wasRunning, exit);
  }

  #replace({ wasReady }: Seat, wasRunning: boolean, exit: WorkerExit): void {
    const delayMs = this.#restart.afterDeath({ wasReady, wasRunning });
    if (delayMs === undefined) {
      const message =
        `scorehost cannot go on: workers keep dying while they have nothing to do. The last ${describeExit(exit)}.\n\n` +
        'Fix: Look in the log for what they wrote before: a timer, a listener or a native library of the entry module.';
      return this.#events.onFatal(new HostError('WORKER_FAILED', message));
    }
    setTimeout(() => this.#stopping || this.#hire(), delayMs);
  }

  #log({ worker }: Seat, level: LogLevel, message: string): void {
    this.#events.onLog({ level, message }, worker.pid);
  }
}

function memoryText({ residentBytes }: Seat): string {
  return `${(residentBytes / 2 ** 20).toFixed(0)} MiB are resident`;
}
