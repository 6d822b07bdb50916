import { describe, expect, it } from 'vitest';
import { DTYPES, type NumericType, newNumericArray } from '../../../../src/dtype.js';
import { collectedJson } from '../../../../src/runtime/collect/writer/collected-data.js';
import { parseJson } from '../../../../src/schema/json/parse.js';
import { dataHead } from '../heads.js';

const tensorHead = (type: string, dims: unknown) =>
  dataHead({ tensor: { type: type as NumericType, dims: dims as number[] } });
const floats = (...values: readonly number[]) => Buffer.from(Float32Array.from(values).buffer);

describe('collectedJson()', () => {
  it('is JSON that was collected', () => {
    expect(collectedJson(dataHead(), Buffer.from('{"ä":1}'))).toBe('{"ä":1}');
  });

  it('writes a tensor', () => {
    expect(collectedJson(tensorHead('float32', [2, 2]), floats(0.1, -2, 3e-20, 4))).toBe('[[0.1,-2],[3e-20,4]]');
  });

  it('writes it with other dims, where these are asked for', () => {
    const head = tensorHead('float32', [1, 2, 2]);
    expect(
      parseJson(
        collectedJson(head, floats(1, 2, 3, 4), () => [1, 4]),
        { depthMax: 9 },
      ),
    ).toEqual([[1, 2, 3, 4]]);
  });

  it('writes one without elements', () => {
    expect(collectedJson(tensorHead('float32', [2, 0]), floats())).toBe('[[],[]]');
    expect(collectedJson(tensorHead('float32', []), floats(1.5))).toBe('1.5');
  });

  it.each(DTYPES.filter((type) => type !== 'string'))('takes %s, wherever its bytes lie', (type) => {
    const { BYTES_PER_ELEMENT } = newNumericArray(type, 0);
    const bytes = Buffer.alloc(2 * BYTES_PER_ELEMENT + 1).subarray(1);
    expect(parseJson(collectedJson(tensorHead(type, [2]), bytes), { depthMax: 9 })).toEqual(
      type === 'bool' ? [false, false] : [0, 0],
    );
  });

  it.each([
    ['too few bytes', 'float32', [3]],
    ['more elements than there are bytes in the world', 'float32', [1e15]],
    ['a type that there is not', 'complex', [1]],
    ['texts', 'string', [1]],
    ['a name of any object', 'constructor', [1]],
    ['dims that are none', 'float32', 'x'],
    ['negative dims', 'float32', [-1, -1]],
    ['dims between', 'float32', [0.5, 2]],
    ['dims of texts', 'float32', ['a']],
    ['a billion arrays without elements', 'float32', [1e9, 0]],
    ['arrays inside of each other without end', 'float32', Array(101).fill(1)],
  ])('refuses %s', (_, type, dims) => {
    expect(() => collectedJson(tensorHead(type, dims), floats(1))).toThrow();
  });
});
