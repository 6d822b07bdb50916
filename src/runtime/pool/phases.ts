import { ownMs } from '../shared-clock.js';
import type { Call } from './call.js';

/**
 * The phases of a call, in their order; each begins where the one before it ends.
 *
 * - `receive`: from the end of its headers until its body was there, and was read to its end
 * - `queue`: until it was handed to the worker that answered it
 * - `transfer`: on its way there, and waiting behind others that the worker had
 * - `decode`: the calls of its batch are decoded, checked against the schema, made tensors
 * - `batch`: those that run together are stacked
 * - `run`: `run()`, or the model
 * - `encode`: the results are taken apart and written
 * - `return`: on the way back
 * - `send`: from the first byte of the reply until the last has left
 *
 * All calls of a batch have its times. Where the worker has not answered, because it died or the deadline passed before, all
 * that the call was with it is `run`.
 */
export const PHASES = ['receive', 'queue', 'transfer', 'decode', 'batch', 'run', 'encode', 'return', 'send'] as const;

export type PhaseName = (typeof PHASES)[number];

/** Where the phases begin and end, in milliseconds: one number more than there are phases, none below the one before it. */
export type PhaseBounds = Float64Array;

export function newPhaseBounds(): PhaseBounds {
  return new Float64Array(PHASES.length + 1);
}

/**
 * Says where the time of a call went, on the clock of `performance.now()`. Phases that it did not come to are empty.
 *
 * @param startMs - When its headers had been read.
 * @param endMs - When its reply had left, or its client.
 */
export function fillPhaseBounds(bounds: PhaseBounds, call: Call, startMs: number, endMs: number): void {
  const decided = call.decidedAtMs || endMs;
  const queued = call.queuedAtMs || decided;
  const sent = call.batch?.sentAtMs ?? decided;
  const times = call.batch?.times;
  bounds[0] = startMs;
  bounds[1] = queued;
  bounds[2] = sent;
  bounds[3] = times ? ownMs(times.begunAtMs) : sent;
  bounds[4] = times ? ownMs(times.decodedAtMs) : sent;
  bounds[5] = times ? ownMs(times.stackedAtMs) : sent;
  bounds[6] = times ? ownMs(times.ranAtMs) : decided;
  bounds[7] = times ? ownMs(times.encodedAtMs) : decided;
  bounds[8] = decided;
  bounds[9] = endMs;
  makeAscend(bounds, startMs, decided, endMs);
}

/** A phase of one call, in milliseconds of `performance.now()`. */
export interface Phase {
  readonly name: PhaseName;
  readonly startMs: number;
  readonly endMs: number;
}

/** The phases that took any time, in their order: see {@link fillPhaseBounds}. */
export function phasesOf(call: Call, startMs: number, endMs: number): readonly Phase[] {
  const bounds = newPhaseBounds();
  fillPhaseBounds(bounds, call, startMs, endMs);
  return PHASES.map((name, i) => ({ name, startMs: bounds[i] as number, endMs: bounds[i + 1] as number })).filter(
    (phase) => phase.endMs > phase.startMs,
  );
}

/**
 * No phase ends before it begins: the clocks of two processes differ by less than a microsecond, but a phase may be shorter; and
 * a worker may answer a call that was given up before.
 */
function makeAscend(bounds: PhaseBounds, startMs: number, decidedMs: number, endMs: number): void {
  let least = startMs;
  for (let i = 1; i < bounds.length; i++) {
    const most = i < PHASES.length ? Math.min(decidedMs, endMs) : endMs;
    least = Math.max(least, Math.min(bounds[i] as number, most));
    bounds[i] = least;
  }
}
