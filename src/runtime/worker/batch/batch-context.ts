import { type RequestContext, stackedCalls } from '../request-context.js';

/** One of the calls that a batched run answers at once. */
export interface BatchedCall extends RequestContext {
  /** How many rows of the inputs are this call's. */
  readonly rows: number;
  /** The first of them, counted from 0. */
  readonly firstRow: number;
}

/** What a batched `run` may know of the calls it answers, besides their input. */
export interface BatchContext {
  /** In the order of their rows; there may be one alone. */
  readonly calls: readonly BatchedCall[];
}

/**
 * The calls that are being run by a `run` that is marked with `batch()`; works in everything that it calls or awaits.
 *
 * @throws {Error} outside such a run.
 * @example
 * ```ts
 * for (const { requestId, firstRow, rows } of batchContext().calls) console.log(requestId, firstRow, rows);
 * ```
 */
export function batchContext(): BatchContext {
  const calls = stackedCalls();
  if (calls) return { calls };
  throw new Error(
    'batchContext() works inside a run() that is marked with batch() only; elsewhere use requestContext().',
  );
}
