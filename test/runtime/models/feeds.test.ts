import { describe, expect, it } from 'vitest';
import { newNumericArray } from '../../../src/dtype.js';
import type { HostError } from '../../../src/errors.js';
import { readFeeds } from '../../../src/runtime/models/feeds.js';
import type { Feed, Feeds, ModelValue } from '../../../src/runtime/models/model.js';
import { Tensor } from '../../../src/tensor.js';
import { valuesOf } from '../../support/models.js';

const value = (type: string, shape: (number | string)[], name = 'x') => ({ name, type, shape }) as ModelValue;
const floats = (data: number[], dims: number[]) => new Tensor('float32', Float32Array.from(data), dims);

function read(input: ModelValue, feed: Feed): Tensor {
  return readFeeds('m.onnx', [input], { [input.name]: feed })[input.name] as Tensor;
}

function refusal(inputs: readonly ModelValue[], feeds: Feeds): HostError {
  try {
    readFeeds('m.onnx', inputs, feeds);
  } catch (error) {
    expect(error).toMatchObject({ name: 'HostError', code: 'FEEDS_INVALID' });
    return error as HostError;
  }
  throw new Error('it was taken');
}

/** What is wrong with a feed, without what all refusals begin with. */
const problem = (input: ModelValue, feed: Feed) =>
  refusal([input], { [input.name]: feed }).message.replace("Cannot run m.onnx: the input 'x' ", '');

describe('readFeeds() takes', () => {
  it('a tensor that is right, as it is', () => {
    const tensor = floats([1, 2], [2, 1]);
    expect(read(value('float32', ['N', 1]), tensor)).toBe(tensor);
  });

  it('a tensor of no rows', () => expect(read(value('float32', ['N', 3]), floats([], [0, 3])).dims).toEqual([0, 3]));

  it.each<[string, ModelValue, Feed, unknown, number[]]>([
    ['nested numbers as floats', value('float32', ['N', 2]), [[1, 2.5]], [[1, 2.5]], [1, 2]],
    ['whole numbers as integers', value('int32', ['']), [1, -2], [1, -2], [2]],
    ['whole numbers as int64', value('int64', ['N']), [1, -2], [1n, -2n], [2]],
    ['bigints as int64', value('int64', ['N']), [2n ** 63n - 1n], [2n ** 63n - 1n], [1]],
    ['bigints as floats that hold them', value('float32', ['N']), [2n ** 24n], [2 ** 24], [1]],
    ['null as NaN', value('float32', ['N']), [null], [Number.NaN], [1]],
    ['booleans', value('bool', ['N']), [true, false], [true, false], [2]],
    ['texts', value('string', ['N']), ['a', 'ž', ''], ['a', 'ž', ''], [3]],
    ['a number for an input without axes', value('int64', []), 7, 7n, []],
    ['a text for an input without axes', value('string', []), 'a', 'a', []],
    ['numbers as float16', value('float16', ['N']), [0.5, -1.25], [0.5, -1.25], [2]],
    ['no rows, whose other axes are fixed', value('float32', ['N', 3, 2]), [], [], [0, 3, 2]],
    ['no rows, whose other axes are free', value('float32', ['N', 'M']), [], [], [0, 0]],
    ['a typed array as one axis', value('float32', ['N']), Float32Array.of(1, 2), [1, 2], [2]],
    [
      'typed arrays among rows',
      value('float32', ['N', 2]),
      [[1, 2], Float32Array.of(3, 4)],
      [
        [1, 2],
        [3, 4],
      ],
      [2, 2],
    ],
    ['typed arrays as rows', value('float32', ['N', 2]), [Float32Array.of(1, 2), Float32Array.of(3, 4)], [[1, 2], [3, 4]], [2, 2]], // biome-ignore format: one line a case
    ['float64 for float32', value('float32', ['N']), Float64Array.of(1.5), [1.5], [1]],
    ['integers that a float holds exactly', value('float32', ['N']), Int32Array.of(2 ** 24), [2 ** 24], [1]],
    ['integers that are in range', value('uint8', ['N']), new Tensor('int64', [255n], [1]), [255], [1]],
  ])('%s', (_, input, feed, values, dims) => {
    const tensor = read(input, feed);
    expect({ type: tensor.type, values: valuesOf(tensor), dims: tensor.dims }).toEqual({
      type: input.type,
      values,
      dims,
    });
  });

  it('a tensor of another copy of the library', () => {
    const foreign = { type: 'float32', dims: [1, 2], data: Float32Array.of(1, 2) } as unknown as Tensor;
    expect(valuesOf(read(value('float32', ['N', 2]), foreign))).toEqual([[1, 2]]);
  });
});

describe('readFeeds() does not take a tensor at its word', () => {
  const three = value('float32', [3]);
  const wrong = (mend: (tensor: Tensor) => unknown) => {
    const tensor = floats([1, 2, 3], [3]);
    mend(tensor);
    return problem(three, tensor);
  };

  it('of more elements than it holds', () =>
    expect(wrong((tensor) => Object.assign(tensor, { dims: [4] }))).toBe(
      'holds 3 elements, which are not those of a tensor of shape [4].',
    ));
  it('of axes that are none', () => {
    for (const dims of [[-3], [1.5, 2]]) {
      expect(wrong((tensor) => Object.assign(tensor, { dims }))).toMatch(/^holds 3 elements, which are not those/);
    }
  });
  it('whose memory has gone elsewhere', () =>
    expect(
      wrong(({ data }) => structuredClone(data, { transfer: [(data as Float32Array).buffer as ArrayBuffer] })),
    ).toBe('holds 0 elements, which are not those of a tensor of shape [3].'));
  it('that is disposed of', () => expect(wrong((tensor) => tensor.dispose())).toMatch(/^cannot be read: .*disposed/));
  it('of another library, that is none', () => {
    const foreign = (more: object) =>
      ({ type: 'float32', dims: [3], data: Float32Array.of(1, 2, 3), ...more }) as unknown as Tensor;
    expect(problem(three, foreign({ dims: [4] }))).toMatch(/^cannot be read: /);
    expect(problem(three, foreign({ type: 'float33' }))).toMatch(/^cannot be read: /);
    expect(problem(three, foreign({ dims: 'x' }))).toMatch(/^cannot be read: /);
  });
});

it('readFeeds() copies what threads share', () => {
  const shared = new Float32Array(new SharedArrayBuffer(8));
  shared.set([1, 2]);
  const tensor = read(value('float32', ['N']), new Tensor('float32', shared, [2]));
  expect([(tensor.data as Float32Array).buffer instanceof ArrayBuffer, valuesOf(tensor)]).toEqual([true, [1, 2]]);
});

describe('readFeeds() refuses', () => {
  it('an array that holds itself', () => {
    const loop: unknown[] = [];
    loop.push(loop);
    expect(problem(value('float32', ['N', 2]), loop as unknown as Feed)).toMatch(/^must have 2 axes, not 3/);
  });

  it('what is no object', () => {
    for (const feeds of [null, undefined, 1]) {
      expect(() => readFeeds('m.onnx', [], feeds as unknown as Feeds)).toThrow(/wants an object of feeds by name, got/);
    }
  });

  const wide = value('float32', ['batch', 8, 8]);

  it.each<[string, ModelValue, Feed, string]>([
    ['too few axes', wide, floats([1], [1]), 'must have 3 axes, not 1: it has shape [batch, 8, 8], got [1].'],
    ['too many axes', value('float32', ['']), [[1]], 'must have 1 axis, not 2: it has shape [?], got [1, 1].'],
    ['a number for an array', value('float32', ['N']), 1, 'must have 1 axis, not 0: it has shape [N], got [].'],
    ['a fixed axis of another length', wide, floats(new Array(56).fill(0), [1, 7, 8]), 'has 8 as the length of axis 1, not 7: it has shape [batch, 8, 8], got [1, 7, 8].'], // biome-ignore format: one line a case
    ['a fixed first axis of another length', value('float32', [4, 1]), [[1], [2]], 'has 4 as the length of axis 0, not 2: it has shape [4, 1], got [2, 1].'], // biome-ignore format: one line a case
    ['ragged rows', value('float32', ['N', 'M']), [[1, 2], [3]], 'wants an array of 2, got an array of 1 at /1.'],
    [
      'a text among numbers',
      value('float32', ['N']),
      [1, 'x'] as unknown as Feed,
      'wants a number or null, got "x" at /1.',
    ],
    ['a fraction for an integer', value('int64', ['N']), [1, 1.5], 'wants an integer from -9223372036854775808 to 9223372036854775807, got 1.5 at /1.'], // biome-ignore format: one line a case
    ['a number out of range', value('int8', ['N']), [128], 'wants an integer from -128 to 127, got 128 at /0.'],
    ['floats for integers', value('int64', ['N']), floats([1], [1]), 'wants elements of type int64, got float32.'],
    ['an integer that no float32 is', value('float32', ['N']), [2n ** 24n + 1n], 'wants float32, which cannot hold 16777217 exactly at /0.'], // biome-ignore format: one line a case
    ['integers that no float32 is', value('float32', ['N']), Int32Array.of(2 ** 24 + 1), 'wants float32, but element 0 is 16777217.'], // biome-ignore format: one line a case
    ['an integer tensor out of range', value('uint8', ['N']), Int32Array.of(256), 'wants uint8, but element 0 is 256.'],
    ['numbers for booleans', value('bool', ['N']), [1], 'wants true or false, got 1 at /0.'],
    ['numbers for texts', value('string', ['N']), [1], 'wants a string, got 1 at /0.'],
    ['a text with a NUL', value('string', ['N']), ['ok', 'a\0b'], 'has a NUL character in element 1, where the runtime would cut it off.'], // biome-ignore format: one line a case
    ['a tensor of no texts', value('string', ['N']), new Tensor('string', [1] as unknown as string[], [1]), 'wants strings, but element 0 is 1.'], // biome-ignore format: one line a case
  ])('%s', (_, input, feed, message) => expect(problem(input, feed)).toBe(message));

  it('all that is wrong at once, with the place of each', () => {
    const inputs = [value('float32', ['N'], 'left'), value('int64', ['N'], 'right'), value('bool', ['N'], 'flag')];
    const { message, details, fix } = refusal(inputs, { Left: [1], right: [0.5], other: [1], flag: [true] });
    expect(message).toBe(
      "Cannot run m.onnx: the input 'left' (float32 [N]) is missing (it got 'Left'); the input 'right' wants an integer " +
        'from -9223372036854775808 to 9223372036854775807, got 0.5 at /0; ' +
        "there is no input 'Left'; there is no input 'other'.",
    );
    expect(details.map(({ path }) => path)).toEqual(['/left', '/right/0', '/Left', '/other']);
    expect(fix).toBe("Feed it 'left' (float32 [N]), 'right' (int64 [N]), 'flag' (bool [N]).");
  });

  it('undefined as missing, and what is only inherited', () => {
    const input = value('float32', ['N'], 'toString');
    expect(refusal([input], {}).message).toContain("the input 'toString' (float32 [N]) is missing");
    expect(refusal([input], { toString: undefined as unknown as Feed }).message).toContain('is missing');
  });

  it('no more problems than one would read', () => {
    const inputs = Array.from({ length: 100 }, (_, i) => value('float32', ['N'], `x${i}`));
    expect(refusal(inputs, {}).details).toHaveLength(20);
  });
});

it('a float16 tensor may hold bits or numbers, as Node has it', () => {
  const half = new Tensor('float16', newNumericArray('float16', 2) as unknown as Uint16Array, [2]);
  expect(read(value('float16', ['N']), half)).toBe(half);
});
