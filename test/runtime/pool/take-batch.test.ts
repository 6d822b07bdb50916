import { describe, expect, it } from 'vitest';
import type { Call } from '../../../src/runtime/pool/call.js';
import { BATCHED_BODY_BYTES_MAX, takeBatch } from '../../../src/runtime/pool/take-batch.js';
import { waitingCall } from './calls.js';

const never = () => false;
const taken = (queue: readonly Call[], callsMax = 32, idle = true) =>
  takeBatch(queue, { callsMax, idle, isAhead: !idle }, never).batch;

describe('takeBatch()', () => {
  const small = Array.from({ length: 5 }, () => waitingCall());
  const large = waitingCall({ bodyBytes: BATCHED_BODY_BYTES_MAX + 1 });
  const suspect = waitingCall({ alone: true });

  it('takes what waits, up to what a worker takes at once', () => {
    expect(taken(small)).toEqual(small);
    expect(taken(small, 3)).toEqual(small.slice(0, 3));
    expect(taken(small, 1)).toEqual(small.slice(0, 1));
    expect(taken([])).toEqual([]);
  });

  it('lets a large body go alone', () => {
    expect(taken([large, ...small])).toEqual([large]);
    expect(taken([...small, large])).toEqual(small);
    expect(taken([waitingCall({ bodyBytes: BATCHED_BODY_BYTES_MAX }), ...small])).toHaveLength(6);
  });

  it('lets a call go alone that may be what made a batch fail, or a worker die', () => {
    expect(taken([suspect, ...small])).toEqual([suspect]);
    expect(taken([...small, suspect])).toEqual(small);
  });

  it('gives such a call to a worker with nothing else to do, and lets those behind it wait', () => {
    expect(taken([suspect, ...small], 32, false)).toEqual([]);
    expect(takeBatch([large], { callsMax: 32, idle: false, isAhead: false }, never).batch).toEqual([large]);
  });

  it('lets a large body not wait behind what a worker runs', () => {
    expect(taken([large], 32, false)).toEqual([]);
    expect(taken([...small, large], 32, false)).toEqual(small);
  });

  it('tells which calls cannot be run in time, and passes over them', () => {
    const [first, second, ...others] = small as [Call, Call, ...Call[]];
    const late = new Set([first, others[0]]);
    expect(takeBatch(small, { callsMax: 2, idle: true, isAhead: false }, (call) => late.has(call))).toEqual({
      batch: [second, others[1]],
      late: [first, others[0]],
    });
  });
});
