import { HostError, refusal } from '../../errors.js';
import { type CallMessage, type Replies, ReplyKind, type ReplyMessage } from '../worker/frames.js';
import type { Batch } from './batch.js';
import { BatchLimit } from './batch-limit.js';
import type { Call } from './call.js';
import type { CallQueue } from './call-queue.js';
import { RunEstimate } from './run-estimate.js';
import type { Seat } from './seat.js';
import { isLargeCall, takeBatch } from './take-batch.js';
import { TimeoutList } from './timeout-list.js';

/** What the dispatcher goes by. */
export interface DispatchSettings {
  /** Batches that a worker is given at once. */
  readonly workerConcurrency: number;
  /** Milliseconds that a batch may run; 0: no limit. */
  readonly runMsMax: number;
  /** Milliseconds that a call waits for others, though a worker is free. */
  readonly batchWaitMsMax: number;
  readonly retry: 'on' | 'off';
}

/** What the dispatcher tells the pool. */
export interface DispatchEvents {
  /** Workers that can take calls. */
  ready(): readonly Seat[];
  onStarted(batch: Batch): void;
  /** @param atMs - When the answer of its batch was there. */
  onReply(batch: Batch, call: Call, reply: ReplyMessage, atMs: number): void;
  onGivenUp(call: Call, error: HostError, runFailed: boolean): void;
  /** A batch takes longer than a run may: its worker is to be killed. */
  onOverrun(batch: Batch): void;
}

/** A second death under one call ends it: it may be its own doing. */
const DEATHS_MAX = 2;

/**
 * Short runs are sent ahead, up to so many milliseconds of them: a worker would wait for the front longer than it runs, and
 * under overload get one call for each turn in which the front refuses a hundred.
 */
const AHEAD_MS = 2;
/** No more of them: they would have to wait behind a run that does not end. */
const AHEAD_MAX = 15;
/** Where calls go together, one batch is enough: what waits makes the next one larger. */
const BATCHES_AHEAD_MAX = 1;

/** Hands the calls that wait to the workers that are free, and takes back those that came to nothing there. */
export class Dispatcher {
  readonly #settings: DispatchSettings;
  readonly #queue: CallQueue;
  readonly #events: DispatchEvents;
  readonly #timeouts: TimeoutList<Batch>;
  readonly #limit = new BatchLimit();
  readonly #estimate = new RunEstimate();
  #isDue = false;
  /** Of the calls that waited, or were with the worker, when the last batch was answered: see {@link Dispatcher.dispatchSoon}. */
  #halfCalls = 1;
  #window: NodeJS.Timeout | undefined;

  constructor(settings: DispatchSettings, queue: CallQueue, events: DispatchEvents) {
    this.#settings = settings;
    this.#queue = queue;
    this.#events = events;
    this.#timeouts = new TimeoutList(settings.runMsMax, (batch) => {
      batch.overran = true;
      events.onOverrun(batch);
    });
  }

  /** Calls that a batch may have: a worker says so when it is ready. */
  set batchCallsMax(callsMax: number) {
    this.#limit.callsMax = callsMax;
  }

  clear(): void {
    this.#timeouts.clear();
    clearTimeout(this.#window);
  }

  /**
   * Once all that came in together has been read: the calls of many connections then leave as one batch, where the first
   * would go alone and the others wait behind it. But when half of them are there, these leave: callers that were answered
   * together come again together, and front and worker would wait for each other by turns.
   */
  dispatchSoon(): void {
    if (this.#queue.size === this.#halfCalls) return this.dispatch();
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      this.dispatch();
    });
  }

  /** Gives what waits to the workers that are free. */
  dispatch(): void {
    while (this.#queue.size > 0) {
      const nowMs = performance.now();
      const free = this.#free(nowMs);
      if (free.length === 0 || this.#waitsForOthers(nowMs, free.length)) return;
      let started = 0;
      for (const [i, seat] of free.entries()) {
        // A share for each of those that are free: one would work while the others looked on.
        const share = Math.ceil(this.#queue.size / (free.length - i));
        if (this.#startOn(seat, Math.min(this.#limit.calls, share), nowMs)) started++;
      }
      // What is left must have a worker for itself.
      if (started === 0) return;
    }
  }

  /** Workers that can run something now; if there is none, those with which short runs may wait. Least to do first. */
  #free(nowMs: number): Seat[] {
    const { workerConcurrency } = this.#settings;
    const ready = this.#events.ready().filter(({ batches }) => !batches.some(({ alone }) => alone));
    const idle = ready.filter(({ batches }) => batches.length < workerConcurrency);
    const free = idle.length > 0 ? idle : ready.filter((seat) => this.#takesAhead(seat, nowMs));
    return free.length > 1 ? free.sort((a, b) => a.batches.length - b.batches.length) : free;
  }

  /** Nothing waits behind what takes longer than usual, or may: another worker could run it meanwhile. */
  #takesAhead({ batches }: Seat, nowMs: number): boolean {
    const isBatched = this.#limit.calls > 1;
    if (isBatched && this.#queue.size < this.#halfCalls) return false;
    const ahead = Math.min(isBatched ? BATCHES_AHEAD_MAX : AHEAD_MAX, this.#estimate.batchesIn(AHEAD_MS));
    if (batches.length >= this.#settings.workerConcurrency + ahead) return false;
    return !batches.some(({ isLarge, startedAtMs = nowMs }) => isLarge || nowMs - startedAtMs > AHEAD_MS);
  }

  /** Whether the batches are not full yet, and the first call can wait until they are. */
  #waitsForOthers(nowMs: number, freeCount: number): boolean {
    const { batchWaitMsMax } = this.#settings;
    if (batchWaitMsMax === 0 || this.#queue.size >= this.#limit.calls * freeCount) return false;
    const [first] = this.#queue;
    const leftMs = first ? first.queuedAtMs + batchWaitMsMax - nowMs : 0;
    if (leftMs <= 0 || first?.alone) return false;
    clearTimeout(this.#window);
    this.#window = setTimeout(() => this.dispatch(), leftMs);
    return true;
  }

  #startOn(seat: Seat, callsMax: number, nowMs: number): boolean {
    const isAhead = seat.batches.length >= this.#settings.workerConcurrency;
    const room = { callsMax, idle: seat.batches.length === 0, isAhead };
    const { batch: calls, late } = takeBatch(this.#queue, room, (call) => this.#estimate.isLate(call, nowMs));
    for (const call of late) this.#events.onGivenUp(call, tooLate(call, nowMs), false);
    if (calls.length === 0) return late.length > 0;
    const [first] = calls as readonly [Call];
    const batch: Batch = {
      seat,
      calls,
      sentAtMs: nowMs,
      times: undefined,
      startedAtMs: undefined,
      alone: first.alone,
      isLarge: isLargeCall(first),
      timeout: undefined,
      overran: false,
    };
    for (const call of calls) {
      this.#queue.remove(call, 'running');
      call.batch = batch;
    }
    seat.batches.push(batch);
    if (!isAhead) this.#begin(batch, nowMs);
    seat.worker.sendBatch(calls.map(({ message }) => message as CallMessage));
    this.#events.onStarted(batch);
    return true;
  }

  /**
   * A batch is answered, and the worker's credit is back.
   *
   * @throws {Error} if the replies are of no batch that it has; its calls stay its own until it is gone.
   */
  onReplies(seat: Seat, { times, replies }: Replies): void {
    const batch = seat.batches.find(({ calls }) => fits(calls, replies));
    if (!batch) throw new Error('its replies do not fit its batch');
    const nowMs = performance.now();
    batch.times = times;
    this.#end(batch);
    this.#estimate.answered(nowMs - (batch.startedAtMs ?? nowMs));
    // A worker runs what it has in the order in which it came.
    const next = seat.batches[this.#settings.workerConcurrency - 1];
    if (next && next.startedAtMs === undefined) this.#begin(next, nowMs);
    this.#halfCalls = Math.ceil((batch.calls.length + this.#queue.size + runningCalls(seat)) / 2);
    this.#takeBack(batch, replies);
    // The next batch leaves before the replies of this one are written: the worker is busy while the front writes.
    this.dispatch();
    try {
      for (const [i, call] of batch.calls.entries())
        this.#events.onReply(batch, call, replies[i] as ReplyMessage, nowMs);
    } catch (error) {
      seat.batches.push(batch); // what is not answered is lost with the worker
      throw error;
    }
  }

  /** A worker is gone: the calls that it held wait again, before all others, but for those that are to blame. */
  onLost(seat: Seat): void {
    const batches = [...seat.batches];
    const killed = batches.some(({ overran }) => overran);
    for (const batch of batches) this.#end(batch);
    const calls = batches.flatMap((batch) =>
      batch.calls.filter((call) => call.state === 'running' && call.batch === batch),
    );
    const again: Call[] = [];
    for (const call of calls) {
      const error = this.#verdict(call, killed);
      if (error) this.#events.onGivenUp(call, error, error.code === 'DEADLINE_EXCEEDED');
      else again.push(call);
    }
    this.#queue.putBack(again);
    this.dispatch();
  }

  /** @returns the end of a call whose worker has died, or undefined if it is to be run once more. */
  #verdict(call: Call, killed: boolean): HostError | undefined {
    const { calls, overran, startedAtMs } = call.batch as Batch;
    if (startedAtMs === undefined) return undefined; // it was not run at all
    const retry = this.#settings.retry === 'on';
    if (overran && (calls.length === 1 || !retry)) {
      const message = `Scoring timeout: its run took longer than ${this.#settings.runMsMax} ms`;
      return refusal('DEADLINE_EXCEEDED', message);
    }
    // Whatever ran beside the call that its worker was killed for is not to blame.
    if (!killed) call.deaths++;
    call.alone ||= overran || !killed;
    if (retry && call.deaths < DEATHS_MAX) return undefined;
    const tries = `${call.deaths} of ${DEATHS_MAX} tries`;
    return new HostError('WORKER_LOST', `The worker process died while it ran the call (${tries}).`);
  }

  /** The calls that a worker did not run, as they cannot be stacked, wait again before all others. */
  #takeBack({ calls }: Batch, replies: readonly ReplyMessage[]): void {
    let again: Call[] | undefined;
    for (const [i, { kind }] of replies.entries()) {
      if (kind !== ReplyKind.again && kind !== ReplyKind.againAlone) continue;
      const call = calls[i] as Call;
      if (call.state !== 'running') continue; // nobody waits for it any more
      if (kind === ReplyKind.againAlone) call.alone = true;
      again ??= [];
      again.push(call);
    }
    this.#limit.answered(calls.length, again?.length ?? 0);
    if (again) this.#queue.putBack(again);
  }

  /** From here on its time counts. */
  #begin(batch: Batch, nowMs: number): void {
    batch.startedAtMs = nowMs;
    batch.timeout = this.#timeouts.add(batch, nowMs);
  }

  #end(batch: Batch): void {
    const { batches } = batch.seat;
    batches.splice(batches.indexOf(batch), 1);
    if (batch.timeout) this.#timeouts.remove(batch.timeout);
    batch.timeout = undefined;
  }
}

function runningCalls({ batches }: Seat): number {
  let count = 0;
  for (const { calls } of batches) count += calls.length;
  return count;
}

function fits(calls: readonly Call[], replies: readonly ReplyMessage[]): boolean {
  if (calls.length !== replies.length) return false;
  for (let i = 0; i < calls.length; i++) if (calls[i]?.id !== replies[i]?.callId) return false;
  return true;
}

function tooLate({ admittedAtMs, limitMs }: Call, nowMs: number): HostError {
  const waited = `it has waited ${Math.round(nowMs - admittedAtMs)} ms, and a run takes longer than what is left`;
  return refusal('DEADLINE_EXCEEDED', `Scoring timeout after ${limitMs} ms: ${waited}`);
}
