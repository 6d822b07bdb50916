import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { DataFrame } from '../../src/data-frame/data-frame.js';
import type { Orient } from '../../src/data-frame/orients.js';
import { writeJson } from '../../src/schema/json/write.js';

const frame = DataFrame.fromColumns(
  {
    n: BigInt64Array.of(2n ** 60n, 2n),
    x: Float32Array.of(0.1, Number.POSITIVE_INFINITY),
    s: ['x', null],
    d: [new Date('2020-01-02T03:04:05.678Z'), null],
    e: [93_600_000, -86_400_000],
    f: [true, false],
  },
  { index: ['r1', 'r2'], types: { e: 'timedelta' } },
);
const day = '2020-01-02T03:04:05.678Z';
const first = { n: 2n ** 60n, x: 0.1, s: 'x', d: day, e: 'P1DT2H0M0S', f: true };
const second = { n: 2n, x: null, s: null, d: null, e: 'P-1DT0H0M0S', f: false };

describe('toOrient()', () => {
  it.each<[Orient, unknown]>([
    ['records', [first, second]],
    ['values', [Object.values(first), Object.values(second)]],
    ['index', { r1: first, r2: second }],
    [
      'split',
      { columns: Object.keys(first), index: ['r1', 'r2'], data: [Object.values(first), Object.values(second)] },
    ],
    [
      'columns',
      {
        n: { r1: 2n ** 60n, r2: 2n },
        x: { r1: 0.1, r2: null },
        s: { r1: 'x', r2: null },
        d: { r1: day, r2: null },
        e: { r1: 'P1DT2H0M0S', r2: 'P-1DT0H0M0S' },
        f: { r1: true, r2: false },
      },
    ],
    [
      'table',
      {
        schema: {
          fields: [
            { name: 'index', type: 'string' },
            { name: 'n', type: 'integer' },
            { name: 'x', type: 'number' },
            { name: 's', type: 'string' },
            { name: 'd', type: 'datetime', tz: 'UTC' },
            { name: 'e', type: 'duration' },
            { name: 'f', type: 'boolean' },
          ],
          primaryKey: ['index'],
          pandas_version: '1.4.0',
        },
        data: [
          { index: 'r1', ...first },
          { index: 'r2', ...second },
        ],
      },
    ],
  ])('lays out as %s', (orient, expected) => assert.deepEqual(frame.toOrient(orient), expected));

  it('has integers as row labels unless others are given', () => {
    const plain = DataFrame.fromColumns({ a: ['x'] });
    assert.deepEqual(plain.toOrient('columns'), { a: { 0: 'x' } });
    assert.deepEqual(plain.toOrient('index'), { 0: { a: 'x' } });
    const fieldOf = (index: number[]) =>
      (DataFrame.fromColumns({ a: ['x'] }, { index }).toOrient('table') as { schema: { fields: unknown[] } }).schema
        .fields[0];
    assert.deepEqual(fieldOf([7]), { name: 'index', type: 'integer' });
    assert.deepEqual(fieldOf([0.5]), { name: 'index', type: 'number' });
  });

  it('lays out no rows, and no columns', () => {
    const noRows = DataFrame.fromRows([], { columns: ['a'] });
    assert.deepEqual(noRows.toOrient('columns'), { a: {} });
    assert.deepEqual(noRows.toOrient('split'), { columns: ['a'], index: [], data: [] });
    assert.deepEqual(DataFrame.fromRows([{}]).toOrient('records'), [{}]);
  });

  it.each<[string, () => unknown, string]>([
    [
      'labels twice, by row',
      () => DataFrame.fromColumns({ a: [1, 2] }, { index: ['r', 'r'] }).toOrient('index'),
      "Cannot lay out a frame as 'index': two rows are labelled 'r'.",
    ],
    [
      'labels twice, by column',
      () => DataFrame.fromColumns({ a: [1, 2] }, { index: [1, '1'] }).toOrient('columns'),
      "Cannot lay out a frame as 'columns': two rows are labelled '1'.",
    ],
    [
      "a column that is named as the rows' key",
      () => DataFrame.fromColumns({ index: [1] }).toOrient('table'),
      "Cannot lay out a frame as 'table': its column 'index' has the rows' key.",
    ],
    [
      'an unknown layout',
      () => frame.toOrient('rows' as Orient),
      "Unknown orient 'rows': use one of split, records, index, columns, values, table.",
    ],
  ])('refuses %s', (_, layOut, message) => {
    assert.throws(layOut, { name: 'HostError', code: 'RESULT_INVALID', message });
  });
});

describe('a frame that is returned', () => {
  it('is an array of records', () => {
    assert.equal(
      writeJson({ frame }),
      `{"frame":[{"n":1152921504606846976,"x":0.1,"s":"x","d":"${day}","e":"P1DT2H0M0S","f":true},` +
        '{"n":2,"x":null,"s":null,"d":null,"e":"P-1DT0H0M0S","f":false}]}',
    );
  });
});
