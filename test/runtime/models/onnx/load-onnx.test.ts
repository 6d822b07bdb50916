import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { HostError } from '../../../../src/errors.js';
import { loadModelFile } from '../../../../src/runtime/models/load-model.js';
import type { LoadModelOptions } from '../../../../src/runtime/models/load-options.js';
import type { Model } from '../../../../src/runtime/models/model.js';
import { defaultModelSettings } from '../../../../src/runtime/models/model-settings.js';
import { Tensor } from '../../../../src/tensor.js';
import { modelsFolder, valuesOf } from '../../../support/models.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

const load = async (path: string, options: LoadModelOptions = {}): Promise<Model> =>
  (await loadModelFile(path, options, defaultModelSettings)).model;
const odd = (name: string) => join(modelsFolder, 'odd', `${name}.onnx`);

async function refusal(path: string, options?: LoadModelOptions): Promise<HostError> {
  try {
    await load(path, options);
  } catch (error) {
    return error as HostError;
  }
  throw new Error('it was loaded');
}

const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
afterEach(() => warn.mockClear());
afterAll(() => warn.mockRestore());

describe('an .onnx file that cannot be loaded is told', () => {
  const whole = readFileSync(join(modelsFolder, 'digits.onnx'));
  const external = readFileSync(join(modelsFolder, 'external.onnx'));
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n';
  const files = temporaryFolder({
    'text.onnx': 'no model at all',
    'empty.onnx': '',
    'half.onnx': whole.subarray(0, whole.length / 2),
    'pointer.onnx': pointer,
    'external.onnx': external,
    'short/external.onnx': external,
    'short/external.weights': 'abc',
    'labels.txt': 'a\nb\n',
  });

  it.each<[string, string, RegExp, RegExp]>([
    ['a text', join(files, 'text.onnx'), /it is no ONNX model, or a part of one\. ONNX Runtime says: Protobuf parsing failed\.$/, /Export the model again/], // biome-ignore format: one line a case
    ['an empty file', join(files, 'empty.onnx'), /it is no ONNX model, or a part of one/, /copy it whole/],
    ['half of a model', join(files, 'half.onnx'), /it is no ONNX model, or a part of one/, /copy it whole/],
    [
      'a pointer of Git LFS',
      join(files, 'pointer.onnx'),
      /Git LFS holds it, and it has not been pulled/,
      /^Pull it: git lfs pull/,
    ],
    ['weights that are not there', join(files, 'external.onnx'), /its weights lie in a file of their own, which is not there.*External data path does not exist/s, /Copy the file of the weights beside the model/], // biome-ignore format: one line a case
    ['weights of another model', join(files, 'short/external.onnx'), /its weights lie in a file of their own/, /Copy the file of the weights/], // biome-ignore format: one line a case
    ['a type that JavaScript cannot hold', odd('bfloat16'), /an input or output has a type that JavaScript cannot hold/, /Export it with float32 or float16/], // biome-ignore format: one line a case
    ['an opset that is too new', odd('newer-opset'), /it was exported for a newer ONNX Runtime\..* till opset \d+\.$/s, /older opset/], // biome-ignore format: one line a case
    ['a file format that is too new', odd('newer-ir'), /it was exported for a newer ONNX Runtime/, /older opset/],
    ['an operator that nobody knows', odd('custom-op'), /it has an operator that ONNX Runtime does not know.*example\.com:Twist/, /without custom operators/], // biome-ignore format: one line a case
    ['a name that no object can have', odd('proto-name'), /it has an input or output named __proto__/, /another name/],
    [
      'only a sequence',
      odd('only-sequence'),
      /the output 's' cannot be read: a sequence or map, no tensor\.$/,
      /zipmap/,
    ],
    ['a sequence as input', odd('sequence-input'), /its input 's' is no tensor, but a sequence/, /tensors as inputs/],
    [
      'no file',
      join(files, 'none.onnx'),
      /there is no such file\. What is there:\n.*\n {4}empty\.onnx\n/s,
      /Mend the path/,
    ],
    [
      'another file',
      join(files, 'labels.txt'),
      /it is no \.onnx file, SavedModel folder or model\.json/,
      /Give the path/,
    ],
    ['a folder with several models', files, /it is a folder with 5 models\. What is in it:\n/, /Name one of them/],
  ])('%s', async (_, path, message, fix) => {
    const error = await refusal(path);
    expect(error).toMatchObject({ name: 'HostError', code: 'MODEL_INVALID' });
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^Cannot load the model \//);
    expect(error.message).not.toMatch(/onnxruntime_src/);
    expect(error.fix).toMatch(fix);
  });

  it('a folder with one model in it is that model', async () => {
    const folder = temporaryFolder({ 'm.onnx': readFileSync(odd('add')), 'labels.txt': '' });
    expect((await load(folder)).inputs.map(({ name }) => name)).toEqual(['a', 'b']);
  });
});

describe('a session', () => {
  it('holds every type that JavaScript can hold, there and back', async () => {
    const model = await load(odd('every-type'));
    const samples: Record<string, unknown> = {
      float32: [1.5, -0, Number.NaN],
      uint8: [0, 255, 1],
      int8: [-128, 127, 0],
      uint16: [0, 65535, 1],
      int16: [-32768, 32767, 0],
      int32: [-(2 ** 31), 2 ** 31 - 1, 0],
      int64: [-(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n + 1n],
      string: ['', 'žluť', '𝄞'],
      bool: [true, false, true],
      float16: [0.5, -65504, 6e-8],
      float64: [Math.PI, Number.MIN_VALUE, -Number.MAX_VALUE],
      uint32: [0, 2 ** 32 - 1, 1],
      uint64: [0n, 2n ** 64n - 1n, 1n],
    };
    expect(Object.keys(samples)).toEqual(model.inputs.map(({ name }) => name));
    const outputs = await model.run(samples as Parameters<Model['run']>[0]);
    for (const [name, values] of Object.entries(samples)) {
      const rounded = name === 'float16' ? [0.5, -65504, 2 ** -24] : values;
      expect(valuesOf(outputs[`${name}_out`] as Tensor)).toEqual(rounded);
    }
  });

  it('takes no rows', async () => {
    const model = await load(join(modelsFolder, 'mixed.onnx'));
    const { score, name_out } = await model.run({ name: [], count: [], flag: [], weight: [] });
    expect([score?.dims, name_out?.dims, name_out?.data]).toEqual([[0], [0], []]);
  });

  it('leaves out what is no tensor, and says how to get it', async () => {
    const model = await load(join(modelsFolder, 'iris-zipmap.onnx'));
    expect(model.outputs.map(({ name }) => name)).toEqual(['output_label']);
    expect(warn).toHaveBeenCalledOnce();
    expect(warn.mock.lastCall?.[0]).toMatch(
      /^iris-zipmap\.onnx: the output 'output_probability' cannot be read and will be left out: .*'zipmap': False/,
    );
  });

  it('blames shapes that do not go together, in words of its own', async () => {
    const model = await load(join(modelsFolder, 'mixed.onnx'));
    const feeds = { name: ['a'], count: [1, 2, 3], flag: [true, false], weight: [1, 2] };
    await expect(model.run(feeds)).rejects.toMatchObject({
      code: 'FEEDS_INVALID',
      message:
        "Cannot run mixed.onnx on 'name' (string [1]), 'count' (int64 [3]), 'flag' (bool [2]), 'weight' (float32 [2]): " +
        'its Where node failed: Attempting to broadcast an axis by a dimension other than 1. 2 by 3.',
    });
  });

  it('takes a slice of a larger buffer, also of float16', async () => {
    const add = await load(odd('add'));
    const buffer = Float32Array.of(9, 9, 1, 2, 9);
    const a = new Tensor('float32', buffer.subarray(2, 4), [1, 2]);
    expect(valuesOf((await add.run({ a, b: [[10, 20]] })).sum as Tensor)).toEqual([[11, 22]]);
    const half = await load(join(modelsFolder, 'half.onnx'));
    const { y } = await half.run({ x: [0, 0, 1.5] });
    const x = new Tensor('float16', (y as Tensor).data.slice(1) as Uint16Array, [2]);
    expect(valuesOf((await half.run({ x })).y as Tensor)).toEqual([0, 6]);
  });

  it('has the options of the call over those of the settings', async () => {
    const profile = join(temporaryFolder(), 'profile');
    const settings = { ...defaultModelSettings, sessionOptions: { graphOptimizationLevel: 'wrong' } };
    await expect(loadModelFile(odd('add'), {}, settings)).rejects.toMatchObject({
      message: expect.stringMatching(/graphOptimizationLevel of SCOREHOST_SESSION_OPTIONS cannot be/),
    });
    const error = await refusal(odd('add'), { sessionOptions: { profileFilePrefix: profile, logSeverityLevel: 9 } });
    expect(error.message).toMatch(/logSeverityLevel of loadModel\(\) cannot be: it is 9/);
  });
});

describe('the warm-up', () => {
  it('tells of a model that zeros do not suit, and loads it all the same', async () => {
    const model = await load(odd('kernel'));
    expect(warn.mock.lastCall?.[0]).toMatch(/^kernel\.onnx could not be warmed up on zeros.*its Conv node failed/);
    expect((await model.run({ x: new Tensor('float32', new Float32Array(25), [1, 1, 5, 5]) })).y?.dims).toEqual([
      1, 1, 1, 1,
    ]);
  });

  it('is left out where it is not wanted, and for inputs that are huge', async () => {
    await load(odd('kernel'), { warmUp: false });
    expect(warn).not.toHaveBeenCalled();
  });
});
