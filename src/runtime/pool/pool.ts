import type { ChildProcess } from 'node:child_process';
import { HostError } from '../../errors.js';
import type { PoolConfig } from '../config/settings.js';
import type { ModelReport } from '../models/model-settings.js';
import { type CallMessage, ReplyKind, type ReplyMessage } from '../worker/frames.js';
import {
  decodeMessage,
  type LoadMessage,
  type LogMessage,
  type ReadyMessage,
  type ReplyHead,
} from '../worker/messages.js';
import { BatchLimit } from './batch-limit.js';
import type { Call, Outcome } from './call.js';
import { outcomeOf } from './outcome-of.js';
import { ReplyStream } from './reply-stream.js';
import { type Readiness, type Seat, Staff } from './staff.js';
import { takeBatch } from './take-batch.js';
import { TimeoutList } from './timeout-list.js';

/** What the host hears of its pool. */
export interface PoolEvents {
  /** What models a worker has loaded now. */
  onModels(models: readonly ModelReport[]): void;
  /** Every worker that was asked for has been ready once. */
  onReady(ready: ReadyMessage): void;
  onLog(line: LogMessage, worker: number | undefined): void;
  /** The pool cannot go on: the entry module does not load, or workers keep dying. */
  onFatal(error: HostError): void;
}

/** A batch may overrun the deadline of its calls by so much before its worker is killed. */
const KILL_GRACE_MS = 250;
/** A second death under one call ends it: it may be its own doing. */
const DEATHS_MAX = 2;

/**
 * The workers and the one queue before them. A call is admitted, submitted with its body, run by the next free worker,
 * and ends with exactly one outcome, whatever becomes of the workers.
 */
export class Pool {
  readonly #config: PoolConfig;
  readonly #staff: Staff;
  readonly #events: PoolEvents;
  readonly #deadlines: TimeoutList<Call>;
  readonly #queueWaits: TimeoutList<Call>;
  readonly #batchTimeouts: TimeoutList<Seat>;
  /** In order of arrival; a Set, so that a call that is given up leaves in constant time. */
  #queue = new Set<Call>();
  /** Ids of the calls that have no outcome yet, or still stream. */
  readonly #active = new Set<number>();
  #lastCallId = 0;
  readonly #batchLimit = new BatchLimit();

  constructor(config: PoolConfig, load: LoadMessage, events: PoolEvents) {
    this.#config = config;
    this.#events = events;
    this.#deadlines = new TimeoutList(config.deadlineMs, (call) => this.#onDeadline(call));
    this.#queueWaits = new TimeoutList(config.queueWaitMsMax, (call) => this.#onQueueWait(call));
    const batchMsMax = config.deadlineMs === 0 ? 0 : config.deadlineMs + KILL_GRACE_MS;
    this.#batchTimeouts = new TimeoutList(batchMsMax, (seat) => this.#onBatchTimeout(seat));
    this.#staff = new Staff(config.workers, load, {
      onAllReady: (ready) => {
        this.#batchLimit.callsMax = ready.batchCallsMax;
        events.onReady(ready);
      },
      onModels: events.onModels,
      onFree: () => this.#dispatch(),
      onReplies: (seat, replies) => this.#onReplies(seat, replies),
      onLost: (seat) => this.#onLost(seat),
      onLog: events.onLog,
      onFatal: events.onFatal,
    });
  }

  /** @param firstWorker - A process that was started beforehand, of `spawnWorker()`. */
  start(firstWorker?: ChildProcess): void {
    this.#staff.start(firstWorker);
  }

  get readiness(): Readiness {
    return this.#staff.readiness;
  }

  /**
   * A place for a call whose headers are read, and the start of its deadline.
   *
   * @throws {HostError} `NOT_READY` before the first ready, `QUEUE_FULL` when all places are taken.
   */
  admit(onOutcome: (outcome: Outcome) => void): Call {
    if (!this.#staff.everReady)
      throw new HostError('NOT_READY', 'The service is starting: its workers are not ready yet.');
    const { callsMax } = this.#config;
    if (this.#active.size >= callsMax) {
      throw new HostError('QUEUE_FULL', `Cannot take the call: ${this.#active.size} of ${callsMax} places are taken.`);
    }
    const id = this.#nextCallId();
    this.#active.add(id);
    const call: Call = {
      id,
      onOutcome,
      state: 'receiving',
      message: undefined,
      alone: false,
      deaths: 0,
      deadline: undefined,
      queueWait: undefined,
    };
    call.deadline = this.#deadlines.add(call);
    return call;
  }

  /** The call's body is there: it waits for the next free worker. */
  submit(call: Call, head: Uint8Array, body: readonly Uint8Array[]): void {
    if (call.state !== 'receiving') return;
    call.state = 'waiting';
    call.message = { callId: call.id, head, body };
    call.queueWait = this.#queueWaits.add(call);
    this.#queue.add(call);
    this.#dispatch();
  }

  /** Nobody waits for the call any more: it is dropped unrun, or told to stop. It has no outcome. */
  withdraw(call: Call): void {
    if (call.state === 'running') this.#staff.seatOf(call)?.worker.cancel(call.id);
    this.#finish(call);
  }

  /** Stops all workers; calls that still run are lost. Resolves when every process is gone. */
  async stop(): Promise<void> {
    for (const list of [this.#deadlines, this.#queueWaits, this.#batchTimeouts]) list.clear();
    await this.#staff.stop();
  }

  /** Ends all workers at once. */
  kill(): void {
    this.#staff.kill();
  }

  #nextCallId(): number {
    // Ids wrap after 4 billion calls; one that is still in flight then is not given again.
    do this.#lastCallId = (this.#lastCallId + 1) >>> 0;
    while (this.#active.has(this.#lastCallId));
    return this.#lastCallId;
  }

  /** Gives what waits to the workers that are free. */
  #dispatch(): void {
    if (this.#queue.size === 0) return;
    const free = [...this.#staff.free()];
    for (const [i, seat] of free.entries()) {
      // A share for each of those that are free: one would work while the others looked on.
      const share = Math.ceil(this.#queue.size / (free.length - i));
      seat.batch = takeBatch(this.#queue, Math.min(this.#batchLimit.calls, share));
      for (const call of seat.batch) this.#leaveQueue(call);
      seat.batchTimeout = this.#batchTimeouts.add(seat);
      seat.worker.sendBatch(seat.batch.map(({ message }) => message as CallMessage));
      if (this.#queue.size === 0) return;
    }
  }

  #leaveQueue(call: Call): void {
    this.#queue.delete(call);
    if (call.queueWait) this.#queueWaits.remove(call.queueWait);
    call.state = 'running';
  }

  #onReplies(seat: Seat, replies: readonly ReplyMessage[]): void {
    const fits = replies.length === seat.batch.length && replies.every(({ callId }, i) => callId === seat.batch[i]?.id);
    // The worker is killed for it: its calls stay its own until then, and are given back when it is gone.
    if (!fits) throw new Error('its replies do not fit its batch');
    const calls = this.#freeSeat(seat);
    this.#takeBack(calls, replies);
    // The next batch leaves before the replies of this one are written: the worker is busy while the front writes.
    this.#dispatch();
    for (const [i, reply] of replies.entries()) this.#settle(seat, calls[i] as Call, reply);
  }

  /** The calls that a worker did not run, as they cannot be stacked, wait again before all others. */
  #takeBack(calls: readonly Call[], replies: readonly ReplyMessage[]): void {
    const again = calls.filter((call, i) => {
      const { kind } = replies[i] as ReplyMessage;
      if (kind === ReplyKind.againAlone) call.alone = true;
      return kind === ReplyKind.again || kind === ReplyKind.againAlone;
    });
    this.#batchLimit.answered(calls.length, again.length);
    this.#waitAgain(again.filter(({ state }) => state === 'running'));
  }

  #waitAgain(calls: readonly Call[]): void {
    if (calls.length === 0) return;
    for (const call of calls) call.state = 'waiting';
    this.#queue = new Set([...calls, ...this.#queue]);
  }

  /** Takes the batch off a worker. */
  #freeSeat(seat: Seat): Call[] {
    const calls = seat.batch;
    seat.batch = [];
    if (seat.batchTimeout) this.#batchTimeouts.remove(seat.batchTimeout);
    return calls;
  }

  #settle(seat: Seat, call: Call, reply: ReplyMessage): void {
    const { kind, runMs, head } = reply;
    if (call.state !== 'running') {
      // Its deadline has passed, or its client has left: a stream that began all the same must end.
      if (kind === ReplyKind.stream) seat.worker.cancel(call.id);
      return;
    }
    if (kind === ReplyKind.stream) return this.#openStream(seat, call, decodeMessage<ReplyHead>(head), runMs);
    const outcome = outcomeOf(reply);
    if (outcome) this.#end(call, outcome);
  }

  #openStream(seat: Seat, call: Call, head: ReplyHead, runMs: number): void {
    const source = {
      credit: (bytes: number) => seat.worker.credit(call.id, bytes),
      cancel: () => seat.worker.cancel(call.id),
    };
    const body = new ReplyStream(source, this.#config.streamIdleMsMax);
    seat.streams.set(call.id, body);
    body.once('close', () => {
      seat.streams.delete(call.id);
      this.#finish(call);
    });
    call.state = 'streaming';
    call.message = undefined;
    if (call.deadline) this.#deadlines.remove(call.deadline);
    call.onOutcome({ kind: 'stream', head, body, runMs });
  }

  #end(call: Call, outcome: Outcome): void {
    this.#finish(call);
    call.onOutcome(outcome);
  }

  #fail(call: Call, error: HostError): void {
    this.#end(call, { kind: 'error', error, runFailed: false });
  }

  #finish(call: Call): void {
    if (call.state === 'done') return;
    call.state = 'done';
    call.message = undefined;
    this.#active.delete(call.id);
    this.#queue.delete(call);
    if (call.deadline) this.#deadlines.remove(call.deadline);
    if (call.queueWait) this.#queueWaits.remove(call.queueWait);
  }

  #onDeadline(call: Call): void {
    const runFailed = call.state === 'running';
    if (runFailed) this.#staff.seatOf(call)?.worker.cancel(call.id);
    const error = new HostError('DEADLINE_EXCEEDED', `Scoring timeout after ${this.#config.deadlineMs} ms`);
    this.#end(call, { kind: 'error', error, runFailed });
  }

  #onQueueWait(call: Call): void {
    const { queueWaitMsMax } = this.#config;
    this.#fail(call, new HostError('QUEUE_WAIT_EXCEEDED', `No worker was free within ${queueWaitMsMax} ms.`));
  }

  #onBatchTimeout(seat: Seat): void {
    this.#events.onLog({ level: 'error', message: 'worker killed: its run did not end' }, seat.worker.pid);
    seat.worker.kill();
  }

  #onLost(seat: Seat): void {
    for (const body of [...seat.streams.values()]) body.finish('the worker died');
    this.#giveBack(this.#freeSeat(seat));
  }

  /** The calls of a worker that died wait again, before all others; one that has seen too many deaths is given up. */
  #giveBack(calls: readonly Call[]): void {
    const again: Call[] = [];
    for (const call of calls) {
      if (call.state !== 'running') continue;
      call.deaths++;
      if (call.deaths < DEATHS_MAX && this.#config.retry === 'on') {
        again.push(call);
      } else {
        this.#fail(
          call,
          new HostError(
            'WORKER_LOST',
            `The worker process died while it ran the call (${call.deaths} of ${DEATHS_MAX} tries).`,
          ),
        );
      }
    }
    this.#waitAgain(again);
    this.#dispatch();
  }
}
