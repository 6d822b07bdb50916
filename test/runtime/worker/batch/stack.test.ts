import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newNumericArray } from '../../../../src/dtype.js';
import { areAlike, split, stack } from '../../../../src/runtime/worker/batch/stack.js';
import { Tensor } from '../../../../src/tensor.js';

const types = ['float32', 'float64', 'int64', 'uint8', 'bool', 'float16', 'string'] as const;

/** A tensor whose elements count up from a number, so that no two rows are the same. */
function counting(type: (typeof types)[number], dims: readonly number[], from: number): Tensor {
  const size = dims.reduce((product, dim) => product * dim, 1);
  if (type === 'string')
    return new Tensor(
      'string',
      Array.from({ length: size }, (_, i) => `${from + i}`),
      dims,
    );
  const data = newNumericArray(type, size);
  for (let i = 0; i < size; i++) data[i] = (type === 'int64' ? BigInt(from + i) : (from + i) % 200) as number;
  return new Tensor(type as 'float32', data as Float32Array, dims);
}

const copy = ({ type, dims, data }: Tensor) => ({ type, dims, data: Array.from(data as ArrayLike<unknown>) });

describe('stack() and split()', () => {
  it('put tensors one behind the other', () => {
    const stacked = stack([counting('float32', [1, 2], 0), counting('float32', [2, 2], 10)]);
    expect(copy(stacked)).toEqual({ type: 'float32', dims: [3, 2], data: [0, 1, 10, 11, 12, 13] });
  });

  it('give each part back as it was, of any type and shape', () => {
    const dims = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 });
    const rows = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.constantFrom(...types), dims, rows, (type, inner, counts) => {
        const parts = counts.map((count, i) => counting(type, [count, ...inner], i * 50));
        expect(split(stack(parts), counts).map(copy)).toEqual(parts.map(copy));
      }),
    );
  });

  it('do not copy the one tensor', () => {
    const one = counting('float32', [2, 2], 0);
    expect(stack([one])).toBe(one);
  });
});

describe('areAlike()', () => {
  const one = counting('float32', [1, 2], 0);
  it('asks for the type and all axes but the first', () => {
    expect(areAlike(one, counting('float32', [7, 2], 0))).toBe(true);
    expect(areAlike(one, counting('float64', [1, 2], 0))).toBe(false);
    expect(areAlike(one, counting('float32', [1, 3], 0))).toBe(false);
    expect(areAlike(one, counting('float32', [1, 2, 1], 0))).toBe(false);
    expect(areAlike(one, counting('float32', [1], 0))).toBe(false);
  });
});
