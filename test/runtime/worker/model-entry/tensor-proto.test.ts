import { describe, expect, it } from 'vitest';
import { protoOfTensor, tensorOfProto } from '../../../../src/runtime/worker/model-entry/tensor-proto.js';
import { shown as shownValue } from '../../../../src/schema/refusal.js';
import type { Tensor } from '../../../../src/tensor.js';
import { valuesOf } from '../../../support/models.js';

const base64 = (...bytes: number[]) => Buffer.from(bytes).toString('base64');
const read = (proto: object) => tensorOfProto(proto as Record<string, unknown>, '/inputs/x');
const shown = (tensor: Tensor) => ({ type: tensor.type, dims: tensor.dims, values: valuesOf(tensor) });

describe('a TensorProto in JSON', () => {
  it.each<[string, object, object]>([
    ['raw floats', { dims: ['1', '2'], dataType: 1, rawData: base64(0, 0, 128, 63, 0, 0, 0, 64) }, { type: 'float32', dims: [1, 2], values: [[1, 2]] }], // biome-ignore format: one line a case
    ['raw int64', { dims: [1], dataType: 7, rawData: base64(255, 255, 255, 255, 255, 255, 255, 127) }, { type: 'int64', dims: [1], values: [2n ** 63n - 1n] }], // biome-ignore format: one line a case
    ['raw booleans', { dims: ['2'], dataType: 9, rawData: base64(1, 0) }, { type: 'bool', dims: [2], values: [true, false] }], // biome-ignore format: one line a case
    ['raw float16', { dims: ['1'], dataType: 10, rawData: base64(0, 60) }, { type: 'float16', dims: [1], values: [1] }],
    ['a list of floats', { dims: ['3'], dataType: 1, floatData: [1.5, '2.5', 'NaN'] }, { type: 'float32', dims: [3], values: [1.5, 2.5, Number.NaN] }], // biome-ignore format: one line a case
    ['a list of int64 as texts', { dims: ['2'], dataType: 7, int64Data: ['9007199254740993', -1] }, { type: 'int64', dims: [2], values: [2n ** 53n + 1n, -1n] }], // biome-ignore format: one line a case
    ['small integers', { dims: ['2'], dataType: 3, int32Data: [-128, 127] }, { type: 'int8', dims: [2], values: [-128, 127] }], // biome-ignore format: one line a case
    ['float16 as bits', { dims: ['1'], dataType: 10, int32Data: [15360] }, { type: 'float16', dims: [1], values: [1] }],
    ['texts', { dims: ['2'], dataType: 8, stringData: [Buffer.from('žluť').toString('base64'), ''] }, { type: 'string', dims: [2], values: ['žluť', ''] }], // biome-ignore format: one line a case
    ['texts of bytes in the other alphabet, without padding', { dims: ['1'], dataType: 8, stringData: ['w78'] }, { type: 'string', dims: [1], values: ['ÿ'] }], // biome-ignore format: one line a case
    ['numbers as texts', { dims: ['5'], dataType: 11, doubleData: ['-0.5', '1e3', '2E-1', 'Infinity', '-Infinity'] }, { type: 'float64', dims: [5], values: [-0.5, 1000, 0.2, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] }], // biome-ignore format: one line a case
    ['the number of a type as text', { dims: ['1'], dataType: '6', int32Data: [3] }, { type: 'int32', dims: [1], values: [3] }], // biome-ignore format: one line a case
    ['as many places for nothing as there may be', { dims: ['0', '1000000'], dataType: 1 }, { type: 'float32', dims: [0, 1000000], values: [] }], // biome-ignore format: one line a case
    ['no axes', { dataType: 11, doubleData: [7] }, { type: 'float64', dims: [], values: 7 }],
    ['no rows', { dims: ['0', '2'], dataType: 1 }, { type: 'float32', dims: [0, 2], values: [] }],
    ['the names of the .proto file', { dims: ['1'], data_type: 1, raw_data: base64(0, 0, 128, 63) }, { type: 'float32', dims: [1], values: [1] }], // biome-ignore format: one line a case
    ['… of lists, too', { dims: ['1'], data_type: 6, int32_data: [3] }, { type: 'int32', dims: [1], values: [3] }],
  ])('is read: %s', (_, proto, expected) => expect(shown(read(proto))).toEqual(expected));

  it.each<[string, object, string]>([
    ['no type', { dims: ['1'] }, '/inputs/x/dataType: expected the number of an ONNX type, 1 to 13, got undefined.'],
    ['bfloat16', { dims: ['1'], dataType: 16 }, '/inputs/x/dataType: expected the number of an ONNX type, 1 to 13, got 16.'], // biome-ignore format: one line a case
    ['dims of another kind', { dims: '1', dataType: 1 }, '/inputs/x/dims: expected a list of at most 16 lengths, got "1".'], // biome-ignore format: one line a case
    ['too many axes', { dims: new Array(17).fill('1'), dataType: 1 }, '/inputs/x/dims: expected a list of at most 16 lengths, got an array of 17.'], // biome-ignore format: one line a case
    ['more elements than there can be', { dims: ['2147483647', '2147483647'], dataType: 1, rawData: '' }, '/inputs/x/dims: expected at most 2147483648 elements, got 4611686014132420600.'], // biome-ignore format: one line a case
    ['… in as many axes as there can be', { dims: new Array(16).fill(2147483647), dataType: 1, rawData: '' }, `/inputs/x/dims: expected at most 2147483648 elements, got ${(2 ** 31 - 1) ** 16}.`], // biome-ignore format: one line a case
    ['many rows of nothing', { dims: ['50000000', '0'], dataType: 1 }, '/inputs/x/dims: expected at most 1000000 places for nothing, got [50000000, 0].'], // biome-ignore format: one line a case
    ['… of which no axis is long', { dims: [0, 1001, 1000], dataType: 8 }, '/inputs/x/dims: expected at most 1000000 places for nothing, got [0, 1001, 1000].'], // biome-ignore format: one line a case
    ['nothing of more places than an integer holds', { dims: [0, ...new Array(15).fill(2147483647)], dataType: 1 }, `/inputs/x/dims: expected at most 1000000 places for nothing, got [0${', 2147483647'.repeat(15)}].`], // biome-ignore format: one line a case
    ['too few bytes', { dims: ['2'], dataType: 1, rawData: base64(1, 2, 3, 4) }, '/inputs/x/rawData: expected 8 bytes for [2] of float32, got 4.'], // biome-ignore format: one line a case
    ['too few elements', { dims: ['2'], dataType: 1, floatData: [1] }, '/inputs/x/floatData: expected a list of 2 for [2], got an array of 1.'], // biome-ignore format: one line a case
    ['what is no base64', { dims: ['1'], dataType: 1, rawData: '!!!!' }, '/inputs/x/rawData: expected base64, got "!!!!".'], // biome-ignore format: one line a case
    ['a text that is no base64', { dims: ['2'], dataType: 8, stringData: ['', '***'] }, '/inputs/x/stringData/1: expected base64, got "***".'], // biome-ignore format: one line a case
    ['bytes that are no text', { dims: ['2'], dataType: 8, stringData: ['', '//79'] }, '/inputs/x/stringData/1: expected base64 of UTF-8, as strings are texts here, got other bytes.'], // biome-ignore format: one line a case
    ['bytes that are no booleans', { dims: ['1'], dataType: 9, rawData: base64(2) }, '/inputs/x/rawData: expected bytes of 0 and 1 for bool.'], // biome-ignore format: one line a case
    ['a number out of range', { dims: ['1'], dataType: 3, int32Data: [128] }, '/inputs/x/int32Data/0: expected int8, from -128 to 127, got 128.'], // biome-ignore format: one line a case
    ['a fraction', { dims: ['1'], dataType: 7, int64Data: [1.5] }, '/inputs/x/int64Data/0: expected a whole number, got 1.5.'], // biome-ignore format: one line a case
  ])('is refused: %s', (_, proto, message) => {
    expect(() => read(proto)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID', message }));
  });

  const expectRefused = (proto: object, message: string) =>
    expect(() => read(proto)).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', message: `/inputs/x/${message}.` }),
    );

  it.each([[[1]], true, '', ' 1', '0x1', '1.0', 1n, 1.5, {}])('is refused as a type: %s', (dataType) =>
    expectRefused(
      { dims: ['0'], dataType },
      `dataType: expected the number of an ONNX type, 1 to 13, got ${shownValue(dataType)}`,
    ),
  );

  it.each(['-1', -1, 1.5, 1e300, 2 ** 31, '2147483648', '99999999999', '0x1', '', null, true, [[1]], 2n ** 53n + 1n])(
    'is refused as a length: %s',
    (length) =>
      expectRefused(
        { dims: [0, length, 2], dataType: 1 },
        `dims/1: expected the length of an axis, 0 to 2147483647, got ${shownValue(length)}`,
      ),
  );

  it.each(['A', 'AA=', 'AAAAA', 'AA=A', 'AA A', '====', 'ÁAAA', 5, [[1]]])('is refused as raw data: %j', (rawData) =>
    expectRefused({ dims: ['1'], dataType: 1, rawData }, `rawData: expected base64, got ${shownValue(rawData)}`),
  );

  it.each([
    'x',
    '1e',
    '+-1',
    '..',
    '',
    ' 1',
    '+1',
    '.5',
    '1.',
    '01',
    '-',
    '0x1',
    'nan',
    '+Infinity',
    true,
    null,
    [[1]],
  ])('is refused as a number: %j', (item) =>
    expectRefused(
      { dims: ['1'], dataType: 1, floatData: [item] },
      `floatData/0: expected a number, got ${shownValue(item)}`,
    ),
  );

  it.each(['x', '', '-', '+1', '01', '1.0', '0x1', true, null, [[1]]])('is refused as a whole number: %j', (item) =>
    expectRefused(
      { dims: ['1'], dataType: 7, int64Data: [item] },
      `int64Data/0: expected a whole number, got ${shownValue(item)}`,
    ),
  );

  it('is written, and read again as the same', () => {
    for (const proto of [
      { dims: ['2'], dataType: 1, rawData: base64(0, 0, 128, 63, 0, 0, 0, 64), dataLocation: 'DEFAULT' },
      { dims: ['1'], dataType: 10, rawData: base64(0, 60), dataLocation: 'DEFAULT' },
      { dims: ['1'], dataType: 8, stringData: ['YQ=='], dataLocation: 'DEFAULT' },
    ]) {
      expect(protoOfTensor(read(proto))).toEqual(proto);
    }
  });
});
