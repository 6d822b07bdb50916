import { describe, expect, it } from 'vitest';
import { DataFrame } from '../../../../src/data-frame/data-frame.js';
import { firstGroup } from '../../../../src/runtime/worker/batch/first-group.js';
import { Tensor } from '../../../../src/tensor.js';

const floats = (...dims: number[]) => {
  const size = dims.reduce((product, dim) => product * dim, 1);
  return new Tensor('float32', new Float32Array(size), dims);
};
const frame = (columns: Parameters<typeof DataFrame.fromColumns>[0], index?: (string | number)[]) =>
  DataFrame.fromColumns(columns, { index });
const group = (batch: readonly (readonly unknown[] | undefined)[], rowsMax = 4) =>
  firstGroup(
    batch.map((args) => ({ args })),
    rowsMax,
  );

describe('firstGroup()', () => {
  it('puts calls of one shape together, in their order', () =>
    expect(group([[floats(1, 2)], [floats(2, 2)], [floats(1, 2)]])).toEqual([0, 1, 2]));
  it('takes no more rows than a run may have, and lets none overtake', () =>
    expect(group([[floats(1, 2)], [floats(2, 2)], [floats(2, 2)], [floats(1, 2)]])).toEqual([0, 1]));
  it('runs a call alone that is larger by itself', () => expect(group([[floats(9, 2)], [floats(1, 2)]])).toEqual([0]));
  it('leaves out other shapes and types', () => {
    expect(group([[floats(1, 2)], [floats(1, 3)], [floats(1, 2)], [floats(1)]])).toEqual([0, 2]);
    expect(group([[floats(1)], [new Tensor('float64', Float64Array.of(1), [1])], [floats(1)]])).toEqual([0, 2]);
  });
  it('looks at all inputs', () =>
    expect(group([[floats(1), floats(1, 2)], [floats(1), floats(1, 3)], [floats(1), floats(1, 2)]])).toEqual([0, 2])); // biome-ignore format: one line
  it('runs calls alone whose inputs have different numbers of rows', () => {
    const uneven = [floats(1), floats(2)];
    expect(group([uneven, uneven])).toEqual([0]);
    expect(group([[floats(1), floats(1)], uneven, [floats(2), floats(2)]])).toEqual([0, 2]);
  });
  it('runs calls alone that have no rows, no axes, or what cannot be stacked', () => {
    expect(group([[floats(0, 2)], [floats(0, 2)]])).toEqual([0]);
    expect(group([[floats()], [floats()]])).toEqual([0]);
    expect(group([['text'], ['text']])).toEqual([0]);
    expect(group([[], []])).toEqual([0]);
  });
  it('passes over what is not to be run', () => {
    expect(group([undefined, [floats(1)], undefined, [floats(1)]])).toEqual([1, 3]);
    expect(group([undefined])).toEqual([]);
  });
  it('puts frames together that have the same columns, in one order and of one type', () => {
    const [a, b] = [Float64Array.of(1), ['x']];
    const same = frame({ a, b });
    const others = [frame({ b, a }), frame({ a, c: b }), frame({ a }), frame({ a, b: [null] }), floats(1, 2)];
    expect(group([[same], ...others.map((other) => [other]), [frame({ a, b: ['y'] })]], 9)).toEqual([0, 6]);
  });
  it('keeps frames apart whose labels would count the rows of both', () => {
    const rows = (...index: number[]) => [frame({ a: new Float64Array(index.length) }, index)];
    expect(group([rows(0, 1), rows(2), rows(7)])).toEqual([0, 2]);
    expect(group([rows(0), rows(0), rows(5, 2)])).toEqual([0, 1, 2]);
  });
});
