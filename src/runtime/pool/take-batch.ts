import type { Call } from './call.js';

/** A larger body is a batch of its own: the others would wait until it is decoded. */
export const BATCHED_BODY_BYTES_MAX = 256 * 1024;

/**
 * The calls at the head of the queue that go to a worker together. One whose batch failed, or whose worker died under
 * it, goes alone: it may be what does it.
 *
 * @param callsMax - What a worker takes at once, 1 where `run` takes one call at a time.
 * @returns In order, and still in the queue.
 */
export function takeBatch(queue: Iterable<Call>, callsMax: number): Call[] {
  const batch: Call[] = [];
  for (const call of queue) {
    const alone = call.alone || call.deaths > 0 || bodyBytes(call) > BATCHED_BODY_BYTES_MAX;
    if (alone && batch.length > 0) break;
    batch.push(call);
    if (alone || batch.length >= callsMax) break;
  }
  return batch;
}

function bodyBytes({ message }: Call): number {
  let bytes = 0;
  for (const piece of message?.body ?? []) bytes += piece.length;
  return bytes;
}
