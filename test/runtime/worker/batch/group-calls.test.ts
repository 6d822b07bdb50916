import { describe, expect, it } from 'vitest';
import { groupCalls } from '../../../../src/runtime/worker/batch/group-calls.js';
import { Tensor } from '../../../../src/tensor.js';

const floats = (...dims: number[]) => {
  const size = dims.reduce((product, dim) => product * dim, 1);
  return new Tensor('float32', new Float32Array(size), dims);
};
const groups = (batch: Parameters<typeof groupCalls>[0], rowsMax = 4) =>
  groupCalls(batch, rowsMax).map(({ calls }) => calls);

describe('groupCalls()', () => {
  it('puts calls of one shape together, in their order', () =>
    expect(groups([[floats(1, 2)], [floats(2, 2)], [floats(1, 2)]])).toEqual([[0, 1, 2]]));
  it('takes no more rows than a run may have', () =>
    expect(groups([[floats(3, 2)], [floats(2, 2)], [floats(1, 2)], [floats(1, 2)], [floats(1, 2)]])).toEqual([[0], [1, 2, 3], [4]])); // biome-ignore format: one line
  it('runs a call alone that is larger by itself', () =>
    expect(groups([[floats(9, 2)], [floats(1, 2)]])).toEqual([[0], [1]]));
  it('keeps other shapes apart', () =>
    expect(groups([[floats(1, 2)], [floats(1, 3)], [floats(1, 2)], [floats(1, 3)]])).toEqual([[0, 2], [1, 3]])); // biome-ignore format: one line
  it('runs calls alone whose inputs have different numbers of rows', () =>
    expect(groups([[floats(1), floats(2)], [floats(1), floats(2)]])).toEqual([[0], [1]])); // biome-ignore format: one line
  it('runs calls without rows alone', () => expect(groups([[floats(0, 2)], [floats(0, 2)]])).toEqual([[0], [1]]));
  it('runs calls without axes alone', () => expect(groups([[floats()], [floats()]])).toEqual([[0], [1]]));
  it('passes over what is not to be run', () =>
    expect(groups([[floats(1)], undefined, [floats(1)]])).toEqual([[0, 2]]));
});
