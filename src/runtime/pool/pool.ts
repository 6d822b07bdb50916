import type { ChildProcess } from 'node:child_process';
import { type HostError, refusal } from '../../errors.js';
import type { PoolConfig } from '../config/settings.js';
import type { ModelReport } from '../models/model-settings.js';
import { ReplyKind, type ReplyMessage } from '../worker/frames.js';
import {
  decodeMessage,
  type LoadMessage,
  type LogMessage,
  type MetricsMessage,
  type ReadyMessage,
  type ReplyHead,
} from '../worker/messages.js';
import { Admission } from './admission.js';
import type { Batch } from './batch.js';
import type { Call, Outcome } from './call.js';
import { CallQueue } from './call-queue.js';
import { Deadlines } from './deadlines.js';
import type { DeathCause } from './death-cause.js';
import { Dispatcher } from './dispatcher.js';
import { outcomeOf } from './outcome-of.js';
import { ReplyStream } from './reply-stream.js';
import type { Seat } from './seat.js';
import { type Readiness, Staff } from './staff.js';
import type { ReplacementCause } from './succession.js';
import type { WorkerView } from './worker-view.js';

/** The settings of the pool, with what they leave to the machine. */
export interface PoolSettings extends Omit<PoolConfig, 'bytesMax'> {
  readonly bytesMax: number;
  /** Whether a process more is kept, which has nothing to do until a worker is to be started. */
  readonly spareWorker: boolean;
  /** Options of Node for the worker processes: their share of the memory. */
  readonly workerOptions: readonly string[];
  /** How many processes the kernel has ended because the container's memory was used up. */
  readonly oomKills: () => number;
}

/** What the host hears of its pool. */
export interface PoolEvents {
  /** What models a worker has loaded now. */
  onModels(models: readonly ModelReport[]): void;
  /** A worker has collected something: a `collect` frame. @returns false where there is no room for more. */
  onCollect(record: Buffer): boolean;
  /** Every worker that was asked for has been ready once. */
  onReady(ready: ReadyMessage): void;
  /** A worker has loaded the entry module again: what it says of itself now. */
  onService(ready: ReadyMessage): void;
  /** Calls have been handed to a worker together. */
  onBatch(calls: number): void;
  /** A worker was to be replaced, and was, or was not. */
  onReplaced(cause: ReplacementCause, done: boolean): void;
  /** A worker died that was not asked to go. */
  onDied(cause: DeathCause): void;
  /** What the entry module has counted in a worker, by how many were hired before it; undefined when it is gone. */
  onMetrics(worker: number, metrics: MetricsMessage | undefined): void;
  onLog(line: LogMessage, worker: number | undefined): void;
  /** The pool cannot go on: the entry module does not load, or workers keep dying. */
  onFatal(error: HostError): void;
}

/** A batch may overrun the deadline of its calls by so much before its worker is killed. */
const KILL_GRACE_MS = 250;

/**
 * The workers and the one queue before them. A call is admitted, submitted with its body, run by the next free worker,
 * and ends with exactly one outcome, whatever becomes of the workers.
 */
export class Pool {
  readonly #settings: PoolSettings;
  readonly #admission: Admission;
  readonly #deadlines: Deadlines;
  readonly #queue: CallQueue;
  readonly #dispatcher: Dispatcher;
  readonly #staff: Staff;

  constructor(settings: PoolSettings, load: LoadMessage, events: PoolEvents) {
    this.#settings = settings;
    this.#admission = new Admission(settings);
    this.#deadlines = new Deadlines(settings.deadlineMs, (call) => this.#onDeadline(call));
    this.#queue = new CallQueue(settings.queueWaitMsMax, (call) => this.#onQueueWait(call));
    const runMsMax = longestRun(settings);
    this.#dispatcher = new Dispatcher({ ...settings, runMsMax }, this.#queue, {
      ready: () => this.#staff.ready(),
      onStarted: ({ calls }) => events.onBatch(calls.length),
      onReply: (batch, call, reply, atMs) => this.#onReply(batch, call, reply, atMs),
      onGivenUp: (call, error, runFailed) => this.#end(call, { kind: 'error', error, runFailed }),
      onOverrun: ({ seat }) => this.#staff.kill(seat, 'timeout', 'its run did not end'),
    });
    this.#staff = new Staff({ ...settings, runMsMax }, load, {
      onAllReady: events.onReady,
      onReady: (ready) => {
        this.#dispatcher.batchCallsMax = ready.batchCallsMax;
        events.onService(ready);
      },
      onModels: events.onModels,
      onCollect: events.onCollect,
      onFree: () => this.#dispatcher.dispatch(),
      onReplies: (seat, replies) => this.#dispatcher.onReplies(seat, replies),
      onLost: (seat) => this.#onLost(seat),
      onReplaced: events.onReplaced,
      onDied: events.onDied,
      onMetrics: events.onMetrics,
      onLog: events.onLog,
      onFatal: events.onFatal,
    });
  }

  /** @param firstWorker - A process that was started beforehand, of `spawnWorker()`. */
  start(firstWorker?: ChildProcess): void {
    this.#staff.start(firstWorker);
  }

  get workers(): WorkerView[] {
    return this.#staff.workers;
  }

  /** Calls that wait for a worker. */
  get queuedCalls(): number {
    return this.#queue.size;
  }

  /** Calls that have been admitted and have no outcome yet, or whose reply is still streamed. */
  get callsInFlight(): number {
    return this.#admission.calls;
  }

  /** Bytes of the bodies of these calls. */
  get bodyBytes(): number {
    return this.#admission.bytes;
  }

  get readiness(): Readiness {
    return this.#staff.readiness;
  }

  /** Replaces the workers by others that load this; calls go on meanwhile. */
  reload(load: LoadMessage): void {
    this.#staff.reload(load);
  }

  /**
   * A place for a call whose headers are read, and the start of its deadline.
   *
   * @param declaredBytes - Of the body that is to come; 0 if it is not said.
   * @param askedMs - The deadline that the caller asks for.
   * @throws {HostError} `NOT_READY` before the first ready, `QUEUE_FULL`, `BODIES_FULL`
   */
  admit(onOutcome: (outcome: Outcome) => void, declaredBytes = 0, askedMs?: number): Call {
    if (!this.#staff.everReady) throw refusal('NOT_READY', 'The service is starting: its workers are not ready yet.');
    const call: Call = {
      id: this.#admission.admit(declaredBytes),
      onOutcome,
      state: 'receiving',
      bodyBytes: 0,
      message: undefined,
      alone: false,
      deaths: 0,
      batch: undefined,
      limitMs: 0,
      admittedAtMs: performance.now(),
      queuedAtMs: 0,
      decidedAtMs: 0,
      deadline: undefined,
      ownDeadline: undefined,
      queueWait: undefined,
    };
    this.#deadlines.start(call, askedMs);
    return call;
  }

  /** So much more of a call's body has come. @returns why it cannot be kept. */
  hold(call: Call, bytes: number): HostError | undefined {
    if (call.state === 'done') return refusal('DEADLINE_EXCEEDED', 'The call has had its answer before its body.');
    return this.#admission.hold(call, bytes);
  }

  /** The call's body is there: it waits for the next free worker. */
  submit(call: Call, head: string, body: readonly Uint8Array[]): void {
    if (call.state !== 'receiving') return;
    call.message = { callId: call.id, head, body };
    this.#queue.add(call);
    this.#dispatcher.dispatchSoon();
  }

  /** Nobody waits for the call any more: it is dropped unrun, or told to stop. It has no outcome. */
  withdraw(call: Call): void {
    this.#cancel(call);
    this.#finish(call);
  }

  /** Stops all workers; calls that still run are lost. Resolves when every process is gone. */
  async stop(): Promise<void> {
    for (const part of [this.#deadlines, this.#queue, this.#dispatcher]) part.clear();
    await this.#staff.stop();
  }

  /** Ends all workers at once. */
  kill(): void {
    this.#staff.killAll();
  }

  #cancel({ state, batch, id }: Call): void {
    if (state === 'running') batch?.seat.worker.cancel(id);
  }

  #onReply({ seat }: Batch, call: Call, reply: ReplyMessage, atMs: number): void {
    const { kind, runMs, head } = reply;
    if (call.state !== 'running') {
      // Its deadline has passed, or its client has left: a stream that began all the same must end.
      if (kind === ReplyKind.stream) seat.worker.cancel(call.id);
      return;
    }
    if (kind === ReplyKind.again || kind === ReplyKind.againAlone) return;
    call.decidedAtMs = atMs;
    if (kind === ReplyKind.stream) return this.#openStream(seat, call, decodeMessage<ReplyHead>(head), runMs);
    const outcome = outcomeOf(reply);
    if (outcome) this.#end(call, outcome);
  }

  #openStream(seat: Seat, call: Call, head: ReplyHead, runMs: number): void {
    const source = {
      credit: (bytes: number) => seat.worker.credit(call.id, bytes),
      cancel: () => seat.worker.cancel(call.id),
    };
    const body = new ReplyStream(source, this.#settings.streamIdleMsMax);
    seat.streams.set(call.id, body);
    body.once('close', () => {
      this.#finish(call);
      seat.streams.delete(call.id);
      this.#staff.onStreamEnd(seat);
    });
    call.state = 'streaming';
    call.message = undefined;
    this.#deadlines.stop(call);
    call.onOutcome({ kind: 'stream', head, body, runMs });
  }

  #end(call: Call, outcome: Outcome): void {
    this.#finish(call);
    call.onOutcome(outcome);
  }

  #finish(call: Call): void {
    if (call.state === 'done') return;
    if (call.state === 'waiting') this.#queue.remove(call, 'done');
    call.state = 'done';
    call.message = undefined;
    call.decidedAtMs ||= performance.now();
    this.#admission.release(call);
    this.#deadlines.stop(call);
  }

  #onDeadline(call: Call): void {
    const runFailed = call.state === 'running' && call.batch?.startedAtMs !== undefined;
    this.#cancel(call);
    const error = refusal('DEADLINE_EXCEEDED', `Scoring timeout after ${call.limitMs} ms`);
    this.#end(call, { kind: 'error', error, runFailed });
  }

  #onQueueWait(call: Call): void {
    const { queueWaitMsMax } = this.#settings;
    const error = refusal('QUEUE_WAIT_EXCEEDED', `No worker was free within ${queueWaitMsMax} ms.`);
    this.#end(call, { kind: 'error', error, runFailed: false });
  }

  #onLost(seat: Seat): void {
    for (const body of [...seat.streams.values()]) body.finish('the worker died');
    this.#dispatcher.onLost(seat);
  }
}

/** Milliseconds that a run may take; 0: no limit. */
function longestRun({ runMsMax, deadlineMs }: PoolSettings): number {
  const untilKill = deadlineMs === 0 ? 0 : deadlineMs + KILL_GRACE_MS;
  if (runMsMax === 0 || untilKill === 0) return Math.max(runMsMax, untilKill);
  return Math.min(runMsMax, untilKill);
}
