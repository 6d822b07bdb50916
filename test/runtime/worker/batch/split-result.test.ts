import { describe, expect, it } from 'vitest';
import { DataFrame } from '../../../../src/data-frame/data-frame.js';
import type { HostError } from '../../../../src/errors.js';
import { splitResult } from '../../../../src/runtime/worker/batch/split-result.js';
import { Tensor } from '../../../../src/tensor.js';

const tensor = new Tensor('float32', Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]);
const frame = DataFrame.fromColumns({ risk: Float32Array.of(1, 2, 3) });
class Scores {
  readonly a = [1, 2, 3];
}
const copy = ({ dims, data }: Tensor) => ({ dims, data: Array.from(data as Float32Array) });

describe('splitResult()', () => {
  it('splits a tensor, a frame, typed and plain arrays by rows', () => {
    expect((splitResult(tensor, [1, 2]) as Tensor[]).map(copy)).toEqual([
      { dims: [1, 2], data: [1, 2] },
      { dims: [2, 2], data: [3, 4, 5, 6] },
    ]);
    expect((splitResult(frame, [2, 1]) as DataFrame[]).map((part) => part.rows())).toEqual([
      [{ risk: 1 }, { risk: 2 }],
      [{ risk: 3 }],
    ]);
    expect(splitResult(BigInt64Array.of(1n, 2n), [1, 1])).toEqual([BigInt64Array.of(1n), BigInt64Array.of(2n)]);
    expect(splitResult(['a', { b: 1 }, null], [1, 2])).toEqual([['a'], [{ b: 1 }, null]]);
  });

  it('splits an object of these by name', () => {
    const [first, second] = splitResult({ tensor, labels: ['a', 'b', 'c'], ['__proto__']: [1, 2, 3] }, [1, 2]) as {
      tensor: Tensor;
      labels: string[];
    }[];
    expect(first?.labels).toEqual(['a']);
    expect(copy(second?.tensor as Tensor)).toEqual({ dims: [2, 2], data: [3, 4, 5, 6] });
    expect(Object.entries(second ?? {}).at(-1)).toEqual(['__proto__', [2, 3]]);
  });

  it('gives one call the result itself', () => {
    expect(splitResult(tensor, [3])[0]).toBe(tensor);
    const outputs = { tensor };
    expect(splitResult(outputs, [3])[0]).toBe(outputs);
    expect(splitResult([], [0])).toEqual([[]]);
  });

  it.each<[string, unknown, string]>([
    ['too few rows', [1, 2], 'The result of run() has 2 rows where its input has 3'],
    ['too many rows', new Float32Array(4), 'The result of run() has 4 rows where its input has 3'],
    ['an output of other rows', { a: [1, 2, 3], b: [1] }, "The output 'b' of run() has 1 row where its input has 3"],
    ['a scalar tensor', new Tensor('float32', [1], []), 'The result of run() is a Tensor without axes'],
    ['a string', 'abc', 'The result of run() is of type String'],
    ['nothing', undefined, 'The result of run() is of type Undefined'],
    ['a Map', new Map([['a', [1, 2, 3]]]), 'The result of run() is of type Map'],
    ['a generator', (async function* () {})(), 'The result of run() is of type AsyncGenerator'],
    ['an object inside an object', { a: { b: [1, 2, 3] } }, "The output 'a' of run() is of type Object"],
    ['an object of nothing', {}, 'The result of run() is an object of nothing'],
    ['an object of a class', new Scores(), 'The result of run() is of type Object'],
  ])('refuses %s, of one call or several', (_, result, message) => {
    for (const rows of [[3], [1, 2]]) {
      let thrown: Partial<HostError> = {};
      try {
        splitResult(result, rows);
      } catch (error) {
        thrown = error as HostError;
      }
      expect(thrown.code).toBe('RESULT_INVALID');
      expect(thrown.message).toBe(
        `${message}: a batched run gives a Tensor, a DataFrame, an array, or an object of these, with a row for each of its input.`,
      );
    }
  });
});
