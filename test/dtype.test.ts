import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { float16Bits, float16Value } from '../src/dtype.js';

const finite = Array.from({ length: 65536 }, (_, bits) => bits).filter((bits) => Number.isFinite(float16Value(bits)));

describe('float16', () => {
  it('has every number back from its bits', () => {
    for (const bits of finite) assert.equal(float16Bits(float16Value(bits)), bits);
  });

  it('rounds halfway cases to even, and everything beside them to the nearest', () => {
    for (const bits of finite.filter((positive) => positive < 0x7bff)) {
      const [low, high] = [float16Value(bits), float16Value(bits + 1)];
      const halfway = (low + high) / 2;
      assert.equal(float16Bits(halfway), bits % 2 === 0 ? bits : bits + 1, `${halfway}`);
      assert.equal(float16Bits(halfway * (1 + 2 ** -52)), bits + 1);
      assert.equal(float16Bits(halfway * (1 - 2 ** -52)), bits);
    }
  });

  it.each([
    [65504, 0x7bff],
    [65519.999, 0x7bff],
    [65520, 0x7c00],
    [Number.POSITIVE_INFINITY, 0x7c00],
    [Number.NEGATIVE_INFINITY, 0xfc00],
    [-0, 0x8000],
    [2 ** -25, 0],
    [2 ** -25 * 1.0001, 1],
    [5e-324, 0],
  ])('%d has the bits %i', (value, bits) => assert.equal(float16Bits(value), bits));

  it('keeps what is no number', () => {
    assert.equal(float16Bits(Number.NaN), 0x7e00);
    assert.ok(Number.isNaN(float16Value(0x7e00)));
    assert.equal(float16Value(0xfc00), Number.NEGATIVE_INFINITY);
  });
});
