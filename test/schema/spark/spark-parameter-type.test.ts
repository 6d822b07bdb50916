import { describe, expect, expectTypeOf, it } from 'vitest';
import { DataFrame } from '../../../src/data-frame/data-frame.js';
import {
  type FrameLike,
  inputSchema,
  type SparkDtype,
  type SparkOptions,
  SparkParameterType,
} from '../../../src/schema/index.js';
import { compileValidator } from '../../../src/schema/validator.js';
import { Tensor } from '../../../src/tensor.js';
import { problemsOf, readInput } from '../../support/input-problems.js';

const text = { type: 'string' };
const orNull = (type: string) => ({ type: [type, 'null'] });
const long = { type: 'integer', format: 'int64', minimum: -(2n ** 63n), maximum: 2n ** 63n - 1n };
const fieldsOf = (sample: FrameLike, options: SparkOptions = {}) =>
  new SparkParameterType(sample, options).jsonSchema.items?.properties;

describe('the schema', () => {
  it('is a list of rows, all of whose fields are required', () => {
    const sample = [
      { name: 'Sarah', state: 'WA' },
      { name: 'John', state: 'CA' },
    ];
    expect(new SparkParameterType(sample).jsonSchema).toEqual({
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'state'],
        properties: { name: orNull('string'), state: orNull('string') },
      },
      example: sample,
    });
  });

  it.each<[string, SparkDtype, unknown, object]>([
    ['byte', 'byte', 1, { type: 'integer', format: 'int8', minimum: -128, maximum: 127 }],
    ['short', 'short', 1, { type: 'integer', format: 'int16', minimum: -32768, maximum: 32767 }],
    ['integer', 'integer', 1, { type: 'integer', format: 'int32', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 }],
    ['long', 'long', 1, long],
    ['float', 'float', 1.5, { ...orNull('number'), format: 'float' }],
    ['double', 'double', 1.5, { ...orNull('number'), format: 'double' }],
    ['decimal', 'decimal', 1.5, { ...orNull('number'), format: 'decimal' }],
    ['boolean', 'boolean', true, { type: 'boolean' }],
    ['string', 'string', 'a', orNull('string')],
    ['binary', 'binary', Buffer.from('hi'), { type: 'string', format: 'binary' }],
    ['date', 'date', '2020-01-02', { ...orNull('string'), format: 'date' }],
    ['timestamp', 'timestamp', new Date(0), { ...orNull('string'), format: 'date-time' }],
    [
      'array',
      ['integer'],
      [1, 2],
      { type: 'array', items: { type: 'integer', format: 'int32', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 } },
    ],
    [
      'map',
      { '*': 'double' },
      { k: 1.5 },
      { type: 'object', additionalProperties: { type: 'number', format: 'double' } },
    ],
    ['struct', { x: 'long' }, { x: 1 }, { type: 'object', required: ['x'], properties: { x: long } }],
  ])('of %s', (_, dtype, cell, schema) =>
    expect(fieldsOf([{ a: cell }], { dtypes: { a: dtype } })).toEqual({ a: schema }),
  );

  it.each<[string, FrameLike, object]>([
    ['numbers', { a: [1, 2n] }, { ...orNull('number'), format: 'double' }],
    ['bigints', { a: [1n] }, long],
    ['Dates', { a: [new Date(0)] }, { ...orNull('string'), format: 'date-time' }],
    ['Buffers', { a: [Buffer.from('hi')] }, { type: 'string', format: 'binary' }],
    ['arrays', { a: [[1n], []] }, { type: 'array', items: long }],
    ['Maps', { a: [new Map([['k', 'v']])] }, { type: 'object', additionalProperties: text }],
    ['objects', { a: [{ x: 1n }] }, { type: 'object', required: ['x'], properties: { x: long } }],
    ['int16', { a: Int16Array.of(1) }, { type: 'integer', format: 'int16', minimum: -32768, maximum: 32767 }],
    [
      'uint8, which Spark lacks',
      { a: Uint8Array.of(1) },
      { type: 'integer', format: 'int16', minimum: -32768, maximum: 32767 },
    ],
    ['float32', { a: Float32Array.of(1) }, { ...orNull('number'), format: 'float' }],
    ['bigints and null', { a: [1n, null] }, { ...long, type: ['integer', 'null'] }],
    [
      'null inside',
      { a: [{ x: null }, { x: 1n }] },
      { type: 'object', required: ['x'], properties: { x: { ...long, type: ['integer', 'null'] } } },
    ],
  ])('is told by a sample of %s', (_, sample, schema) => expect(fieldsOf(sample)).toEqual({ a: schema }));

  it('asks for nothing with applySampleSchema: false', () => {
    expect(new SparkParameterType([{ a: 1n, b: 'x' }], { applySampleSchema: false }).jsonSchema).toEqual({
      type: 'array',
      items: { type: 'object', properties: { a: {}, b: {} } },
      example: [{ a: 1n, b: 'x' }],
    });
  });
});

const everything = [
  {
    id: 1,
    born: new Date('2020-01-02T00:00:00Z'),
    at: new Date('2020-01-02T03:04:05.678Z'),
    raw: Buffer.from('hi'),
    days: ['2020-01-02'],
    scores: new Map([['k', 1.5]]),
    o: { x: 1n, at: new Date(0) },
  },
];
const dtypes = { id: 'byte', born: 'date', days: ['date'] } as const;
const inJson = [
  {
    id: 1,
    born: '2020-01-02',
    at: '2020-01-02T03:04:05.678Z',
    raw: 'aGk=',
    days: ['2020-01-02'],
    scores: { k: 1.5 },
    o: { x: 1n, at: '1970-01-01T00:00:00.000Z' },
  },
];

describe('an example', () => {
  it('is what the schema accepts', () => {
    const { jsonSchema } = new SparkParameterType(everything, { dtypes });
    expect(jsonSchema.example).toEqual(inJson);
    expect(compileValidator(jsonSchema)(inJson)).toEqual([]);
  });
});

describe('run receives a DataFrame', () => {
  const type = new SparkParameterType(everything, { dtypes });

  it('with the columns of the sample, typed as there', () => {
    const row = `{"z":0,"id":-128,"born":"2021-03-04","at":"2021-03-04T05:06:07Z","raw":"aGk=","days":["2021-03-04"],
      "scores":{"a":1,"__proto__":2},"o":{"x":5,"at":"2021-03-04","z":1}}`;
    const frame = readInput(type, `[${row}]`);
    expectTypeOf(inputSchema('data', type)((data) => data)).parameters.toEqualTypeOf<[DataFrame]>();
    expect(frame.columns).toEqual(['id', 'born', 'at', 'raw', 'days', 'scores', 'o']);
    expect(frame.column('id')).toEqual(Int8Array.of(-128));
    const day = new Date('2021-03-04T00:00:00Z');
    expect(frame.row(0)).toEqual({
      id: -128,
      born: day,
      at: new Date('2021-03-04T05:06:07Z'),
      raw: Buffer.from('hi'),
      days: [day],
      scores: new Map([
        ['a', 1],
        ['__proto__', 2],
      ]),
      o: { x: 5n, at: day },
    });
  });

  it('with what is missing as a frame has it', () => {
    const frame = readInput(new SparkParameterType({ x: [1.5], s: ['a'], n: [1n] }), '[{"x":null,"s":null,"n":1}]');
    expect(frame.row(0)).toEqual({ x: Number.NaN, s: null, n: 1n });
    const nulls = new SparkParameterType([
      { n: null, l: null },
      { n: 1n, l: [1n, null] },
    ]);
    expect(readInput(nulls, '[{"n":null,"l":null},{"n":2,"l":[null,3]}]').rows()).toEqual([
      { n: null, l: null },
      { n: 2n, l: [null, 3n] },
    ]);
  });

  it('with columns of any name', () => {
    const odd = new SparkParameterType(JSON.parse('{"__proto__":[1],"constructor":["a"]}'));
    expect(readInput(odd, '[{"__proto__":2,"constructor":"b"}]').column('__proto__')).toEqual(Float64Array.of(2));
    expect(problemsOf(odd, '[{"__proto__":"2","constructor":"b"}]')).toEqual([
      '/0/__proto__: expected a number or null, got "2"',
    ]);
  });

  it('of whatever comes with applySampleSchema: false', () => {
    const free = new SparkParameterType([{ a: 1n, b: 'x' }], { applySampleSchema: false });
    expect(readInput(free, '[{"a":"x","c":1},{"a":"y"}]').rows()).toEqual([
      { a: 'x', b: null },
      { a: 'y', b: null },
    ]);
  });

  it('from a frame or a tensor that came without JSON', () => {
    const frame = DataFrame.fromColumns({ n: [5], raw: [Buffer.from('x')], z: [1] });
    const read = new SparkParameterType({ raw: [Buffer.from('hi')], n: Int16Array.of(1) }).fromDataFrame(frame, '');
    expect(read.rows()).toEqual([{ raw: Buffer.from('x'), n: 5 }]);
    const tensor = new Tensor('float32', [1, 2], [1, 2]);
    expect(new SparkParameterType({ a: [1n], b: [1] }).fromTensor?.(tensor, '').rows()).toEqual([{ a: 1n, b: 2 }]);
    expect(new SparkParameterType({ a: ['x'] }).fromTensor).toBeUndefined();
  });
});

describe('a result of run', () => {
  const type = new SparkParameterType(everything, { dtypes });

  it('is written as rows', () => {
    expect(type.encode(everything)).toEqual(inJson);
    expect(type.encode(readInput(type, '[]'))).toEqual([]);
    expect(type.encode([{ ...everything[0], other: 1 }])).toEqual([{ ...inJson[0], other: 1 }]);
  });

  it('has days of any year, and null for what is no date', () => {
    const born = new SparkParameterType([{ days: ['2020-01-02'] }], { dtypes: { days: ['date'] } });
    const days = [new Date('2020-01-02'), new Date(8.64e15), new Date(Number.NaN)];
    expect(born.encode([{ days }])).toEqual([{ days: ['2020-01-02', '+275760-09-13', null] }]);
  });

  it('is refused if a field is missing', () => {
    expect(() => new SparkParameterType({ a: ['x'], b: [1] }).encode([{ a: 'y' }])).toThrow(
      'The result of run() does not fit its output type: /b: missing.',
    );
  });
});

describe('a body is refused', () => {
  const type = new SparkParameterType(everything, { dtypes });

  it.each<[string, string]>([
    ['{"id":1.5}', '/0/id: expected an integer from -128 to 127, got 1.5'],
    ['{"id":null}', '/0/id: expected an integer from -128 to 127, got null'],
    [
      '{"born":"2020-01-02T03:04:05Z"}',
      '/0/born: expected a string of format date, as "2020-01-02" or null, got "2020-01-02T03:04:05Z"',
    ],
    ['{"raw":"!"}', '/0/raw: expected a string of format binary, as "aGk=", got "!"'],
    ['{"days":["13/2/2020"]}', '/0/days/0: expected a string of format date, as "2020-01-02", got "13/2/2020"'],
    ['{"scores":{"k":"x"}}', '/0/scores/k: expected a number, got "x"'],
    ['{"o":{"at":"2020-01-02"}}', '/0/o/x: missing'],
    ['{"o":[]}', '/0/o: expected an object, got an array of 0'],
  ])('for %s', (change, problem) => {
    const row = { ...inJson[0], o: { x: 1, at: '2020-01-02' }, ...JSON.parse(change) };
    expect(problemsOf(type, JSON.stringify([row]))).toEqual([problem]);
  });

  it('for fields that are not there', () => {
    const two = new SparkParameterType([{ name: 'Sarah', state: 'WA' }]);
    expect(problemsOf(two, '[{"Name":"x"}]')).toEqual([
      '/0/name: missing; did you mean it by "Name"?',
      '/0/state: missing',
    ]);
    expect(problemsOf(two, '{"name":"x"}')).toEqual([': expected an array, got an object']);
  });
});

describe('a sample is refused', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['that is no frame', () => new SparkParameterType(5 as never), /must provide a sample data frame: .*got 5\.$/],
    [
      'with a column of nothing but null',
      () => new SparkParameterType([{ a: null }]),
      /column 'a': nothing but null is there/,
    ],
    [
      'with a column of several kinds',
      () => new SparkParameterType({ a: [1, 'x'] }),
      /column 'a': it holds number and string/,
    ],
    [
      'with a list of several kinds',
      () => new SparkParameterType({ a: [[1, 'x']] }),
      /column 'a': it holds number and string/,
    ],
    ['with a set', () => new SparkParameterType({ a: [new Set([1])] }), /column 'a': it holds a set/],
    [
      'with spans of time',
      () => new SparkParameterType(DataFrame.fromColumns({ a: [1] }, { types: { a: 'timedelta' } })),
      /column 'a': Spark has no type for timedelta/,
    ],
    [
      'with integers beyond those of Spark',
      () => new SparkParameterType({ a: BigUint64Array.of(1n) }),
      /Spark has no type for uint64/,
    ],
    [
      'with dtypes of other columns',
      () => new SparkParameterType([{ age: 1 }], { dtypes: { Age: 'long' } }),
      /no column 'Age'/,
    ],
    [
      'with dtypes that are none',
      () => new SparkParameterType([{ a: 1 }], { dtypes: { a: 'int' as never } }),
      /There is no Spark type "int"\./,
    ],
    [
      'with arrays of two types',
      () => new SparkParameterType([{ a: [1] }], { dtypes: { a: ['long', 'long'] as never } }),
      /There is no Spark type \["long","long"\]\./,
    ],
    [
      'with a field named __proto__',
      () => new SparkParameterType([{ a: JSON.parse('{"__proto__":1}') }]),
      /cannot be named __proto__/,
    ],
    [
      'that its dtypes do not hold',
      () => new SparkParameterType([{ a: 300 }], { dtypes: { a: 'byte' } }),
      /column 'a': expected an integer from -128 to 127 in row 0/,
    ],
    [
      'that its dtypes do not hold inside',
      () => new SparkParameterType([{ a: [1] }, { a: [1, 'x'] }], { dtypes: { a: ['long'] } }),
      /column 'a': row 1, \/1: expected an integer from/,
    ],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ code: 'ENTRY_INVALID' }));
  });
});
