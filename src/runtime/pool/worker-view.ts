import { isBusy, type Seat } from './seat.js';

/** What a worker is doing. `unresponsive`: it has nothing to do, and does not answer; `leaving`: it gets no more calls. */
export const WORKER_STATES = ['starting', 'idle', 'busy', 'unresponsive', 'leaving'] as const;
export type WorkerState = (typeof WORKER_STATES)[number];

/** A worker, for those who look on. */
export interface WorkerView {
  /** From 1; a successor that starts beside the old one has the next that is free. */
  readonly number: number;
  readonly pid: number | undefined;
  readonly state: WorkerState;
  /** Calls that it has answered. */
  readonly calls: number;
  /** Bytes of memory that it keeps resident, as it said last. */
  readonly residentBytes: number;
  /** When it was hired, on `performance.now()`. */
  readonly hiredAtMs: number;
}

export function viewOf(seat: Seat): WorkerView {
  const { number, worker, calls, residentBytes, hiredAtMs } = seat;
  return { number, pid: worker.pid, state: stateOf(seat), calls, residentBytes, hiredAtMs };
}

function stateOf(seat: Seat): WorkerState {
  if (seat.worker.state === 'starting') return 'starting';
  if (seat.retiring || seat.worker.state !== 'ready') return 'leaving';
  if (!seat.responsive) return 'unresponsive';
  return isBusy(seat) ? 'busy' : 'idle';
}

/** The least number that none of these has. */
export function freeNumber(seats: Iterable<Seat>): number {
  const taken = new Set([...seats].map(({ number }) => number));
  let number = 1;
  while (taken.has(number)) number++;
  return number;
}
