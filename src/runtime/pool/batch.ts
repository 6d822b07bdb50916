import type { BatchTimes } from '../worker/frames.js';
import type { Call } from './call.js';
import type { Seat } from './seat.js';
import type { TimeoutEntry } from './timeout-list.js';

/** Calls that a worker was given together, until it has answered them. */
export interface Batch {
  readonly seat: Seat;
  readonly calls: readonly Call[];
  /** When it was handed to the worker. */
  readonly sentAtMs: number;
  /** When the worker did what with it, as it says in its answer. */
  times: Readonly<BatchTimes> | undefined;
  /** When the worker began to run it, as far as the front knows; undefined while it waits there behind others. */
  startedAtMs: number | undefined;
  /** Whether nothing else may run in the worker meanwhile. */
  readonly alone: boolean;
  /** Whether nothing may wait in the worker behind it: it may take long to decode. */
  readonly isLarge: boolean;
  timeout: TimeoutEntry<Batch> | undefined;
  /** Its run took longer than a run may, and its worker was killed for that. */
  overran: boolean;
}
