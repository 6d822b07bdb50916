import { describe, expect, it } from 'vitest';
import type { NumericArray } from '../../../../src/dtype.js';
import { FeedMemory } from '../../../../src/runtime/models/tensorflow/feed-memory.js';

const bytesOf = ({ buffer, byteOffset, byteLength }: NumericArray) => Buffer.from(buffer, byteOffset, byteLength);
const LARGE = 100_000;

describe('FeedMemory', () => {
  it.each([
    ['small', Float32Array.of(1, 2, 3)],
    ['large', new Float32Array(LARGE).fill(1.5)],
    ['large, of int64', new BigInt64Array(LARGE).fill(-(2n ** 40n))],
    ['large, within another', new Uint8Array(2 * LARGE).fill(7).subarray(3, 3 + LARGE)],
    ['empty', new Int32Array(0)],
  ])('holds a copy: %s', (_, elements) => {
    const held = new FeedMemory().hold<NumericArray>(elements);
    expect(held.constructor).toBe(elements.constructor);
    // As bytes: to compare elements one by one takes a second.
    expect(Buffer.compare(bytesOf(held), bytesOf(elements))).toBe(0);
    expect(held.buffer).not.toBe(elements.buffer);
  });

  it('takes large copies back, and leaves what they are of', () => {
    const memory = new FeedMemory();
    const elements = new Float32Array(LARGE).fill(1.5);
    const held = memory.hold(elements);
    memory.takeBack();
    expect(held.buffer.byteLength).toBe(0);
    expect(elements.at(-1)).toBe(1.5);
  });
});
