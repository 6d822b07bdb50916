import { describe, expect, it } from 'vitest';
import { DTYPES, type Dtype } from '../../../src/dtype.js';
import { NumpyParameterType, type ParameterType } from '../../../src/schema/index.js';
import { writeJson } from '../../../src/schema/json/write.js';
import { Tensor } from '../../../src/tensor.js';
import { problemsOf, readExample, readInput } from '../../support/input-problems.js';

const row = new NumpyParameterType([[1, 2]]);

describe('the schema of a NumpyParameterType', () => {
  it('is the sample without its first length', () => {
    expect(row.jsonSchema).toEqual({
      type: 'array',
      items: { type: 'array', items: { type: ['number', 'null'], format: 'float' }, minItems: 2, maxItems: 2 },
      minItems: 1,
      format: 'numpy.ndarray',
      example: [[1, 2]],
    });
  });

  it.each<[string, NumpyParameterType, object]>([
    [
      'bigints',
      new NumpyParameterType([1n]),
      { type: 'integer', format: 'int64', minimum: -(2n ** 63n), maximum: 2n ** 63n - 1n },
    ],
    [
      'int8',
      new NumpyParameterType([1], { dtype: 'int8' }),
      { type: 'integer', format: 'int8', minimum: -128, maximum: 127 },
    ],
    ['booleans', new NumpyParameterType([true]), { type: 'boolean' }],
    ['strings', new NumpyParameterType(['a']), { type: 'string' }],
    ['float64', new NumpyParameterType([1], { dtype: 'float64' }), { type: ['number', 'null'], format: 'double' }],
    [
      'typed arrays',
      new NumpyParameterType(Uint16Array.of(1)),
      { type: 'integer', format: 'uint16', minimum: 0, maximum: 65535 },
    ],
    ['Dates', new NumpyParameterType([new Date(0)]), { type: ['string', 'null'], format: 'date-time' }],
    ['Buffers', new NumpyParameterType([Buffer.of(1)]), { type: 'string', format: 'binary' }],
  ])('names the elements of %s', (_, type, items) => expect(type.jsonSchema.items).toEqual(items));

  it('has the axes of a Tensor without rows, whose arrays cannot show them', () => {
    const none = new NumpyParameterType(new Tensor('float64', new Float64Array(0), [0, 3]));
    expect(none.jsonSchema).toEqual({
      type: 'array',
      items: { type: 'array', items: { type: ['number', 'null'], format: 'double' }, minItems: 3, maxItems: 3 },
      format: 'numpy.ndarray',
      example: [],
    });
    expect(readInput(none, '[[1, 2, 3]]').dims).toEqual([1, 3]);
    expect(readInput(none, '[]').dims).toEqual([0, 3]);
  });

  it('has the members of a structured dtype', () => {
    const type = new NumpyParameterType([{ name: 'Sarah', grades: [8, 7] }], {
      dtype: { name: 'string', grades: ['float64', [2]] },
    });
    expect(type.jsonSchema.items).toEqual({
      type: 'object',
      required: ['name', 'grades'],
      properties: {
        name: { type: 'string' },
        grades: { type: 'array', items: { type: ['number', 'null'], format: 'double' }, minItems: 2, maxItems: 2 },
      },
    });
  });
});

describe('what run receives', () => {
  it('is a tensor, row by row', () => {
    const tensor = readInput(row, '[[1, 2], [3, null], [NaN, -Infinity]]');
    expect(tensor).toBeInstanceOf(Tensor);
    expect(tensor).toMatchObject({ type: 'float32', dims: [3, 2] });
    expect(tensor.data).toEqual(Float32Array.of(1, 2, 3, Number.NaN, Number.NaN, Number.NEGATIVE_INFINITY));
  });

  it.each<[Dtype, string, unknown[]]>([
    ['float32', '[0.1, 1e300, 18446744073709551617]', [Math.fround(0.1), Number.POSITIVE_INFINITY, 2 ** 64]],
    ['float64', '[0.1, 1e300]', [0.1, 1e300]],
    ['int8', '[-128, 127, 1.0, 1e2, -0]', [-128, 127, 1, 100, 0]],
    ['int16', '[-32768, 32767]', [-32768, 32767]],
    ['int32', '[-2147483648, 2147483647]', [-(2 ** 31), 2 ** 31 - 1]],
    [
      'int64',
      '[-9223372036854775808, 9223372036854775807, 9007199254740993]',
      [-(2n ** 63n), 2n ** 63n - 1n, 9007199254740993n],
    ],
    ['uint8', '[0, 255]', [0, 255]],
    ['uint16', '[0, 65535]', [0, 65535]],
    ['uint32', '[0, 4294967295]', [0, 2 ** 32 - 1]],
    ['uint64', '[0, 18446744073709551615]', [0n, 2n ** 64n - 1n]],
    ['bool', '[true, false]', [1, 0]],
    ['string', '["a", ""]', ['a', '']],
  ])('holds the extremes of %s', (dtype, json, values) => {
    const sample = dtype === 'bool' ? [true] : dtype === 'string' ? ['x'] : [1];
    const tensor = readInput(new NumpyParameterType(sample, { dtype }), json);
    expect(tensor.type).toBe(dtype);
    expect(Array.from(tensor.data as ArrayLike<unknown>)).toEqual(values);
  });

  it('is nested arrays where there are no tensors', () => {
    const dates = new NumpyParameterType([new Date(0)], { dtype: 'datetime64[D]' });
    expect(readInput(dates, '["2021-03-04T05:06:07Z", null]')).toEqual([new Date('2021-03-04T00:00:00Z'), null]);
    const gaps = new NumpyParameterType([1], { dtype: 'timedelta64[D]' });
    expect(readInput(gaps, '["3 days", "2 WEEKS", "P1DT23H"]')).toEqual([3, 14, 1]);
    const bytes = new NumpyParameterType([[Buffer.from('hi')]]);
    expect(readInput(bytes, '[["aGk="]]')).toEqual([[Buffer.from('hi')]]);
    const people = new NumpyParameterType([{ name: 'Sarah', at: new Date(0), n: 1n }], {
      dtype: { name: 'string', at: 'datetime64[s]', n: 'int64' },
    });
    expect(readInput(people, '[{"n": 5, "name": "A", "at": "2020-01-02", "other": 1}]')).toEqual([
      { name: 'A', at: new Date('2020-01-02T00:00:00Z'), n: 5n },
    ]);
  });

  it('has any shape of the sample’s axes without enforceShape, and any width of numbers without enforceColumnType', () => {
    const free = new NumpyParameterType([[1, 2]], { enforceShape: false });
    expect(readInput(free, '[[1, 2, 3]]').dims).toEqual([1, 3]);
    expect(problemsOf(free, '[[1], [2, 3]]')).toEqual(['/1: expected an array of 1, got an array of 2']);
    const any = new NumpyParameterType([[1, 2]], { enforceColumnType: false });
    expect(readInput(any, '[[1, 2.5]]').type).toBe('float64');
    expect(readInput(any, '[[1, 2]]')).toMatchObject({ type: 'int64', data: BigInt64Array.of(1n, 2n) });
  });

  it('is converted without harm where coerce says so', () => {
    const coerced = (dtype: Dtype) =>
      new NumpyParameterType([dtype === 'string' ? 'a' : dtype === 'bool'], { dtype, coerce: true } as never);
    expect(Array.from(readInput(coerced('float64'), '["1.5", "nan", true, 2, null]').data as Float64Array)).toEqual([
      1.5,
      Number.NaN,
      1,
      2,
      Number.NaN,
    ]);
    expect(readInput(coerced('int64'), '["7", " -8 ", true]').data).toEqual(BigInt64Array.of(7n, -8n, 1n));
    expect(readInput(coerced('bool'), '[2, 0, "False", "true"]').data).toEqual(Uint8Array.of(1, 0, 0, 1));
    expect(readInput(coerced('string'), '[5, "x"]').data).toEqual(['5', 'x']);
    expect(problemsOf(coerced('int8'), '["300", 1.9, "x"]')).toHaveLength(3);
  });
});

describe('refusals', () => {
  it('name every problem with its pointer, what was expected, and what came', () => {
    expect(problemsOf(row, '[[1, "x"], [true, 2], [3], 4]')).toEqual([
      '/0/1: expected a number or null, got "x"',
      '/1/0: expected a number or null, got true',
      '/2: expected an array of 2, got an array of 1',
      '/3: expected an array of 2, got 4',
    ]);
  });

  it.each<[NumpyParameterType, string, string]>([
    [new NumpyParameterType([1], { dtype: 'int8' }), '[128]', '/0: expected an integer from -128 to 127, got 128'],
    [
      new NumpyParameterType([1], { dtype: 'int32' }),
      '[1.9]',
      '/0: expected an integer from -2147483648 to 2147483647, got 1.9',
    ],
    [
      new NumpyParameterType([1n]),
      '[9223372036854775808]',
      '/0: expected an integer from -9223372036854775808 to 9223372036854775807, got 9223372036854775808',
    ],
    [
      new NumpyParameterType([1n]),
      '[NaN]',
      '/0: expected an integer from -9223372036854775808 to 9223372036854775807, got NaN',
    ],
    [new NumpyParameterType([true]), '[1]', '/0: expected true or false, got 1'],
    [new NumpyParameterType(['a']), '[null]', '/0: expected a string, got null'],
    [row, '[]', ': expected an array of 1 or more, got an array of 0'],
    [row, '5', ': expected an array of 1 or more, got 5'],
    [
      new NumpyParameterType([new Date(0)]),
      '["13/2/2020"]',
      '/0: expected a string of format date-time, as "2020-01-02T03:04:05Z" or null, got "13/2/2020"',
    ],
  ])('say what was wrong: %#', (type, json, problem) => expect(problemsOf(type, json)).toEqual([problem]));

  it.each<[string, () => unknown, RegExp]>([
    ['a ragged sample', () => new NumpyParameterType([[1, 2], [3]]), /sample\/1: expected an array of 2/],
    [
      'a sample that its dtype does not hold',
      () => new NumpyParameterType([300], { dtype: 'uint8' }),
      /sample\/0: expected an integer from 0 to 255, got 300/,
    ],
    ['a scalar', () => new NumpyParameterType(5 as never), /must provide a sample array/],
    ['objects without a dtype', () => new NumpyParameterType([{ a: 1 }]), /holds objects, but no dtype/],
    [
      'a dtype that is none',
      () => new NumpyParameterType([1], { dtype: 'complex128' as never }),
      /data of type complex128/,
    ],
  ])('refuse %s at the start', (_, make, message) => {
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ code: 'ENTRY_INVALID' }));
  });
});

describe('a result of run', () => {
  const bytes = new NumpyParameterType([[Buffer.from('a')]]);
  const days = new NumpyParameterType(['3 days'], { dtype: 'timedelta64[D]' });
  const grades = new NumpyParameterType([{ grade: 8 }], { dtype: { grade: 'float64' } });

  it.each<[string, ParameterType, unknown, unknown]>([
    ['bytes', bytes, [[Buffer.from('ab')]], [['YWI=']]],
    ['bytes of an axis less', bytes, [Buffer.from('ab')], ['YWI=']],
    ['spans of time', days, [3, 2n, '4 hours'], ['3 days', '2 days', '4 hours']],
    ['spans of time in a typed array', days, [Float64Array.of(3)], [Float64Array.of(3)]],
    ['spans of time that are missing', days, [null, Number.NaN, 'NaT'], [null, null, null]],
    ['records', grades, [{ grade: 7, name: 'Ann' }], [{ grade: 7 }]],
  ])('%s', (_, type, result, json) => expect(type.encode?.(result)).toEqual(json));

  it('of no such type is sent as it came, not as something else', () => {
    expect(bytes.encode([5, 'text', null])).toEqual([5, 'text', null]);
    expect(days.encode([true, {}])).toEqual([true, {}]);
    expect(grades.encode([5, null, 'text'])).toEqual([5, null, 'text']);
    expect(bytes.encode('text')).toBe('text');
  });
});

it.each(DTYPES.map((dtype) => [dtype]))('takes its own example: %s', (dtype) => {
  const sample = dtype === 'bool' ? [[true, false]] : dtype === 'string' ? [['a', 'b']] : [[1, 0]];
  const type = new NumpyParameterType(sample, { dtype });
  expect(readExample(type, writeJson)).toMatchObject({ type: dtype, dims: [1, 2] });
});
