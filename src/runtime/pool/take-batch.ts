import type { Call } from './call.js';

/** A larger body is a batch of its own: the others would wait until it is decoded. */
export const BATCHED_BODY_BYTES_MAX = 256 * 1024;

/** What a worker can be given. */
export interface BatchRoom {
  /** Calls that it takes at once, 1 where `run` takes one call at a time. */
  readonly callsMax: number;
  /** Whether it runs nothing. */
  readonly idle: boolean;
  /** Whether what it is given waits there behind what it runs. */
  readonly isAhead: boolean;
}

/** Calls that leave the queue; until then they are in it. */
export interface Taken {
  /** For the worker, in order. */
  readonly batch: readonly Call[];
  /** Those that cannot be run in time any more. */
  readonly late: readonly Call[];
}

/**
 * The calls at the head of the queue that go to a worker together. One whose batch failed, or whose worker died under
 * it, goes alone, to a worker that runs nothing else: it may be what does it.
 */
export function takeBatch(
  queue: Iterable<Call>,
  { callsMax, idle, isAhead }: BatchRoom,
  isLate: (call: Call) => boolean,
): Taken {
  const batch: Call[] = [];
  const late: Call[] = [];
  for (const call of queue) {
    if (isLate(call)) {
      late.push(call);
      continue;
    }
    const first = batch.length === 0;
    if (call.alone && !(first && idle)) break;
    const isLarge = isLargeCall(call);
    if (isLarge && isAhead) break;
    const single = call.alone || isLarge;
    if (single && !first) break;
    batch.push(call);
    if (single || batch.length >= callsMax) break;
  }
  return { batch, late };
}

export function isLargeCall({ bodyBytes }: Call): boolean {
  return bodyBytes > BATCHED_BODY_BYTES_MAX;
}
