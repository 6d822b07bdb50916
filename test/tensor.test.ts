import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostError } from '../src/errors.js';
import { type NumericType, nestedDims, nestedType, shortestFloat32, Tensor, tensorFromNested } from '../src/tensor.js';

/** What a refusal says: the pointer, and what was expected and came. */
function refusal(value: unknown, type: NumericType, dims?: readonly (number | undefined)[]) {
  try {
    tensorFromNested(value, type, dims, '/data');
  } catch (error) {
    expect(error).toMatchObject({ code: 'INPUT_INVALID', name: 'HostError' });
    const { details, message } = error as HostError;
    expect(message).toBe(`${details[0]?.path}: ${details[0]?.message}.`);
    return details[0];
  }
  throw new Error('it was taken');
}

describe('tensorFromNested()', () => {
  it('lays nested arrays out row by row', () => {
    const tensor = tensorFromNested(
      [
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      ],
      'float32',
      [undefined, 3, 2],
    );
    expect(tensor).toBeInstanceOf(Tensor);
    expect(tensor).toMatchObject({ type: 'float32', dims: [1, 3, 2] });
    expect(tensor.data).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
  });

  it('gives back by its dims what was nested, whatever the shape', () => {
    const shape = fc.array(fc.nat(4), { maxLength: 4 });
    const property = fc.property(shape, (dims) => {
      let next = 0;
      const nest = (axis: number): unknown =>
        axis === dims.length ? next++ : Array.from({ length: dims[axis] as number }, () => nest(axis + 1));
      const tensor = tensorFromNested(nest(0), 'float64');
      const size = dims.reduce((product, dim) => product * dim, 1);
      expect(tensor.size).toBe(size);
      expect(tensor.data).toEqual(Float64Array.from({ length: size }, (_, i) => i));
      // Behind an axis of no elements nothing can be seen.
      const seen = dims.includes(0) ? dims.slice(0, dims.indexOf(0) + 1) : dims;
      expect(tensor.dims).toEqual(seen);
    });
    fc.assert(property);
  });

  it('takes a scalar where no axis is asked for', () => {
    expect(tensorFromNested(1.5, 'float32')).toMatchObject({ dims: [], data: Float32Array.of(1.5) });
  });

  it('takes no rows for any number of them', () => {
    expect(tensorFromNested([], 'float32', [undefined, 3, 2]).dims).toEqual([0, 3, 2]);
    expect(tensorFromNested([], 'float32', [undefined]).dims).toEqual([0]);
  });

  it.each<[NumericType, unknown[], ArrayLike<unknown>]>([
    ['float32', [0.1, 1n, null, 1e300], Float32Array.of(0.1, 1, Number.NaN, Number.POSITIVE_INFINITY)],
    ['float64', [0.1, 2n ** 64n, null], Float64Array.of(0.1, 2 ** 64, Number.NaN)],
    ['int32', [-(2 ** 31), 2 ** 31 - 1, -0], Int32Array.of(-(2 ** 31), 2 ** 31 - 1, 0)],
    ['uint8', [0, 255], Uint8Array.of(0, 255)],
    ['int64', [-(2n ** 63n), 2n ** 63n - 1n, 7], BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n, 7n)],
    ['bool', [true, false], Uint8Array.of(1, 0)],
  ])('%s holds its extremes', (type, values, data) => expect(tensorFromNested(values, type).data).toEqual(data));

  it.each<[NumericType, unknown, string]>([
    ['float32', '7', 'expected a number, got string 7'],
    ['float32', true, 'expected a number, got boolean true'],
    ['float32', {}, 'expected a number, got an object'],
    ['float32', undefined, 'expected a number, got undefined undefined'],
    ['int32', 1.9, 'expected an integer of 32 bits, got number 1.9'],
    ['int32', 2 ** 31, 'expected an integer of 32 bits, got number 2147483648'],
    ['int32', null, 'expected an integer of 32 bits, got null'],
    ['uint8', -1, 'expected an integer from 0 to 255, got number -1'],
    ['uint8', 256, 'expected an integer from 0 to 255, got number 256'],
    ['int64', 2n ** 63n, 'expected an integer of 64 bits, got bigint 9223372036854775808'],
    ['int64', 2 ** 53, 'expected an integer of 64 bits, got number 9007199254740992'],
    ['int64', Number.NaN, 'expected an integer of 64 bits, got number NaN'],
    ['bool', 1, 'expected true or false, got number 1'],
    ['bool', 'true', 'expected true or false, got string true'],
    ['float64', 'x'.repeat(1_000), `expected a number, got string ${'x'.repeat(40)}`],
  ])('%s does not hold everything: %#', (type, value, message) => {
    expect(refusal([[value]], type)).toEqual({ path: '/data/0/0', message });
  });

  it.each<[unknown, string, string]>([
    [[1, 2], '/data', 'expected an array with 2 dimensions, got 1 (shape [2])'],
    [[[[1]]], '/data', 'expected an array with 2 dimensions, got 3 (shape [1, 1, 1])'],
    [1, '/data', 'expected an array with 2 dimensions, got number 1'],
    [null, '/data', 'expected an array with 2 dimensions, got null'],
    [[[1, 2]], '/data/0', 'expected an array of 3, got an array of 2'],
    [
      [
        [1, 2, 3],
        [1, 2],
      ],
      '/data/1',
      'expected an array of 3, got an array of 2',
    ],
    [[[1, 2, 3], 4], '/data/1', 'expected an array of 3, got number 4'],
    [[[1, 2, 3], { length: 3 }], '/data/1', 'expected an array of 3, got an object'],
    [[[1, 2, [3]]], '/data/0/2', 'expected a number, got an array of 1'],
    [[[]], '/data/0', 'expected an array of 3, got an array of 0'],
  ])('%j is no matrix of three columns', (value, path, message) => {
    expect(refusal(value, 'float32', [undefined, 3])).toEqual({ path, message });
  });

  it('refuses a ragged body before it sets anything aside', () => {
    const wide = new Array<number>(100_000).fill(1);
    const rows: unknown[] = [wide, ...new Array<unknown>(100_000).fill([])];
    const before = process.memoryUsage().arrayBuffers;
    expect(refusal(rows, 'float64')?.path).toBe('/data/1');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });
});

describe('nestedDims() and nestedType()', () => {
  it('look along the first elements', () => {
    expect(nestedDims([[1, 2, 3]])).toEqual([1, 3]);
    expect(nestedDims([[], [1]])).toEqual([2, 0]);
    expect(nestedDims(5)).toEqual([]);
    expect([[[1]], [[1n]], [[true]], []].map(nestedType)).toEqual(['float32', 'int64', 'bool', 'float32']);
  });
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
