import { describe, expect, it } from 'vitest';
import { DataFrame } from '../../../src/data-frame/data-frame.js';
import type { Orient } from '../../../src/data-frame/orients.js';
import { type FrameLike, type PandasOptions, PandasParameterType } from '../../../src/schema/index.js';
import { writeJson } from '../../../src/schema/json/write.js';
import { compileValidator } from '../../../src/schema/validator.js';

const people = [
  { name: 'Sarah', age: 5n, score: 1.5, ok: true },
  { name: 'John', age: 6n, score: 2, ok: false },
];
const times = DataFrame.fromColumns(
  { when: [new Date('2020-01-02T03:04:05.678Z')], gap: [93_600_000] },
  { types: { gap: 'timedelta' } },
);

/** What the reference does not say, or only of the sample's rows: required keys, lengths, ranges, null. */
function withoutOurs(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutOurs);
  if (typeof schema !== 'object' || schema === null) return schema;
  const {
    example: _,
    required,
    minItems,
    maxItems,
    minimum,
    maximum,
    additionalProperties,
    ...others
  } = Object(schema);
  const parts = Object.entries(others).map(([keyword, part]) => [
    keyword,
    keyword === 'type' ? notNull(part) : withoutOurs(part),
  ]);
  return Object.fromEntries(parts);
}

function notNull(type: unknown): unknown {
  return Array.isArray(type) ? type[0] : type;
}

const integer = { type: 'integer', format: 'int64' };
const number = { type: 'number', format: 'double' };
const person = { name: { type: 'string' }, age: integer, score: number, ok: { type: 'boolean' } };
const record = { type: 'object', properties: person };
const rows = (cell: object) => ({ type: 'object', properties: { 0: cell, 1: cell } });
const moment = {
  type: 'object',
  properties: { when: { type: 'string', format: 'date-time' }, gap: { type: 'string', format: 'timedelta' } },
};
const text = { type: 'string' };
const tableSchema = {
  type: 'object',
  properties: {
    fields: { type: 'array', items: { type: 'object', properties: { name: text, type: text } } },
    primaryKey: { type: 'array', items: text },
    pandas_version: text,
  },
};
const table = (properties: object) => ({
  type: 'object',
  properties: {
    schema: tableSchema,
    data: { type: 'array', items: { type: 'object', properties: { index: integer, ...properties } } },
  },
});

describe('the schema is what the reference prints', () => {
  it.each<[Orient, FrameLike, object]>([
    ['records', people, { type: 'array', items: record }],
    ['index', people, rows(record)],
    [
      'columns',
      people,
      {
        type: 'object',
        properties: Object.fromEntries(Object.entries(person).map(([name, cell]) => [name, rows(cell)])),
      },
    ],
    ['table', people, table(person)],
    ['records', times, { type: 'array', items: moment }],
    ['index', times, { type: 'object', properties: { 0: moment } }],
    ['values', times, { type: 'array', items: { type: 'array', items: { type: 'string' } } }],
    ['table', times, table(moment.properties)],
  ])('%s', (orient, sample, recorded) => {
    const { jsonSchema } = new PandasParameterType(sample, { orient });
    expect(withoutOurs(jsonSchema)).toEqual({ ...recorded, format: `pandas.DataFrame:${orient}` });
  });

  it.each<[string, FrameLike, PandasOptions, object]>([
    ['names that look like numbers', [{ 0: 'a', 1: 'b' }], {}, { 0: text, 1: text }],
    ['nulls', [{ a: null }, { a: 'x' }], {}, { a: text }],
    ['categories', { c: ['x', 'y'] }, { dtypes: { c: 'category' } }, { c: text }],
    [
      'objects',
      [{ a: { k: 1n }, l: [1n, 2n] }],
      {},
      { a: { type: 'object', properties: { k: integer } }, l: { type: 'array', items: integer } },
    ],
    ['integers of all widths', { a: Int8Array.of(1), b: BigUint64Array.of(1n) }, {}, { a: integer, b: integer }],
    ['floats of all widths', { a: Float32Array.of(1), b: [1] }, { dtypes: { b: 'float16' } }, { a: number, b: number }],
    ['names to be applied', people, { applyColumnNames: true }, person],
  ])('for %s', (_, sample, options, properties) => {
    expect(withoutOurs(new PandasParameterType(sample, options).jsonSchema.items)).toEqual({
      type: 'object',
      properties,
    });
  });

  it('but for split and values, where it says what is true of all columns', () => {
    const cell = { anyOf: [text, number, { type: 'boolean' }, { type: 'null' }] };
    expect(new PandasParameterType(people, { orient: 'values' }).jsonSchema).toMatchObject({
      items: { type: 'array', items: cell, minItems: 4, maxItems: 4 },
    });
    expect(new PandasParameterType(people, { orient: 'split' }).jsonSchema).toEqual({
      type: 'object',
      required: ['columns', 'data'],
      properties: {
        columns: { type: 'array', items: text },
        index: { type: 'array', items: { anyOf: [integer, text] } },
        data: { type: 'array', items: { type: 'array', items: cell } },
      },
      format: 'pandas.DataFrame:split',
      example: {
        columns: ['name', 'age', 'score', 'ok'],
        index: [0, 1],
        data: [
          ['Sarah', 5n, 1.5, true],
          ['John', 6n, 2, false],
        ],
      },
    });
  });
});

describe('the schema says more than the reference', () => {
  const cellsOf = (sample: FrameLike, options: PandasOptions = {}) =>
    new PandasParameterType(sample, options).jsonSchema.items?.properties;

  it('the range of integers, and where null is let through', () => {
    const columns = { a: Int8Array.of(1), b: Uint16Array.of(1), x: [1.5], s: ['a'], ok: [true], t: [new Date(0)] };
    expect(cellsOf(columns)).toEqual({
      a: { ...integer, minimum: -128, maximum: 127 },
      b: { ...integer, minimum: 0, maximum: 65535 },
      x: { type: ['number', 'null'], format: 'double' },
      s: { type: ['string', 'null'] },
      ok: { type: 'boolean' },
      t: { type: ['string', 'null'], format: 'date-time' },
    });
  });

  it('null for integers, booleans and objects that the sample lacks somewhere', () => {
    expect(cellsOf({ a: [1n, null], ok: [null, true], o: [null, [1]], nothing: [null, null] })).toEqual({
      a: { ...integer, type: ['integer', 'null'], minimum: -(2n ** 63n), maximum: 2n ** 63n - 1n },
      ok: { type: ['boolean', 'null'] },
      o: { type: ['array', 'null'], items: { type: 'number', format: 'double' } },
      nothing: {},
    });
  });

  it('all columns are required, of each row', () => {
    const names = ['name', 'age', 'score', 'ok'];
    const schemaOf = (orient: Orient) => new PandasParameterType(people, { orient }).jsonSchema;
    expect(schemaOf('records').items?.required).toEqual(names);
    expect(schemaOf('columns').required).toEqual(names);
    expect(schemaOf('index')).not.toHaveProperty('required');
    expect(schemaOf('index').additionalProperties).toEqual(schemaOf('records').items);
    expect(schemaOf('columns').properties?.age).toMatchObject({ additionalProperties: integer });
    expect(schemaOf('columns').properties?.age).not.toHaveProperty('required');
  });

  it('none of them with enforceShape: false', () => {
    for (const orient of ['records', 'columns', 'values'] as const) {
      const printed = writeJson(new PandasParameterType(people, { orient, enforceShape: false }).jsonSchema);
      expect(printed).not.toMatch(/required|Items/);
    }
  });

  it('any value with enforceColumnType: false', () => {
    expect(cellsOf(people, { enforceColumnType: false })).toEqual({ name: {}, age: {}, score: {}, ok: {} });
    const values = new PandasParameterType(people, { orient: 'values', enforceColumnType: false });
    expect(values.jsonSchema.items?.items).toEqual({});
  });

  it('what is converted with coerce: true', () => {
    expect(cellsOf({ a: Int8Array.of(1), s: ['a'] }, { coerce: true })).toEqual({
      a: {
        anyOf: [{ ...integer, minimum: -128, maximum: 127 }, { type: 'boolean' }, { type: 'string', format: 'int8' }],
      },
      s: { anyOf: [text, { type: 'number' }, { type: 'null' }] },
    });
  });

  it('one range for integers of several widths', () => {
    const integers = new PandasParameterType({ a: Int8Array.of(1), b: Uint8Array.of(1) }, { orient: 'values' });
    expect(integers.jsonSchema.items?.items).toEqual({ ...integer, minimum: -128, maximum: 255 });
  });

  it('no columns at all, without a list of what is required', () => {
    const { jsonSchema } = new PandasParameterType([]);
    expect(jsonSchema).toEqual({
      type: 'array',
      items: { type: 'object', properties: {} },
      format: 'pandas.DataFrame:records',
      example: [],
    });
  });
});

describe('the example', () => {
  it('has dates, spans of time and floats as pandas writes them', () => {
    const sample = { when: times.column('when'), gap: ['26 hours'], x: Float32Array.of(0.1), n: [Number.NaN] };
    expect(new PandasParameterType(sample, { dtypes: { gap: 'timedelta' } }).jsonSchema.example).toEqual([
      { when: '2020-01-02T03:04:05.678Z', gap: 'P1DT2H0M0S', x: 0.1, n: null },
    ]);
  });

  it('has the labels of a frame', () => {
    const frame = DataFrame.fromColumns({ a: ['x', 'y'] }, { index: ['r1', 'r2'] });
    expect(new PandasParameterType(frame, { orient: 'split' }).jsonSchema).toMatchObject({
      properties: { index: { items: { anyOf: [text, integer] } } },
      example: { columns: ['a'], index: ['r1', 'r2'], data: [['x'], ['y']] },
    });
  });

  it('is what the schema accepts, for cells that are objects of all kinds', () => {
    const cells = [{ at: new Date(0), raw: Buffer.from('hi') }, [new Map([['k', 1]])], 'text', 1, null];
    const { jsonSchema } = new PandasParameterType({ o: cells });
    expect(compileValidator(jsonSchema)(jsonSchema.example)).toEqual([]);
    expect(jsonSchema.example).toEqual([
      { o: { at: '1970-01-01T00:00:00.000Z', raw: 'aGk=' } },
      { o: [{ k: 1 }] },
      { o: 'text' },
      { o: 1 },
      { o: null },
    ]);
  });
});

describe('a sample is refused', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['that is a number', () => new PandasParameterType(5 as never), /must provide a sample data frame: .*got 5\.$/],
    ['that is null', () => new PandasParameterType(null as never), /got null\.$/],
    ['whose rows are arrays', () => new PandasParameterType([[1, 2]]), /an array whose item 0 is no object/],
    [
      'whose columns are no arrays',
      () => new PandasParameterType({ a: 1 } as never),
      /an object whose 'a' is no array/,
    ],
    [
      'whose columns are not of one length',
      () => new PandasParameterType({ a: [1], b: [] }),
      /column 'b' has 0 values, expected 1/,
    ],
    [
      'that its dtypes do not hold',
      () => new PandasParameterType({ a: [300] }, { dtypes: { a: 'uint8' } }),
      /column 'a': expected an integer from 0 to 255 in row 0/,
    ],
    [
      'with dtypes of other columns',
      () => new PandasParameterType({ age: [1] }, { dtypes: { Age: 'int8' } }),
      /no column 'Age'.*did you mean 'age'/,
    ],
    [
      'with dates that are none',
      () => new PandasParameterType({ d: ['13/2/2020'] }, { dtypes: { d: 'datetime' } }),
      /column 'd': expected a Date in row 0/,
    ],
    ['with cells that are no JSON', () => new PandasParameterType({ f: [() => 1] }), /a value of type function is not/],
    [
      'in a layout of another name',
      () => new PandasParameterType(people, { orient: 'rows' as never }),
      /Invalid orient provided, must be one of \('split', 'records', 'index', 'columns', 'values', 'table'\)/,
    ],
    [
      'whose labels come twice',
      () => new PandasParameterType(DataFrame.fromColumns({ a: [1, 2] }, { index: ['r', 'r'] }), { orient: 'index' }),
      /two rows are labelled 'r'/,
    ],
    [
      "with a column named index, as 'table'",
      () => new PandasParameterType({ index: [1] }, { orient: 'table' }),
      /its column 'index' has the rows' key/,
    ],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ code: 'ENTRY_INVALID' }));
  });
});
