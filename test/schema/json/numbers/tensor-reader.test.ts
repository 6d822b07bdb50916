import assert from 'node:assert/strict';
import { describe, expect, it } from 'vitest';
import { DTYPES, FLOAT16_AS_BITS, float16Bits, type NumericType, newNumericArray } from '../../../../src/dtype.js';
import { readTensor } from '../../../../src/schema/json/numbers/tensor-reader.js';
import type { TensorSpec } from '../../../../src/tensor.js';

const free = undefined;
const numericTypes = DTYPES.filter((type) => type !== 'string');

function read(text: string, type: NumericType, dims: TensorSpec['dims']) {
  return readTensor(Buffer.from(text), 0, { type, dims });
}

/** Dims, elements and class of the tensor that a text must be. */
function tensor(text: string, type: NumericType, dims: TensorSpec['dims']) {
  const tensorRead = read(text, type, dims);
  assert.ok(tensorRead.kind === 'tensor', tensorRead.kind);
  assert.equal(tensorRead.end, text.trimEnd().length);
  const { data } = tensorRead;
  assert.ok(data instanceof newNumericArray(type, 0).constructor);
  assert.equal(data.buffer.byteLength, data.byteLength);
  return { dims: tensorRead.dims, data: Array.from<number | bigint>(data as Float32Array) };
}

/** Where and why a text does not fit. */
function problem(text: string, type: NumericType, dims: TensorSpec['dims']): string {
  const tensorRead = read(text, type, dims);
  assert.ok(tensorRead.kind === 'unfit', tensorRead.kind);
  return `${tensorRead.path}: ${tensorRead.message}`;
}

describe('readTensor()', () => {
  it.each<[string, NumericType, TensorSpec['dims'], number[], (number | bigint)[]]>([
    ['[1, 2.5, -3e2]', 'float32', [free], [3], [1, 2.5, -300]],
    ['[0.1]', 'float32', [1], [1], [Math.fround(0.1)]],
    ['[0.1]', 'float64', [1], [1], [0.1]],
    ['[1e39, -1e39, 1e-46]', 'float32', [3], [3], [Infinity, -Infinity, 0]],
    ['[-0, -0.0, -0e0, -1e-400]', 'float64', [4], [4], [0, -0, -0, -0]],
    ['[null, NaN, Infinity, -Infinity]', 'float32', [4], [4], [NaN, NaN, Infinity, -Infinity]],
    ['[null, NaN, Infinity, -Infinity]', 'float64', [4], [4], [NaN, NaN, Infinity, -Infinity]],
    ['[[1,2],[3,4],[5,6]]', 'float32', [free, 2], [3, 2], [1, 2, 3, 4, 5, 6]],
    [' [ [\n1\t,\r2 ] , [ 3,4] ]', 'int8', [free, free], [2, 2], [1, 2, 3, 4]],
    ['[[[1],[2]],[[3],[4]]]', 'uint16', [2, free, 1], [2, 2, 1], [1, 2, 3, 4]],
    ['7', 'int32', [], [], [7]],
    [' -7.5 ', 'float64', [], [], [-7.5]],
    ['true', 'bool', [], [], [1]],
    ['[]', 'float32', [free, 10], [0, 10], []],
    ['[]', 'float32', [free, free, 3], [0, 0, 3], []],
    ['[ ]', 'bool', [0], [0], []],
    ['[[],[]]', 'int64', [free, free], [2, 0], []],
    ['[[],[]]', 'int64', [2, free, 4], [2, 0, 4], []],
    ['[-128, 127, -0, 1.0, 1e2, 120e-1]', 'int8', [free], [6], [-128, 127, 0, 1, 100, 12]],
    ['[-32768, 32767]', 'int16', [free], [2], [-32768, 32767]],
    ['[-2147483648, 2147483647]', 'int32', [free], [2], [-(2 ** 31), 2 ** 31 - 1]],
    ['[0, 255, -0.0]', 'uint8', [free], [3], [0, 255, 0]],
    ['[65535]', 'uint16', [free], [1], [65535]],
    ['[4294967295]', 'uint32', [free], [1], [2 ** 32 - 1]],
    [
      '[-9223372036854775808, 9223372036854775807, 9007199254740993, 9007199254740993.0, -1e18, -0]',
      'int64',
      [free],
      [6],
      [-(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n + 1n, 2n ** 53n + 1n, -(10n ** 18n), 0n],
    ],
    ['[18446744073709551615, 0, -0]', 'uint64', [free], [3], [2n ** 64n - 1n, 0n, 0n]],
    ['[true, false]', 'bool', [2], [2], [1, 0]],
  ])('reads %s to %s', (text, type, dims, shape, data) => {
    assert.deepEqual(tensor(text, type, dims), { dims: shape, data });
  });

  it('rounds to float16 once, from the double', () => {
    const values = ['0.1', '65519.99999', '65520', '1e-8', '2.98023223876953125e-8', '1.00048828125000001'];
    const { data } = tensor(`[${values.join()}]`, 'float16', [free]);
    const bits = values.map((value) => float16Bits(Number(value)));
    assert.deepEqual(FLOAT16_AS_BITS ? data : data.map((value) => float16Bits(Number(value))), bits);
  });

  it.each<[string, NumericType, TensorSpec['dims'], string]>([
    ['["x"]', 'float32', [1], '/0: expected a number or null, got "x"'],
    ['[[1,2],[3,true]]', 'float64', [2, 2], '/1/1: expected a number or null, got true'],
    ['[{}]', 'float16', [1], '/0: expected a number or null, got an object'],
    ['[[[1]]]', 'float32', [1, 1], '/0/0: expected a number or null, got an array'],
    ['1', 'float32', [free], ': expected an array, got 1'],
    ['{"a":1}', 'float32', [free, 2], ': expected an array of arrays, got an object'],
    ['null', 'float32', [3], ': expected an array of 3, got null'],
    ['[1,2]', 'float32', [free, 2], '/0: expected an array of 2, got 1'],
    ['[[1,2],3]', 'float32', [free, 2], '/1: expected an array of 2, got 3'],
    ['[[1,2],[3]]', 'float32', [free, 2], '/1: expected an array of 2, got an array of 1'],
    ['[[1,2],[3,4,"x",[5]]]', 'float32', [free, 2], '/1: expected an array of 2, got an array of 4'],
    ['[[1,2],[]]', 'float32', [free, free], '/1: expected an array of 2, got an array of 0'],
    ['[[],[1]]', 'float32', [free, free], '/1: expected an array of 0, got an array of 1'],
    ['[[1],[2],[3]]', 'float32', [2, 1], ': expected an array of 2, got an array of 3'],
    ['[[1],[2],["x"]]', 'float32', [2, 1], ': expected an array of 2, got an array of 3'],
    ['[[1],[2]]', 'float32', [3, 1], ': expected an array of 3, got an array of 2'],
    ['[[[1],[2]],[[3]]]', 'float32', [free, free, 1], '/1: expected an array of 2, got an array of 1'],
    ['[[[1]]]', 'float32', [1, 0, 1], '/0: expected an array of 0, got an array of 1'],
    ['[1]', 'float32', [0], ': expected an array of 0, got an array of 1'],
    ['[128]', 'int8', [1], '/0: expected an integer from -128 to 127, got 128'],
    ['[1,-129]', 'int8', [free], '/1: expected an integer from -128 to 127, got -129'],
    ['[1.5]', 'int16', [1], '/0: expected an integer from -32768 to 32767, got 1.5'],
    ['[null]', 'int32', [1], '/0: expected an integer from -2147483648 to 2147483647, got null'],
    ['[-1]', 'uint8', [1], '/0: expected an integer from 0 to 255, got -1'],
    ['[NaN]', 'uint8', [1], '/0: expected an integer from 0 to 255, got NaN'],
    ['[-Infinity]', 'uint16', [1], '/0: expected an integer from 0 to 65535, got -Infinity'],
    ['[4294967296]', 'uint32', [1], '/0: expected an integer from 0 to 4294967295, got 4294967296'],
    [
      '[9223372036854775808]',
      'int64',
      [1],
      '/0: expected an integer from -9223372036854775808 to 9223372036854775807, got 9223372036854775808',
    ],
    ['[-1]', 'uint64', [1], '/0: expected an integer from 0 to 18446744073709551615, got -1'],
    ['[1e20]', 'uint64', [1], '/0: expected an integer from 0 to 18446744073709551615, got 1e20'],
    ['[1]', 'bool', [1], '/0: expected true or false, got 1'],
    ['"é\\"x"', 'int8', [], ': expected an integer from -128 to 127, got "é\\"x"'],
    [`["${'é'.repeat(100)}"]`, 'float32', [1], `/0: expected a number or null, got "${'é'.repeat(40)}…"`],
    [`[${'9'.repeat(99)}]`, 'uint8', [1], `/0: expected an integer from 0 to 255, got ${'9'.repeat(40)}…`],
  ])('says of %s where it is not %s', (text, type, dims, message) => {
    assert.equal(problem(text, type, dims), message);
  });

  it('says at which byte a value does not fit, whatever is in front of it', () => {
    const body = Buffer.from('{"é": [1, [2]]}');
    const unfit = { kind: 'unfit', at: 11, path: '/1', message: 'expected a number or null, got an array' };
    assert.deepEqual(readTensor(body, 6, { type: 'float32', dims: [2] }), unfit);
  });

  const brokenRows = ['', '[', '[1', '[1,', '[1,]', '[,1]', '[1 2]', '[1}'];
  const brokenTables = ['[[1],]', '[[1]', '[[1],', '[[1]}', '[[1] [2]]', '[[1', '[[1,]]', '[[', '[[]', '[[1],[1]'];
  const brokenNumbers = ['-', '+1', '01', '-01', '1.', '.5', '1.e5', '1e', '1e+', '1.5.5', '--1', '0x10', '1_0', 'Inf'];
  const brokenWords = [
    'nul',
    'nullx',
    'nan',
    '-NaN',
    '+Infinity',
    'Infinit',
    'tru',
    'fals',
    'falsey',
    'True',
    '"',
    '"\\"',
  ];

  it.each(numericTypes)('leaves to others what is no JSON: %s', (type) => {
    const element = type === 'bool' ? 'true' : '1';
    for (const text of brokenRows.map((row) => row.replaceAll('1', element))) {
      for (const dims of [[free], [1]]) assert.deepEqual(read(text, type, dims), { kind: 'unknown' }, text);
    }
    for (const text of brokenTables.map((table) => table.replaceAll('1', element))) {
      assert.deepEqual(read(text, type, [free, free]), { kind: 'unknown' }, text);
    }
    for (const text of [...brokenNumbers, ...brokenWords]) {
      for (const [whole, dims] of [
        [`[${text}]`, [free]],
        [`[${text}`, [free]],
        [`[${text},1,2,3]`, [free]],
        [text, []],
      ] as const) {
        assert.deepEqual(read(whole, type, dims), { kind: 'unknown' }, whole);
      }
    }
  });

  it('adds up exponents that are longer than any number needs', () => {
    const tiny = `0.${'0'.repeat(999_998)}1`; // 10^-999999
    const { data } = tensor(`[${tiny}e9999990,${tiny}e999999,${tiny}e-9999990,1e${'0'.repeat(99)}2]`, 'float64', [4]);
    assert.deepEqual(data, [Number.POSITIVE_INFINITY, 1, 0, 100]);
  });

  it('takes as many digits of an integer as the general parser', () => {
    for (const type of ['float32', 'float64', 'float16', 'int8', 'int64'] as const) {
      assert.notEqual(read(`[${'9'.repeat(4300)}]`, type, [1]).kind, 'unknown');
      assert.equal(read(`[${'9'.repeat(4301)}]`, type, [1]).kind, 'unknown');
      assert.equal(read(`[-${'9'.repeat(4300)}]`, type, [1]).kind, 'unknown');
      assert.notEqual(read(`[${'9'.repeat(4301)}.0]`, type, [1]).kind, 'unknown');
    }
  });

  it.each(numericTypes)('reads more than fits its scratch memory: %s', (type) => {
    const element = (i: number) => (type === 'bool' ? i % 3 === 0 : i % 101);
    for (const dims of [[free], [20_000], [free, 1_000], [20, 1_000], [free, free]]) {
      const all = Array.from({ length: 20_000 }, (_, i) => element(i));
      const rows = dims.length === 1 ? all : Array.from({ length: 20 }, (_, i) => all.slice(1000 * i, 1000 * (i + 1)));
      const { data } = tensor(JSON.stringify(rows), type, dims);
      assert.equal(data.length, all.length);
      const expected = newNumericArray(type, all.length);
      const elements = newNumericArray(type, all.length);
      const as = (value: number | bigint | boolean) =>
        type.endsWith('64') && type !== 'float64' ? BigInt(value) : Number(value);
      all.forEach((value, i) => {
        expected[i] = type === 'float16' && FLOAT16_AS_BITS ? float16Bits(Number(value)) : as(value);
        elements[i] = data[i]!;
      });
      assert.deepEqual(elements, expected);
    }
  });

  it('finds the first thing that does not fit behind more than fits its scratch memory', () => {
    const row = `[${'1,'.repeat(10_000)}"x"]`;
    assert.equal(problem(row, 'float32', [free]), '/10000: expected a number or null, got "x"');
    assert.equal(problem(row, 'float32', [9_999]), ': expected an array of 9999, got an array of 10001');
    assert.equal(
      problem(`[${row.replace('"x"', '1')},[1]]`, 'uint8', [free, free]),
      '/1: expected an array of 10001, got an array of 1',
    );
  });

  it('reads the same again after a value that did not fit', () => {
    for (let i = 0; i < 3; i++) {
      assert.equal(problem('[[1,2],[3,"x"]]', 'float32', [2, 2]), '/1/1: expected a number or null, got "x"');
      expect(tensor('[[1,2],[3,4]]', 'float32', [2, 2]).data).toEqual([1, 2, 3, 4]);
    }
  });
});
