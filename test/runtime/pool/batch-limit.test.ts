import { expect, it } from 'vitest';
import { BatchLimit } from '../../../src/runtime/pool/batch-limit.js';

function limitAfter(...answers: readonly (readonly [calls: number, again: number])[]): number {
  const limit = new BatchLimit();
  limit.callsMax = 32;
  for (const [calls, again] of answers) limit.answered(calls, again);
  return limit.calls;
}

it('is one before a worker has said what it takes, and then that', () => {
  expect(new BatchLimit().calls).toBe(1);
  expect(limitAfter()).toBe(32);
  expect(limitAfter([32, 0], [1, 0])).toBe(32);
});

it('falls to what was run where calls are handed back, but never to none', () => {
  expect(limitAfter([32, 20])).toBe(12);
  expect(limitAfter([32, 31])).toBe(1);
  expect(limitAfter([4, 4])).toBe(1);
});

it('grows again, twofold, while all are run', () => {
  expect(limitAfter([32, 31], [1, 0])).toBe(2);
  expect(limitAfter([32, 31], [1, 0], [2, 0], [4, 0])).toBe(8);
  expect(limitAfter([32, 20], [12, 0], [24, 0])).toBe(32);
});
