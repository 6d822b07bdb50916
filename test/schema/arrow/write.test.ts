import assert from 'node:assert/strict';
import * as arrow from 'apache-arrow';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { ColumnType, ColumnValues } from '../../../src/data-frame/column.js';
import { DataFrame } from '../../../src/data-frame/data-frame.js';
import { DTYPES, type Dtype, isIntegerType, newNumericArray } from '../../../src/dtype.js';
import { arrowToTensor, readArrow, tensorToArrow, writeArrow } from '../../../src/schema/arrow.js';
import { Tensor } from '../../../src/tensor.js';

/** Everything that makes a frame what it is. */
function contents(frame: DataFrame) {
  return [frame.index, frame.columns.map((name) => [name, frame.columnType(name), frame.column(name)])];
}

const when = new Date('2020-01-02T03:04:05.678Z');

describe('writeArrow()', () => {
  it.each<[ColumnType, ColumnValues]>([
    ['float16', [0.5, null]],
    ['float32', [0.1, null]],
    ['float64', [0.1, Number.POSITIVE_INFINITY]],
    ['int8', [-128, 127]],
    ['int64', [-(2n ** 63n), null]],
    ['uint32', [2 ** 32 - 1, null]],
    ['uint64', [2n ** 64n - 1n]],
    ['bool', [true, null, false]],
    ['string', ['ä😀', null, '']],
    ['datetime', [when, null, new Date(-1)]],
    ['timedelta', [93_600_000.000001, null, -1]],
    ['timedelta', [1e14, null]],
    ['object', [null, null]],
    ['object', []],
    ['object', [[1, 2], null, [], [3.5]]],
    ['object', [[[1n]], [[2n, null]], null]],
    ['object', [{ a: 1, b: 'x' }, null, { a: 2, b: null }]],
    ['object', [[{ a: true }], []]],
    ['object', [Uint8Array.of(0, 255), null]],
    ['object', [[when]]],
  ])('writes what is read back: %s %#', (type, values) => {
    const frame = DataFrame.fromColumns({ c: values, n: Int32Array.from(values, (_, i) => i) }, { types: { c: type } });
    assert.deepEqual(contents(readArrow(writeArrow(frame))), contents(frame));
  });

  it('writes what is read back, whatever integers it holds', () => {
    const integers = DTYPES.filter(isIntegerType);
    const property = fc.property(fc.constantFrom(...integers), fc.uint8Array({ maxLength: 64 }), (type, bytes) => {
      const values = newNumericArray(type, Math.floor(bytes.length / newNumericArray(type, 0).BYTES_PER_ELEMENT));
      new Uint8Array(values.buffer).set(bytes.subarray(0, values.byteLength));
      const frame = DataFrame.fromColumns({ c: values });
      assert.deepEqual(contents(readArrow(writeArrow(frame))), contents(frame));
    });
    fc.assert(property, { numRuns: 200 });
  });

  it('writes a part of an array', () => {
    const frame = DataFrame.fromColumns({ c: Int16Array.of(9, 1, 2, 9).subarray(1, 3) });
    assert.deepEqual(readArrow(writeArrow(frame)).column('c'), Int16Array.of(1, 2));
  });

  it('keeps row labels', () => {
    for (const index of [
      ['r1', 'r2'],
      [7, -3],
      [0.5, 1.5],
      [0, 'a'],
    ]) {
      const frame = DataFrame.fromColumns({ a: ['x', 'y'] }, { index });
      const labels = index.every(Number.isInteger) ? index : index.map(String);
      assert.deepEqual(contents(readArrow(writeArrow(frame))), [labels, [['a', 'string', ['x', 'y']]]]);
    }
  });

  it('keeps no rows, and no columns', () => {
    const noRows = DataFrame.fromRows([], { types: { a: 'float32', b: 'string' } });
    assert.deepEqual(contents(readArrow(writeArrow(noRows))), contents(noRows));
    assert.deepEqual(readArrow(writeArrow(DataFrame.fromRows([{}, {}]))).length, 2);
  });

  it('is read by the library', () => {
    const frame = DataFrame.fromColumns({ x: Float32Array.of(1, 2), s: ['a', null] });
    const table = arrow.tableFromIPC(writeArrow(frame));
    assert.deepEqual(
      table.schema.fields.map(({ name, type }) => `${name}: ${type}`),
      ['x: Float32', 's: Utf8'],
    );
    assert.deepEqual(
      table.toArray().map((row) => ({ ...row?.toJSON() })),
      [
        { x: 1, s: 'a' },
        { x: 2, s: null },
      ],
    );
  });

  it.each<[string, readonly unknown[], string]>([
    ['of several kinds', [1, 'a'], 'it has values of several kinds, number and string'],
    ['of several kinds, nested', [{ a: [1] }, { a: [true] }], 'it has values of several kinds, number and boolean'],
    ['too long for 64 bits', [2n ** 63n], 'it has integers of more than 64 bits'],
    ['that are no data', [() => 1], 'it has a function'],
  ])('refuses values %s', (_, values, problem) => {
    const frame = DataFrame.fromColumns({ c: values }, { types: { c: 'object' } });
    const message = `The column 'c' cannot be written as Arrow: ${problem}.`;
    assert.throws(() => writeArrow(frame), { name: 'HostError', code: 'RESULT_INVALID', message });
  });

  it('refuses a column that is named as the row labels are', () => {
    const frame = DataFrame.fromColumns({ __index_level_0__: [1] }, { index: ['r'] });
    assert.throws(() => writeArrow(frame), { name: 'HostError', code: 'RESULT_INVALID' });
  });
});

describe('tensorToArrow()', () => {
  const dims = fc.array(fc.nat(4), { minLength: 1, maxLength: 4 });

  it('writes what is read back, whatever type and shape', () => {
    const property = fc.property(
      fc.constantFrom(...DTYPES),
      dims,
      fc.infiniteStream(fc.nat(255)),
      (type, shape, bytes) => {
        const tensor = tensorOf(type, shape, () => bytes.next().value as number);
        const read = arrowToTensor(tensorToArrow(tensor));
        assert.deepEqual([read.type, read.dims, read.data], [type, shape, tensor.data]);
      },
    );
    fc.assert(property, { numRuns: 300 });
  });

  function tensorOf(type: Dtype, shape: readonly number[], byte: () => number): Tensor {
    const size = shape.reduce((product, length) => product * length, 1);
    if (type === 'string')
      return new Tensor(
        'string',
        Array.from({ length: size }, () => String(byte())),
        shape,
      );
    const data = newNumericArray(type, size);
    const bytes = new Uint8Array(data.buffer);
    // Below the exponent that says NaN in every float, of which there are many, and one that is read.
    for (let i = 0; i < bytes.length; i++) bytes[i] = type === 'bool' ? byte() % 2 : byte() % 0x3c;
    return new Tensor(type as 'float32', data as Float32Array, shape);
  }

  it('has one column, with the axes as lists', () => {
    const table = arrow.tableFromIPC(tensorToArrow(new Tensor('float32', new Float32Array(12), [2, 2, 3])));
    assert.deepEqual(
      table.schema.fields.map(({ name, type }) => `${name}: ${type}`),
      ['data: FixedSizeList[2]<FixedSizeList[3]<Float32>>'],
    );
    assert.equal(table.numRows, 2);
  });

  it('writes a scalar as one row', () => {
    const read = arrowToTensor(tensorToArrow(new Tensor('float64', [2.5], [])));
    assert.deepEqual([read.dims, read.data], [[1], Float64Array.of(2.5)]);
  });

  it('refuses types that Arrow lacks', () => {
    assert.throws(() => tensorToArrow(new Tensor('uint4', Uint8Array.of(1), [2])), {
      code: 'RESULT_INVALID',
      message: 'A tensor of uint4 cannot be written as Arrow.',
    });
  });
});
