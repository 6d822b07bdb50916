import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { ColumnType, ColumnValues } from '../../src/data-frame/column.js';
import { DataFrame } from '../../src/data-frame/data-frame.js';
import { FLOAT16_AS_BITS } from '../../src/dtype.js';
import { writeJson } from '../../src/schema/json/write.js';

const when = new Date('2020-01-02T03:04:05.678Z');
const refused = (message: string) => ({ name: 'HostError', code: 'INPUT_INVALID', message });

describe('the columns of a DataFrame', () => {
  it.each<[string, ColumnValues, ColumnType, ColumnValues]>([
    ['plain numbers are floats', [1, 2.5], 'float64', Float64Array.of(1, 2.5)],
    [
      'what is missing among floats is NaN',
      [1, null, undefined],
      'float64',
      Float64Array.of(1, Number.NaN, Number.NaN),
    ],
    ['bigints are integers', [1n, -(2n ** 63n)], 'int64', BigInt64Array.of(1n, -(2n ** 63n))],
    ['what is missing among integers is null', [1n, null], 'int64', [1n, null]],
    ['too long for int64', [2n ** 63n], 'object', [2n ** 63n]],
    ['booleans', [true, undefined], 'bool', [true, null]],
    ['strings', ['a', null], 'string', ['a', null]],
    ['dates', [when, new Date(Number.NaN)], 'datetime', [when, null]],
    ['values of several kinds', [1, 'a', undefined], 'object', [1, 'a', null]],
    ['numbers among bigints', [1, 2n], 'object', [1, 2n]],
    ['nested values', [[1], { a: 1 }], 'object', [[1], { a: 1 }]],
    ['nothing but missing values', [null], 'object', [null]],
    ['no values', [], 'object', []],
    ['Float32Array', Float32Array.of(0.5), 'float32', Float32Array.of(0.5)],
    ['Uint8Array', Uint8Array.of(255), 'uint8', Uint8Array.of(255)],
    ['BigUint64Array', BigUint64Array.of(1n), 'uint64', BigUint64Array.of(1n)],
  ])('%s', (_, given, type, values) => {
    const frame = DataFrame.fromColumns({ c: given });
    assert.equal(frame.columnType('c'), type);
    assert.deepEqual(frame.column('c'), values);
  });

  it('are kept, not copied, where they are typed arrays', () => {
    const values = Int32Array.of(1, 2);
    assert.equal(DataFrame.fromColumns({ c: values }).column('c'), values);
  });

  it.each<[ColumnType, ColumnValues, ColumnValues]>([
    ['int8', [-128, 127n], Int8Array.of(-128, 127)],
    ['int32', [1, null], [1, null]],
    ['uint64', [1, 2n ** 64n - 1n], BigUint64Array.of(1n, 2n ** 64n - 1n)],
    ['float32', [1, 2n, null], Float32Array.of(1, 2, Number.NaN)],
    ['float16', [0.1, null], Float32Array.of(0.0999755859375, Number.NaN)],
    ['timedelta', [1.5, null, Number.NaN], [1.5, null, null]],
    ['object', Int8Array.of(1), [1]],
  ])('are of the type asked for: %s', (type, given, values) => {
    const frame = DataFrame.fromColumns({ c: given }, { types: { c: type } });
    assert.equal(frame.columnType('c'), type);
    assert.deepEqual(frame.column('c'), values);
  });

  it.each<[ColumnType, unknown, string]>([
    ['int8', 128, 'an integer from -128 to 127 in row 1, got number 128'],
    ['int8', 1.5, 'an integer from -128 to 127 in row 1, got number 1.5'],
    [
      'int64',
      2 ** 53,
      'an integer from -9223372036854775808 to 9223372036854775807 in row 1, got number 9007199254740992',
    ],
    ['int32', Number.NaN, 'an integer from -2147483648 to 2147483647 in row 1, got number NaN'],
    ['float64', '1', 'a number in row 1, got string 1'],
    ['float64', 2n ** 53n + 1n, 'a number in row 1, got bigint 9007199254740993'],
    ['float16', true, 'a number in row 1, got boolean true'],
    ['bool', 1, 'true or false in row 1, got number 1'],
    ['string', { a: 1 }, 'a string in row 1, got an object'],
    ['datetime', '2020-01-02', 'a Date in row 1, got string 2020-01-02'],
    ['timedelta', Number.POSITIVE_INFINITY, 'a number of milliseconds in row 1, got number Infinity'],
    ['timedelta', [1], 'a number of milliseconds in row 1, got an array of 1'],
  ])('refuse what is no %s: %s', (type, value, problem) => {
    const make = () => DataFrame.fromColumns({ c: [null, value] }, { types: { c: type } });
    assert.throws(make, refused(`Cannot read column 'c': expected ${problem}.`));
  });

  it('keep their order where their names look like numbers', () => {
    const frame = DataFrame.fromColumns(new Map([['2', [1]], ['1', [2]], ['a', [3]]])); // biome-ignore format: one line
    assert.deepEqual(frame.columns, ['2', '1', 'a']);
  });

  it('are found by their names alone', () => {
    const frame = DataFrame.fromColumns({ age: [1], grade: [2] });
    assert.throws(
      () => frame.column('Aged'),
      refused("There is no column 'Aged': the frame has age, grade; did you mean 'age'?"),
    );
    assert.throws(
      () => frame.columnType('grad'),
      refused("There is no column 'grad': the frame has age, grade; did you mean 'grade'?"),
    );
    assert.throws(() => frame.column('toString'), /no column 'toString'/);
    assert.throws(() => frame.select(['__proto__']), /no column '__proto__'/);
    assert.throws(
      () => DataFrame.fromRows([]).column('age'),
      refused("There is no column 'age': the frame has no columns."),
    );
    const long = DataFrame.fromColumns({ ['a'.repeat(200)]: [1] });
    assert.throws(
      () => long.column('b'.repeat(50_000)),
      /^HostError: There is no column '.{65}': the frame has .{65}\.$/,
    );
  });
});

describe('DataFrame.fromColumns()', () => {
  it.each<[string, () => unknown, string]>([
    [
      'other lengths',
      () => DataFrame.fromColumns({ a: [1], b: [] }),
      "column 'b' has 0 values, expected 1, as many values as column 'a' has",
    ],
    [
      'other than labels',
      () => DataFrame.fromColumns({ a: [1] }, { index: [] }),
      "column 'a' has 1 values, expected 0, as many labels",
    ],
    [
      'a name twice',
      () =>
        DataFrame.fromColumns([
          ['a', [1]],
          ['a', [1]],
        ]),
      "two columns are named 'a'",
    ],
    [
      'labels of other kinds',
      () => DataFrame.fromColumns({ a: [1] }, { index: [true as never] }),
      'the label of row 0 is neither a string nor a number',
    ],
    [
      'labels that JSON cannot say',
      () => DataFrame.fromColumns({ a: [1] }, { index: [Number.NaN] }),
      'the label of row 0 is neither a string nor a number',
    ],
  ])('refuses %s', (_, make, problem) => assert.throws(make, refused(`Cannot make a data frame: ${problem}.`)));

  it('refuses a type for a column that is not there', () => {
    const make = () => DataFrame.fromColumns({ age: [1] }, { types: { agee: 'int8' } });
    assert.throws(make, refused("There is no column 'agee': the frame has age; did you mean 'age'?"));
  });

  it('labels rows by their positions, or as asked', () => {
    assert.deepEqual(DataFrame.fromColumns({ a: ['x', 'y'] }).index, [0, 1]);
    const labelled = DataFrame.fromColumns({ a: ['x', 'y'] }, { index: ['r', 2] });
    assert.deepEqual([labelled.index, labelled.length], [['r', 2], 2]);
    assert.equal(DataFrame.fromColumns({}, { index: [1, 2, 3] }).length, 3);
  });
});

describe('rows', () => {
  it('have what other rows have, missing', () => {
    const frame = DataFrame.fromRows([{ b: 'x' }, { a: 1, b: 'y' }]);
    assert.deepEqual(frame.columns, ['b', 'a']);
    assert.deepEqual(frame.rows(), [
      { b: 'x', a: Number.NaN },
      { b: 'y', a: 1 },
    ]);
  });

  it('are read by the columns asked for', () => {
    const frame = DataFrame.fromRows([{ a: 1, b: 2, c: 3 }], { columns: ['c', 'toString', 'a'], types: { a: 'int8' } });
    assert.deepEqual(frame.rows(), [{ c: 3, toString: null, a: 1 }]);
    assert.equal(frame.columnType('a'), 'int8');
  });

  it('are none, yet of columns of a type', () => {
    const frame = DataFrame.fromRows([], { types: { age: 'float32' } });
    assert.deepEqual(frame.toTensor().dims, [0, 1]);
  });

  it('are found by position', () => {
    const frame = DataFrame.fromRows([{ a: 'x' }, { a: 'y' }], { index: ['second', 'first'] });
    assert.deepEqual(frame.row(1), { a: 'y' });
    for (const outside of [2, -1, 0.5]) assert.equal(frame.row(outside), undefined);
  });

  it('may have no columns', () => assert.equal(DataFrame.fromRows([{}, {}]).length, 2));

  it('have __proto__ as a key only', () => {
    const frame = DataFrame.fromRows([JSON.parse('{"__proto__": {"polluted": 1}, "a": 1}')]);
    const [row] = frame.rows();
    assert.equal((row as { polluted?: unknown }).polluted, undefined);
    assert.deepEqual(Object.keys(row ?? {}), ['__proto__', 'a']);
    assert.equal(writeJson(frame.toOrient('columns')), '{"__proto__":{"0":{"polluted":1}},"a":{"0":1}}');
  });

  it.each([[null], [[1]], ['a']])('are objects, not %j', (row) => {
    assert.throws(
      () => DataFrame.fromRows([{}, row as never]),
      refused('Cannot make a data frame: row 1 is no object.'),
    );
  });

  it('have a label each', () => {
    assert.throws(
      () => DataFrame.fromRows([{ a: 1 }], { index: [1, 2] }),
      refused('Cannot make a data frame: 1 rows have 2 labels.'),
    );
  });
});

describe('select()', () => {
  it('takes columns, in the order given, with the labels', () => {
    const frame = DataFrame.fromColumns({ a: [1], b: ['x'], c: [true] }, { index: ['r'] }).select(['c', 'a']);
    assert.deepEqual([frame.columns, frame.index, frame.rows()], [['c', 'a'], ['r'], [{ c: true, a: 1 }]]);
  });

  it('takes no column twice', () => {
    const frame = DataFrame.fromColumns({ a: [1] });
    assert.throws(
      () => frame.select(['a', 'a']),
      refused('Cannot make a data frame: a column is selected twice: a, a.'),
    );
  });
});

describe('toTensor()', () => {
  const frame = DataFrame.fromColumns(
    {
      f: [0.1, null],
      i: Int32Array.of(3, -4),
      n: [5, null],
      b: [true, false],
      s: ['x', 'y'],
      h: [0.1, 65504],
      t: [1, 2],
    },
    { types: { n: 'uint8', h: 'float16', t: 'timedelta' } },
  );

  it('lays columns side by side, row by row', () => {
    const tensor = frame.toTensor(['i', 'f', 'b', 'n']);
    assert.deepEqual([tensor.type, tensor.dims], ['float32', [2, 4]]);
    assert.deepEqual(tensor.data, Float32Array.of(3, 0.1, 1, 5, -4, Number.NaN, 0, Number.NaN));
  });

  it.each<[string, Parameters<DataFrame['toTensor']>, unknown]>([
    ['float64', [['f'], 'float64'], Float64Array.of(0.1, Number.NaN)],
    ['int64', [['i', 'b'], 'int64'], BigInt64Array.of(3n, 1n, -4n, 0n)],
    ['int8', [['i'], 'int8'], Int8Array.of(3, -4)],
    ['bool', [['b'], 'bool'], Uint8Array.of(1, 0)],
    ['string', [['s'], 'string'], ['x', 'y']],
    ['no columns', [[], 'float32'], new Float32Array()],
  ])('makes %s', (_, [names, type], data) => {
    const tensor = frame.toTensor(names, type);
    assert.deepEqual([tensor.type, tensor.dims, tensor.data], [type, [2, names?.length], data]);
  });

  it('makes float16 of floats, integers and booleans', () => {
    const tensor = frame.toTensor(['h', 'i', 'b'], 'float16');
    const bits = new Uint16Array((tensor.data as Uint16Array).buffer);
    assert.deepEqual(bits, Uint16Array.of(0x2e66, 0x4200, 0x3c00, 0x7bff, 0xc400, 0));
    assert.equal(tensor.data instanceof Uint16Array, FLOAT16_AS_BITS);
  });

  it.each<[string, Parameters<DataFrame['toTensor']>, string]>([
    ['all columns, of which some hold no numbers', [], "Cannot make column 's' a tensor of float32: it holds string."],
    ['floats as integers', [['f'], 'int64'], "Cannot make column 'f' a tensor of int64: it holds float64."],
    ['spans of time', [['t']], "Cannot make column 't' a tensor of float32: it holds timedelta."],
    ['numbers as strings', [['i'], 'string'], "Cannot make column 'i' a tensor of string: it holds int32."],
    ['numbers as booleans', [['i'], 'bool'], "Cannot make column 'i' a tensor of bool: it holds int32."],
    [
      'out of range',
      [['i'], 'uint8'],
      "Cannot make column 'i' a tensor of uint8: row 1 is -4, which uint8 cannot hold.",
    ],
    [
      'missing integers',
      [['n'], 'int8'],
      "Cannot make column 'n' a tensor of int8: row 1 is missing, which int8 cannot hold.",
    ],
  ])('refuses %s', (_, names, message) => assert.throws(() => frame.toTensor(...names), refused(message)));

  it('holds integers in floats exactly, or not at all', () => {
    const tensorOf = (column: ColumnValues, type: 'float16' | 'float32' | 'float64') =>
      DataFrame.fromColumns({ c: column }).toTensor(['c'], type);
    assert.deepEqual(tensorOf(Int32Array.of(2 ** 24), 'float32').data, Float32Array.of(2 ** 24));
    assert.throws(
      () => tensorOf(Int32Array.of(2 ** 24 + 1), 'float32'),
      /row 0 is 16777217, which float32 cannot hold/,
    );
    assert.deepEqual(tensorOf([2n ** 62n], 'float64').data, Float64Array.of(2 ** 62));
    assert.throws(() => tensorOf([2n ** 53n + 1n], 'float64'), /row 0 is 9007199254740993/);
    assert.throws(() => tensorOf([2049n], 'float16'), /row 0 is 2049, which float16 cannot hold/);
    assert.throws(() => tensorOf([1n << 17n], 'float16'), /which float16 cannot hold/);
  });

  it('agrees with the columns, whatever they hold', () => {
    const column = fc.array(fc.float(), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(column, { maxLength: 4 }), (columns) => {
        const numbered = columns.map((values, i) => [`c${i}`, Float32Array.from(values)] as const);
        const tensor = DataFrame.fromColumns(numbered, { index: [0, 1, 2] }).toTensor();
        const rows = [0, 1, 2].flatMap((row) => numbered.map(([, values]) => values[row] as number));
        assert.deepEqual(tensor.data, Float32Array.from(rows));
      }),
    );
  });
});
