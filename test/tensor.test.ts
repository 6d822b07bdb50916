import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstElement, nest, nestedDims, shortestFloat32 } from '../src/tensor.js';

describe('nestedDims() and firstElement()', () => {
  it('look along the first elements', () => {
    expect(nestedDims([[1, 2, 3]])).toEqual([1, 3]);
    expect(nestedDims([[], [1]])).toEqual([2, 0]);
    expect(nestedDims(5)).toEqual([]);
    expect([[[1]], [], 'x'].map(firstElement)).toEqual([1, undefined, 'x']);
  });
});

it('nest() lays elements out by their dims', () => {
  expect(nest([1, 2, 3, 4, 5, 6], [2, 3])).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(nest([], [0, 3])).toEqual([]);
  expect(nest([], [2, 0])).toEqual([[], []]);
});

describe('shortestFloat32()', () => {
  it('names the float32 it is given, in at most nine digits', () => {
    const property = fc.property(fc.float({ noNaN: true }), (value) => {
      const short = shortestFloat32(value);
      expect(Math.fround(short) === value).toBe(true);
      if (Number.isFinite(value)) expect(Number(short.toPrecision(9)) === short).toBe(true);
    });
    fc.assert(property, { numRuns: 10_000 });
  });

  it.each([
    [0.1, 0.1],
    [202.83589, 202.83589],
    [16777216, 16777216],
    [1 / 3, 0.33333334],
    [3.4028234663852886e38, 3.4028235e38],
    [0, 0],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  ])('fround(%s) is %s', (value, short) => expect(shortestFloat32(Math.fround(value))).toBe(short));
});
