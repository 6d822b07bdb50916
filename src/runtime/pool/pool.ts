import type { ChildProcess } from 'node:child_process';
import { HostError } from '../../errors.js';
import type { PoolConfig } from '../config/settings.js';
import { type CallMessage, ReplyKind, type ReplyMessage } from '../worker/frames.js';
import {
  decodeMessage,
  type ErrorHead,
  type FailedMessage,
  type LoadMessage,
  type LogMessage,
  type ReadyMessage,
  type ReplyHead,
} from '../worker/messages.js';
import type { Call, Outcome } from './call.js';
import { ReplyStream } from './reply-stream.js';
import { RestartPolicy } from './restart-policy.js';
import { type TimeoutEntry, TimeoutList } from './timeout-list.js';
import { type WorkerEvents, type WorkerExit, WorkerProcess } from './worker-process.js';

/** What the host hears of its pool. */
export interface PoolEvents {
  /** Every worker that was asked for has been ready once. */
  onReady(ready: ReadyMessage): void;
  onLog(line: LogMessage, worker: number | undefined): void;
  /** The pool cannot go on: the entry module does not load, or workers keep dying. */
  onFatal(error: HostError): void;
}

/** Whether calls can be answered; the reason is for a person. */
export interface Readiness {
  readonly ready: boolean;
  readonly reason: string;
  readonly workersReady: number;
  readonly workersWanted: number;
}

/** A worker, and what it is doing. */
interface Seat {
  readonly worker: WorkerProcess;
  /** The batch it has credit for; empty when it is free. */
  batch: Call[];
  batchTimeout: TimeoutEntry<Seat> | undefined;
  readonly streams: Map<number, { readonly call: Call; readonly body: ReplyStream }>;
  wasReady: boolean;
}

/** A batch may overrun the deadline of its calls by so much before its worker is killed. */
const KILL_GRACE_MS = 250;
/** After it was ready once, the pool is not ready only when no worker has been for so long. */
const UNREADY_AFTER_MS = 1_000;
/** A second death under one call ends it: it may be its own doing. */
const DEATHS_MAX = 2;

/**
 * The workers and the one queue before them. A call is admitted, submitted with its body, run by the next free worker,
 * and ends with exactly one outcome, whatever becomes of the workers.
 */
export class Pool {
  readonly #config: PoolConfig;
  readonly #load: LoadMessage;
  readonly #events: PoolEvents;
  readonly #restart = new RestartPolicy();
  readonly #deadlines: TimeoutList<Call>;
  readonly #queueWaits: TimeoutList<Call>;
  readonly #batchTimeouts: TimeoutList<Seat>;
  readonly #seats = new Set<Seat>();
  /** In order of arrival; a Set, so that a call that is given up leaves in constant time. */
  #queue = new Set<Call>();
  /** Ids of the calls that have no outcome yet, or still stream. */
  readonly #active = new Set<number>();
  #lastCallId = 0;
  #everReady = false;
  #lastReadyAtMs = 0;
  #stopping = false;
  #onEmpty: (() => void) | undefined;

  constructor(config: PoolConfig, load: LoadMessage, events: PoolEvents) {
    this.#config = config;
    this.#load = load;
    this.#events = events;
    this.#deadlines = new TimeoutList(config.deadlineMs, (call) => this.#onDeadline(call));
    this.#queueWaits = new TimeoutList(config.queueWaitMsMax, (call) => this.#onQueueWait(call));
    const batchMsMax = config.deadlineMs === 0 ? 0 : config.deadlineMs + KILL_GRACE_MS;
    this.#batchTimeouts = new TimeoutList(batchMsMax, (seat) => this.#onBatchTimeout(seat));
  }

  /** @param firstWorker - A process that was started beforehand, of `spawnWorker()`. */
  start(firstWorker?: ChildProcess): void {
    this.#startWorker(firstWorker);
    for (let i = 1; i < this.#config.workers; i++) this.#startWorker();
  }

  /**
   * A place for a call whose headers are read, and the start of its deadline.
   *
   * @throws {HostError} `NOT_READY` before the first ready, `QUEUE_FULL` when all places are taken.
   */
  admit(onOutcome: (outcome: Outcome) => void): Call {
    if (!this.#everReady) throw new HostError('NOT_READY', 'The service is starting: its workers are not ready yet.');
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
    if (call.state === 'running') this.#seatOf(call)?.worker.cancel(call.id);
    this.#finish(call);
  }

  get readiness(): Readiness {
    const workersReady = [...this.#seats].filter(({ worker }) => worker.state === 'ready').length;
    const workersWanted = this.#config.workers;
    const counts = { workersReady, workersWanted };
    if (!this.#everReady)
      return { ready: false, reason: `starting: ${workersReady} of ${workersWanted} workers ready`, ...counts };
    if (workersReady > 0) return { ready: true, reason: 'ready', ...counts };
    const ready = performance.now() - this.#lastReadyAtMs < UNREADY_AFTER_MS;
    return { ready, reason: 'no worker is ready: they are being replaced', ...counts };
  }

  /** Stops all workers; calls that still run are lost. Resolves when every process is gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const list of [this.#deadlines, this.#queueWaits, this.#batchTimeouts]) list.clear();
    for (const { worker } of this.#seats) worker.stop();
    if (this.#seats.size > 0) await new Promise<void>((resolve) => (this.#onEmpty = resolve));
  }

  /** Ends all workers at once. */
  kill(): void {
    this.#stopping = true;
    for (const { worker } of this.#seats) worker.kill();
  }

  #nextCallId(): number {
    // Ids wrap after 4 billion calls; one that is still in flight then is not given again.
    do this.#lastCallId = (this.#lastCallId + 1) >>> 0;
    while (this.#active.has(this.#lastCallId));
    return this.#lastCallId;
  }

  #startWorker(child?: ChildProcess): void {
    const events: WorkerEvents = {
      onReady: (ready) => this.#onReady(seat, ready),
      onFailed: (failed) => this.#onFailed(seat, failed),
      onReplies: (replies) => this.#onReplies(seat, replies),
      onChunk: (callId, chunk) => seat.streams.get(callId)?.body.append(chunk),
      onEnd: (callId, { error }) => seat.streams.get(callId)?.body.finish(error),
      onLog: (line) => this.#events.onLog(line, worker.pid),
      onLost: (exit) => this.#onLost(seat, exit),
    };
    const worker = new WorkerProcess(this.#load, events, child);
    const seat: Seat = { worker, batch: [], batchTimeout: undefined, streams: new Map(), wasReady: false };
    this.#seats.add(seat);
  }

  #onReady(seat: Seat, ready: ReadyMessage): void {
    seat.wasReady = true;
    const allReady = this.#seats.size === this.#config.workers && [...this.#seats].every(({ wasReady }) => wasReady);
    if (allReady && !this.#everReady) {
      this.#everReady = true;
      this.#events.onReady(ready);
    }
    this.#dispatch();
  }

  #onFailed(seat: Seat, { code, report }: FailedMessage): void {
    if (!this.#everReady) {
      this.#events.onFatal(new HostError(code, report));
      return;
    }
    this.#events.onLog({ level: 'error', message: report }, seat.worker.pid);
    seat.worker.kill();
  }

  /** Gives what waits to the workers that are free. */
  #dispatch(): void {
    if (this.#queue.size === 0) return;
    for (const seat of this.#seats) {
      if (seat.worker.state !== 'ready' || seat.batch.length > 0) continue;
      const call = this.#takeWaiting();
      if (!call) return;
      seat.batch = [call];
      seat.batchTimeout = this.#batchTimeouts.add(seat);
      seat.worker.sendBatch([call.message as CallMessage]);
    }
  }

  #takeWaiting(): Call | undefined {
    const [call] = this.#queue;
    if (!call) return undefined;
    this.#queue.delete(call);
    if (call.queueWait) this.#queueWaits.remove(call.queueWait);
    call.state = 'running';
    return call;
  }

  #onReplies(seat: Seat, replies: readonly ReplyMessage[]): void {
    const calls = this.#freeSeat(seat);
    const fits = replies.length === calls.length && replies.every((reply, i) => reply.callId === calls[i]?.id);
    if (!fits) throw new Error('its replies do not fit its batch');
    this.#restart.succeeded();
    // The next batch leaves before the replies of this one are written: the worker is busy while the front writes.
    this.#dispatch();
    for (const [i, reply] of replies.entries()) this.#settle(seat, calls[i] as Call, reply);
  }

  /** Takes the batch off a worker. */
  #freeSeat(seat: Seat): Call[] {
    const calls = seat.batch;
    seat.batch = [];
    if (seat.batchTimeout) this.#batchTimeouts.remove(seat.batchTimeout);
    return calls;
  }

  #settle(seat: Seat, call: Call, { kind, runMs, head, body }: ReplyMessage): void {
    if (call.state !== 'running') {
      // Its deadline has passed, or its client has left: a stream that began all the same must end.
      if (kind === ReplyKind.stream) seat.worker.cancel(call.id);
      return;
    }
    switch (kind) {
      case ReplyKind.json:
        return this.#end(call, { kind: 'reply', head: undefined, body, runMs });
      case ReplyKind.response:
        return this.#end(call, { kind: 'reply', head: decodeMessage<ReplyHead>(head), body, runMs });
      case ReplyKind.stream:
        return this.#openStream(seat, call, decodeMessage<ReplyHead>(head), runMs);
      case ReplyKind.refused:
      case ReplyKind.failed: {
        const { code, message, details } = decodeMessage<ErrorHead>(head);
        const error = new HostError(code, message, { details });
        return this.#end(call, { kind: 'error', error, runFailed: kind === ReplyKind.failed });
      }
    }
  }

  #openStream(seat: Seat, call: Call, head: ReplyHead, runMs: number): void {
    const source = {
      credit: (bytes: number) => seat.worker.credit(call.id, bytes),
      cancel: () => seat.worker.cancel(call.id),
    };
    const body = new ReplyStream(source, this.#config.streamIdleMsMax);
    seat.streams.set(call.id, { call, body });
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
    if (call.state === 'running') this.#seatOf(call)?.worker.cancel(call.id);
    this.#fail(call, new HostError('DEADLINE_EXCEEDED', `Scoring timeout after ${this.#config.deadlineMs} ms`));
  }

  #onQueueWait(call: Call): void {
    const { queueWaitMsMax } = this.#config;
    this.#fail(call, new HostError('QUEUE_WAIT_EXCEEDED', `No worker was free within ${queueWaitMsMax} ms.`));
  }

  #onBatchTimeout(seat: Seat): void {
    this.#events.onLog({ level: 'error', message: 'worker killed: its run did not end' }, seat.worker.pid);
    seat.worker.kill();
  }

  #seatOf(call: Call): Seat | undefined {
    return [...this.#seats].find((seat) => seat.batch.includes(call));
  }

  #onLost(seat: Seat, exit: WorkerExit): void {
    this.#seats.delete(seat);
    const calls = this.#freeSeat(seat);
    const wasRunning = calls.length > 0 || seat.streams.size > 0;
    for (const { body } of [...seat.streams.values()]) body.finish('the worker died');
    if (this.#stopping) {
      if (this.#seats.size === 0) this.#onEmpty?.();
      return;
    }
    this.#giveBack(calls);
    if (seat.wasReady) this.#lastReadyAtMs = performance.now();
    const ending = describeExit(exit);
    this.#events.onLog({ level: 'error', message: `worker ${ending}` }, seat.worker.pid);
    if (!this.#everReady) {
      this.#events.onFatal(diedEarly(exit));
      return;
    }
    const delayMs = this.#restart.afterDeath({ wasReady: seat.wasReady, wasRunning });
    if (delayMs === undefined) {
      this.#events.onFatal(
        new HostError('WORKER_FAILED', `Workers keep dying while they have nothing to do: the last ${ending}.`),
      );
      return;
    }
    setTimeout(() => this.#stopping || this.#startWorker(), delayMs);
  }

  /** The calls of a worker that died wait again, before all others; one that has seen too many deaths is given up. */
  #giveBack(calls: readonly Call[]): void {
    const again: Call[] = [];
    for (const call of calls) {
      if (call.state !== 'running') continue;
      call.deaths++;
      if (call.deaths < DEATHS_MAX && this.#config.retry === 'on') {
        call.state = 'waiting';
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
    this.#queue = new Set([...again, ...this.#queue]);
    this.#dispatch();
  }
}

function describeExit({ code, signal }: WorkerExit): string {
  return signal ? `was ended by ${signal}` : `exited with code ${code}`;
}

/** The report of a worker that died before it was ready without a word. */
function diedEarly(exit: WorkerExit): HostError {
  const said =
    exit.lastLines.length === 0 ? 'It wrote nothing to stderr.' : `Its last lines:\n\n  ${exit.lastLines.join('\n  ')}`;
  const fix =
    exit.signal === 'SIGKILL'
      ? 'it may have been killed for memory: give the container more, or use a smaller model.'
      : 'look for process.exit() in the entry module and its init(), and for a native library that fails.';
  return new HostError(
    'WORKER_FAILED',
    `scorehost cannot start: the worker ${describeExit(exit)} before it was ready.\n\n${said}\n\nFix: ${fix}`,
  );
}
