import { describe, expect, it } from 'vitest';
import type { ColumnType, ColumnValues } from '../../src/data-frame/column.js';
import { DataFrame } from '../../src/data-frame/data-frame.js';
import { haveSameColumns, splitFrame, stackFrames } from '../../src/data-frame/stack-frames.js';

const types = {
  half: 'float16',
  float: 'float32',
  long: 'int64',
  flag: 'bool',
  text: 'string',
  at: 'datetime',
  gap: 'timedelta',
  any: 'object',
} as const satisfies Record<string, ColumnType>;

const frame = (index: (string | number)[] | undefined, columns: Record<string, ColumnValues>) =>
  DataFrame.fromColumns(columns, {
    index,
    types: Object.fromEntries(Object.keys(columns).map((name) => [name, types[name as keyof typeof types]])),
  });
const told = (it: DataFrame) => ({
  index: it.index,
  columns: it.columns.map((name) => [name, it.columnType(name), it.column(name)]),
});

const first = () =>
  frame(['a', 7], {
    half: [0.5, 1],
    float: Float32Array.of(1, Number.NaN),
    long: [1n, 2n],
    flag: [true, false],
    text: ['x', null],
    at: [new Date(0), null],
    gap: [5, 6],
    any: [{ a: 1 }, [2]],
  });
const second = () =>
  frame([7], {
    half: [2],
    float: Float32Array.of(3),
    long: [null],
    flag: [null],
    text: ['y'],
    at: [new Date(1)],
    gap: [null],
    any: ['z'],
  });

describe('stackFrames() and splitFrame()', () => {
  it('put frames one behind the other, of all types, each row with its label', () => {
    const stacked = stackFrames([first(), second()]);
    expect(told(stacked)).toEqual({
      index: ['a', 7, 7],
      columns: [
        ['half', 'float16', Float32Array.of(0.5, 1, 2)],
        ['float', 'float32', Float32Array.of(1, Number.NaN, 3)],
        ['long', 'int64', [1n, 2n, null]],
        ['flag', 'bool', [true, false, null]],
        ['text', 'string', ['x', null, 'y']],
        ['at', 'datetime', [new Date(0), null, new Date(1)]],
        ['gap', 'timedelta', [5, 6, null]],
        ['any', 'object', [{ a: 1 }, [2], 'z']],
      ],
    });
  });

  it('give each part back as it was', () => {
    const [a, b] = [first(), second()];
    expect(splitFrame(stackFrames([a, b]), [2, 1]).map(told)).toEqual([a, b].map(told));
    expect(splitFrame(stackFrames([a, b]), [2, 0, 1])[1]?.length).toBe(0);
  });

  it('do not copy the one frame', () => {
    const one = first();
    expect(stackFrames([one])).toBe(one);
  });

  it('leave whole numbers in their array, and share its memory', () => {
    const stacked = stackFrames([frame(undefined, { long: [1n] }), frame([9], { long: [2n] })]);
    expect(stacked.column('long')).toEqual(BigInt64Array.of(1n, 2n));
    const [part] = splitFrame(stacked, [1, 1]) as [DataFrame];
    expect((part.column('long') as BigInt64Array).buffer).toBe((stacked.column('long') as BigInt64Array).buffer);
  });

  it('count the rows of each part where the labels count those of the whole', () => {
    const whole = frame(undefined, { long: [1n, 2n, 3n] });
    expect(splitFrame(whole, [1, 2]).map(({ index }) => index)).toEqual([[0], [0, 1]]);
    expect(splitFrame(frame([1, 0, 2], { long: [1n, 2n, 3n] }), [1, 2]).map(({ index }) => index)).toEqual([
      [1],
      [0, 2],
    ]);
  });

  it('keep the rows of frames without columns', () => {
    const bare = DataFrame.fromColumns({}, { index: [0, 1, 2] });
    expect(splitFrame(bare, [1, 2]).map(({ index }) => index)).toEqual([[0], [0, 1]]);
    expect(stackFrames([bare, bare]).length).toBe(6);
  });

  it('keep a column that is named as no other may be', () => {
    const odd = DataFrame.fromColumns([['__proto__', ['a']]]);
    expect(stackFrames([odd, odd]).column('__proto__')).toEqual(['a', 'a']);
  });
});

it('haveSameColumns() asks for names, order and types', () => {
  const [a, b] = [first(), second()];
  expect(haveSameColumns(a, b)).toBe(true);
  expect(haveSameColumns(a, a.select([...a.columns].reverse()))).toBe(false);
  expect(haveSameColumns(a, a.select(['half']))).toBe(false);
  expect(haveSameColumns(frame(undefined, { float: [1] }), DataFrame.fromColumns({ float: [1] }))).toBe(false);
});
