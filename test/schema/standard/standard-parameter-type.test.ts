import { describe, expect, it } from 'vitest';
import { NumpyParameterType, StandardParameterType } from '../../../src/schema/index.js';
import { writeJson } from '../../../src/schema/json/write.js';
import { Tensor } from '../../../src/tensor.js';
import { problemsOf, readExample, readInput } from '../../support/input-problems.js';

const number = { type: 'number', format: 'double' };
const integer = { type: 'integer', format: 'int64' };
const string = { type: 'string' };
const moment = new Date('2020-01-02T03:04:05.678Z');

/** The schema without its example. */
function schemaOf(sample: unknown) {
  const { example: _, ...schema } = new StandardParameterType(sample).jsonSchema;
  return schema;
}

describe('the schema of a StandardParameterType', () => {
  it.each<[unknown, object]>([
    [1, number],
    [1n, integer],
    ['a', string],
    [true, { type: 'boolean' }],
    [moment, { type: 'string', format: 'date-time' }],
    [Buffer.from('hi'), { type: 'string', format: 'byte' }],
    [[1, 2], { type: 'array', items: number }],
    [[], { type: 'array', items: {} }],
    [
      { a: 1, b: 'x' },
      { type: 'object', required: ['a', 'b'], properties: { a: number, b: string } },
    ],
    [{}, { type: 'object', properties: {} }],
    [new Map([['a', 1]]), { type: 'object', additionalProperties: number }],
    [new Set(['a']), { type: 'array', items: string }],
    [Object.assign(Object.create(null), { a: 1n }), { type: 'object', required: ['a'], properties: { a: integer } }],
  ])('is of the kind of the sample: %#', (sample, schema) => expect(schemaOf(sample)).toEqual(schema));

  it.each<[unknown[], object]>([
    [[1n, 2.5], number],
    [[1, null], { type: ['number', 'null'], format: 'double' }],
    [[null], {}],
    [[1, 'a'], { anyOf: [number, string] }],
    [[1, 'a', null], { anyOf: [number, string, { type: 'null' }] }],
    [[[], [1]], { type: 'array', items: number }],
    [[[1n], ['a']], { type: 'array', items: { anyOf: [integer, string] } }],
    [
      [{ a: 1, b: 'x' }, { a: null }],
      { type: 'object', required: ['a'], properties: { a: { type: ['number', 'null'], format: 'double' }, b: string } },
    ],
  ])('fits all elements of a list: %#', (sample, items) => expect(schemaOf(sample)).toEqual({ type: 'array', items }));

  it('has the schema of other types in it, wherever they are', () => {
    const inner = new NumpyParameterType([1n]);
    const { example: _, ...fragment } = inner.jsonSchema;
    expect(schemaOf({ deep: [{ data: inner }] })).toMatchObject({
      properties: { deep: { items: { properties: { data: fragment } } } },
    });
    expect(new StandardParameterType({ deep: [inner] }).jsonSchema.example).toEqual({ deep: [[1n]] });
  });
});

describe('what run receives', () => {
  it('is native to TypeScript', () => {
    const sample = { when: moment, bytes: Buffer.from('hi'), n: 1n, map: new Map([['a', moment]]), set: new Set([1]) };
    const json = '{"when":"2021-03-04 05:06:07+01:00","bytes":"aGk=","n":5,"map":{"b":"2021-03-04"},"set":[1,1,2]}';
    expect(readInput(new StandardParameterType(sample), json)).toEqual({
      when: new Date('2021-03-04T04:06:07Z'),
      bytes: Buffer.from('hi'),
      n: 5n,
      map: new Map([['b', new Date('2021-03-04T00:00:00Z')]]),
      set: new Set([1, 2]),
    });
  });

  it('is a float for a number, and whole for a bigint, of any size', () => {
    expect(readInput(new StandardParameterType(1), '123456789012345678901234567890')).toBe(1.2345678901234568e29);
    expect(readInput(new StandardParameterType(1), '-Infinity')).toBe(Number.NEGATIVE_INFINITY);
    expect(readInput(new StandardParameterType(1n), '123456789012345678901234567890')).toBe(
      123456789012345678901234567890n,
    );
    expect(readInput(new StandardParameterType(1n), '1e2')).toBe(100n);
  });

  it('keeps what the sample does not have, __proto__ among it', () => {
    const value = readInput(
      new StandardParameterType({ when: moment }),
      '{"__proto__":{"x":1},"big":9007199254740993,"when":"2020-01-02"}',
    );
    expect(Object.entries(value)).toEqual([
      ['__proto__', { x: 1 }],
      ['big', 9007199254740993n],
      ['when', new Date('2020-01-02T00:00:00Z')],
    ]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it('is read by the first alternative that takes it', () => {
    const type = new StandardParameterType([moment, 1n, null]);
    expect(readInput(type, '["2020-01-02", 7, null]')).toEqual([new Date('2020-01-02T00:00:00Z'), 7n, null]);
  });

  it('is a tensor where another type is inside', () => {
    const type = new StandardParameterType({ parts: [new NumpyParameterType([[1, 2]])], label: 'x' });
    const { parts } = readInput(type, '{"parts":[[[1,2],[3,4]]],"label":"y"}');
    expect(parts[0]).toBeInstanceOf(Tensor);
    expect(parts[0]?.dims).toEqual([2, 2]);
  });

  it('is text that was checked, by its format', () => {
    const date = new StandardParameterType('2020-01-02', { format: 'date' });
    expect(readInput(date, '"2024-02-29"')).toBe('2024-02-29');
    expect(problemsOf(date, '"2023-02-29"')).toEqual([
      ': expected a string of format date, as "2020-01-02", got "2023-02-29"',
    ]);
    const time = new StandardParameterType('03:04:05', { format: 'time' });
    expect(readInput(time, '"03:04:05.5 +0100"')).toBe('03:04:05.5 +0100');
    expect(problemsOf(time, '"25:00"')).toHaveLength(1);
  });

  it('is converted without harm where coerce says so', () => {
    const type = new StandardParameterType({ n: 1, i: 1n, b: true, s: 'x' }, { coerce: true });
    expect(readInput(type, '{"n":" 1.5 ","i":"7","b":"False","s":5}')).toEqual({ n: 1.5, i: 7n, b: false, s: '5' });
    expect(readInput(type, '{"n":true,"i":false,"b":2,"s":"y"}')).toEqual({ n: 1, i: 0n, b: true, s: 'y' });
    expect(problemsOf(type, '{"n":"x","i":"7.5","b":null,"s":true}')).toHaveLength(4);
  });
});

describe('refusals', () => {
  it('name every problem with its pointer', () => {
    const type = new StandardParameterType({ 'a/b': [{ n: 1 }], flag: true, when: moment });
    expect(problemsOf(type, '{"a/b":[{"n":1},{"N":2},{"n":"x"}],"flag":1,"when":"13/2/2020"}')).toEqual([
      '/a~1b/1/n: missing; did you mean it by "N"?',
      '/a~1b/2/n: expected a number, got "x"',
      '/flag: expected true or false, got 1',
      '/when: expected a string of format date-time, as "2020-01-02T03:04:05Z", got "13/2/2020"',
    ]);
  });

  it('name no more than twenty problems, and each but once', () => {
    const type = new StandardParameterType([1]);
    expect(problemsOf(type, `[${Array(100).fill('"x"').join()}]`)).toHaveLength(20);
  });

  it.each<[unknown, string, string]>([
    [1, 'true', 'expected a number, got true'],
    [1n, '1.5', 'expected an integer, got 1.5'],
    [1n, 'NaN', 'expected an integer, got NaN'],
    ['a', 'null', 'expected a string, got null'],
    [[1, 'a'], '[true]', 'expected a number or a string, got true'],
    [Buffer.from('hi'), '"!!!"', 'expected a string of format byte, as "aGk=", got "!!!"'],
    [Buffer.from('hi'), '"aGk"', 'expected a string of format byte, as "aGk=", got "aGk"'],
    [{ a: 1 }, '[]', 'expected an object, got an array of 0'],
    ['a', JSON.stringify({ long: 'x'.repeat(100) }), 'expected a string, got an object'],
  ])('say what was wrong: %#', (sample, json, problem) => {
    expect(problemsOf(new StandardParameterType(sample), json)[0]?.replace(/^[^ ]*: /, '')).toBe(problem);
  });

  const cycle: unknown[] = [];
  cycle.push(cycle);
  it.each<[string, unknown, RegExp]>([
    ['null', null, /cannot be null/],
    ['a function', () => 1, /a value of type function is not/],
    ['a class of one’s own', new URL('http://localhost'), /an object of class URL is not/],
    ['a tensor', new Tensor('float32', [1], [1]), /an object of class Tensor is not/],
    ['a typed array', Float32Array.of(1), /an object of class Float32Array is not/],
    ['a type of its own', new NumpyParameterType([1]), /is a parameter type already/],
    ['a cycle', cycle, /contains itself/],
    ['a Date that is none', new Date(Number.NaN), /the Date is none/],
  ])('refuse a sample at the start: %s', (_, sample, message) => {
    expect(() => new StandardParameterType(sample)).toThrow(message);
    expect(() => new StandardParameterType(sample)).toThrow(expect.objectContaining({ code: 'ENTRY_INVALID' }));
  });

  it('refuse a format for what is no string', () => {
    expect(() => new StandardParameterType(1, { format: 'date' })).toThrow(/the format 'date' is for strings/);
  });
});

it.each<[unknown]>([
  [1.5],
  [Number.NaN],
  [{ a: [1n, null, { b: moment }], c: Buffer.from('hi'), d: new Map([['k', [1]]]), e: new Set(['x']) }],
])('takes its own example: %#', (sample) => {
  expect(() => readExample(new StandardParameterType(sample), writeJson)).not.toThrow();
});

it('a result is written by the types inside it', () => {
  const type = new StandardParameterType({ at: moment, raw: Buffer.from('hi') });
  expect(writeJson(type.encode({ at: moment, raw: Buffer.from('hi'), more: 1 }))).toBe(
    '{"at":"2020-01-02T03:04:05.678Z","raw":"aGk=","more":1}',
  );
  expect(new StandardParameterType(Buffer.from('hi')).encode(Buffer.from('hi'))).toBe('aGk=');
});
