import type { Batch } from './batch.js';
import type { KillCause } from './death-cause.js';
import type { ReplyStream } from './reply-stream.js';
import type { WorkerProcess } from './worker-process.js';

/** A worker, and what it is doing. */
export interface Seat {
  /** What it is called: the least number from 1 on that was free. */
  readonly number: number;
  /** How many have been hired, it among them. */
  readonly serial: number;
  readonly hiredAtMs: number;
  readonly worker: WorkerProcess;
  /** What it runs, as many as it has credit for. */
  readonly batches: Batch[];
  readonly streams: Map<number, ReplyStream>;
  wasReady: boolean;
  /** Calls that it has answered. */
  calls: number;
  /** Bytes of memory that it keeps resident, as it said last. */
  residentBytes: number;
  /** It gets no more calls, and goes when it has answered those that it has. */
  retiring: boolean;
  /** Why the host ended it itself, if it did. */
  killed: KillCause | undefined;
  /** When it was sent a ping that it has not answered. */
  pingedAtMs: number | undefined;
  /** Whether it answers pings while it has nothing to do. */
  responsive: boolean;
  /** Says that the entry module is not loaded yet, now and then. */
  readonly slowStart: NodeJS.Timeout;
}

/** @param number - A free one. */
export function newSeat(worker: WorkerProcess, number: number, serial: number, slowStart: NodeJS.Timeout): Seat {
  return {
    number,
    serial,
    hiredAtMs: performance.now(),
    worker,
    batches: [],
    streams: new Map(),
    wasReady: false,
    calls: 0,
    residentBytes: 0,
    retiring: false,
    killed: undefined,
    pingedAtMs: undefined,
    responsive: true,
    slowStart,
  };
}

/** Whether it can take calls, now or when it has answered those that it has. */
export function isReady({ worker, responsive, retiring }: Seat): boolean {
  return worker.state === 'ready' && responsive && !retiring;
}

/** Whether it holds calls, or streams that are not at their end. */
export function isBusy({ batches, streams }: Seat): boolean {
  return batches.length > 0 || streams.size > 0;
}
