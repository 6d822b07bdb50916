import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float16Bits } from '../../../src/dtype.js';
import { parseJson } from '../../../src/schema/json/parse.js';
import { JsonWriteError, writeJson, writeJsonBytes } from '../../../src/schema/json/write.js';
import { Tensor } from '../../../src/tensor.js';

/** On Node 20 the tensor holds bits, on Node 24 numbers. */
const float16Json = '[[1.5,0.1],[-65504,-0.0]]';

describe('writeJson()', () => {
  it('writes what JSON.stringify can write as that does', () => {
    const value = fc.anything({ withDate: true, withSparseArray: true, withNullPrototype: true });
    const property = fc.property(value, (given) => {
      // But for the sign of zero, which JSON.stringify drops.
      expect(writeJson(given).replace(/-0\.0(?=[,\]}]|$)/g, '0')).toBe(JSON.stringify(given) ?? 'null');
      expect(writeJsonBytes(given).toString()).toBe(writeJson(given));
    });
    fc.assert(property, { numRuns: 2_000 });
  });

  it('writes whole numbers of any size so that they are read back', () => {
    const property = fc.property(fc.bigInt(), (whole) => {
      const read = parseJson(writeJson([whole]), { depthMax: 1 }) as (number | bigint)[];
      expect(BigInt(read[0] as number)).toBe(whole);
    });
    fc.assert(property);
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'null'],
    ['no numbers', [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], '[null,null,null]'],
    ['the holes of an array', new Array(2), '[null,null]'],
    ['a member that is undefined', { a: undefined, b: () => 1, c: 1 }, '{"c":1}'],
    ['bigint', { whole: 2n ** 64n }, '{"whole":18446744073709551616}'],
    ['Date', [new Date(0), new Date(Number.NaN)], '["1970-01-01T00:00:00.000Z",null]'],
    ['bytes', { bytes: Buffer.from('hi') }, '{"bytes":"aGk="}'],
    ['a view of bytes', new Uint8Array(Uint8Array.of(1, 2, 3).buffer, 1, 1), '"Ag=="'],
    [
      'float32, in the digits that name it',
      Float32Array.of(0.1, 1e10, Number.NaN, 16777216),
      '[0.1,10000000000,null,16777216]',
    ],
    ['float64', Float64Array.of(0.1, 1 / 3), '[0.1,0.3333333333333333]'],
    ['int64', BigInt64Array.of(-(2n ** 63n)), '[-9223372036854775808]'],
    ['other numbers', [Int8Array.of(-1), Uint8ClampedArray.of(255)], '[[-1],[255]]'],
    ['the sign of zero', [-0, Float32Array.of(-0, 0), Float64Array.of(-0, 0)], '[-0.0,[-0.0,0],[-0.0,0]]'],
    ['arrays of no numbers', [new Float32Array(), new BigInt64Array()], '[[],[]]'],
    [
      'text on both sides of numbers, of any length and alphabet',
      ['é', Float32Array.of(1), { ['ü'.repeat(50)]: Int32Array.of(2), a: '€' }],
      `["é",[1],{"${'ü'.repeat(50)}":[2],"a":"€"}]`,
    ],
    ['a view that is no array', new DataView(new ArrayBuffer(1)), '{}'],
    [
      'Map',
      new Map<unknown, unknown>([
        ['a', 1],
        [2, new Map()],
      ]),
      '{"a":1,"2":{}}',
    ],
    ['Set', new Set([1, 'a']), '[1,"a"]'],
    ['toJSON()', { toJSON: () => ({ a: 1 }) }, '{"a":1}'],
    ['a lone surrogate', '\ud800', '"\\ud800"'],
    ['an own __proto__', JSON.parse('{"__proto__":1}'), '{"__proto__":1}'],
  ])('%s', (_, value, json) => {
    expect(writeJson(value)).toBe(json);
    expect(writeJsonBytes(value).toString()).toBe(json);
  });

  it.each<[string, Tensor, string]>([
    ['a matrix', new Tensor('float32', [1, 2, 3, 4, 5, 0.1], [2, 3]), '[[1,2,3],[4,5,0.1]]'],
    ['a scalar', new Tensor('float32', [1.5], []), '1.5'],
    ['no rows', new Tensor('float32', [], [0, 3]), '[]'],
    ['empty rows', new Tensor('float32', [], [2, 0]), '[[],[]]'],
    ['booleans', new Tensor('bool', [1, 0], [2]), '[true,false]'],
    ['int64', new Tensor('int64', [2n ** 62n], [1]), '[4611686018427387904]'],
    ['float16', new Tensor('float16', Uint16Array.of(...[1.5, 0.1, -65504, -0].map(float16Bits)), [2, 2]), float16Json],
    ['not a float16', new Tensor('float16', Uint16Array.of(0x7e00, 0xfc00), [2]), '[null,null]'],
    ['uint64', new Tensor('uint64', [2n ** 64n - 1n], [1, 1]), '[[18446744073709551615]]'],
    ['more axes', new Tensor('int8', [1, -2, 3, 4], [2, 1, 2, 1]), '[[[[1],[-2]]],[[[3],[4]]]]'],
    ['a string alone', new Tensor('string', ['a'], []), '"a"'],
    ['uint8', new Tensor('uint8', [0, 255], [2]), '[0,255]'],
    ['strings', new Tensor('string', ['a"', ''], [1, 2]), '[["a\\"",""]]'],
    ['no numbers', new Tensor('float64', [Number.NaN, 1e300], [2]), '[null,1e+300]'],
  ])('a tensor: %s', (_, tensor, json) => {
    expect(writeJson(tensor)).toBe(json);
    expect(writeJsonBytes({ label: 'é', tensor }).toString()).toBe(`{"label":"é","tensor":${json}}`);
  });

  it('writes arrays that are longer than the bytes it keeps', () => {
    const numbers = Float32Array.from({ length: 50_000 }, (_, i) => i / 7);
    const { a, b, c } = JSON.parse(writeJsonBytes({ a: numbers, b: 'é'.repeat(100_000), c: numbers }).toString());
    expect(Float32Array.from(a)).toEqual(numbers);
    expect(b).toBe('é'.repeat(100_000));
    expect(c).toEqual(a);
  });

  it('gives bytes that later results leave alone', () => {
    const first = writeJsonBytes([Float32Array.of(1.5)]);
    writeJsonBytes([Float32Array.of(2.5)]);
    expect(first.toString()).toBe('[[1.5]]');
  });

  it('may be used again by a toJSON(), and after a refusal', () => {
    const inner = { toJSON: () => writeJsonBytes(Float32Array.of(2)).toString() };
    expect(writeJson([Float32Array.of(1), inner])).toBe('[[1],"[2]"]');
    expect(() => writeJson([Float32Array.of(1), Symbol('s')])).toThrow(JsonWriteError);
    expect(writeJson([Float32Array.of(3)])).toBe('[[3]]');
  });

  it('refuses a tensor whose elements it cannot tell', () => {
    const packed = new Tensor('int4', Uint8Array.of(0x21), [2]);
    expect(() => writeJson(packed)).toThrow(new JsonWriteError('a tensor of 1 int4 and shape [2] is not JSON'));
    const changed = new Tensor('float32', [1, 2], [2]);
    (changed.dims as number[])[0] = 3;
    expect(() => writeJson(changed)).toThrow(new JsonWriteError('a tensor of 2 float32 and shape [3] is not JSON'));
  });

  it('refuses what contains itself, and what is no data', () => {
    const cycle: unknown[] = [];
    cycle.push({ cycle });
    expect(() => writeJson(cycle)).toThrow(
      new JsonWriteError('the value contains itself, or is deeper than 1000 levels'),
    );
    const endless = { toJSON: () => ({ endless }) };
    expect(() => writeJson(endless)).toThrow(JsonWriteError);
    expect(() => writeJson([() => 1])).toThrow(new JsonWriteError('a function is not JSON'));
    expect(() => writeJson({ a: Symbol('s') })).toThrow(new JsonWriteError('a symbol is not JSON'));
  });

  it('writes a thousand levels', () => {
    let value: unknown[] = [];
    for (let depth = 1; depth < 1_000; depth++) value = [value];
    expect(writeJson(value)).toBe('['.repeat(1_000) + ']'.repeat(1_000));
    expect(() => writeJson([value])).toThrow(JsonWriteError);
  });
});
