import { copyFileSync, cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LoadModelOptions } from '../../../../src/runtime/models/load-options.js';
import { findModelFile } from '../../../../src/runtime/models/model-format.js';
import type { ModelSettings } from '../../../../src/runtime/models/model-settings.js';
import { loadTensorFlowSession } from '../../../../src/runtime/models/tensorflow/load-tensorflow.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';
import {
  addon,
  describeTensorFlow,
  loadTensorFlow,
  modelFixture,
  tensorFlowSettings,
  tfjs,
} from '../../../support/tensorflow.js';

const kinds = modelFixture('tensorflow/kinds');
const digits = modelFixture('digits-savedmodel');
const LFS_POINTER = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n';

const load = (path: string, options: LoadModelOptions = {}, settings: Partial<ModelSettings> = {}) =>
  loadTensorFlowSession(findModelFile(path), options, { ...tensorFlowSettings, ...settings });

/** A copy of a model that is then changed. */
function changed(model: string, change: (folder: string) => void): string {
  const folder = temporaryFolder();
  cpSync(model, folder, { recursive: true });
  change(folder);
  return folder;
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

// What is wrong with the model or the options is told before the package is looked for.
describe('loadTensorFlowSession() refuses', () => {
  it.each<[string, LoadModelOptions, string, string]>([
    ['a signature that is not there', { signature: 'lookups' }, kinds, "it has no signature 'lookups'"],
    ['an input that tfjs-node cannot be fed', { signature: 'double' }, kinds, "its input 'wide' is float64, which"],
    ['an input of any number of axes', { signature: 'any_rank' }, kinds, "its input 'any' does not say how many axes"],
    ['outputs that cannot be read, all of them', { signature: 'unreadable' }, kinds, "the output 'double' (float64)"],
  ])('%s', async (_, options, path, reason) => {
    await expect(load(path, options)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining(`Cannot load the model ${path}: `),
      fix: expect.stringMatching(/.{10}/),
    });
    await expect(load(path, options)).rejects.toThrow(reason);
  });

  it.each<[string, (folder: string) => void, string, string]>([
    [
      'a graph that is cut short',
      (folder) => writeFileSync(join(folder, 'saved_model.pb'), 'cut short'),
      'its saved_model.pb is none, or a part of one',
      'Copy the whole folder again',
    ],
    [
      'a graph that Git LFS holds',
      (folder) => writeFileSync(join(folder, 'saved_model.pb'), LFS_POINTER),
      'Git LFS holds it, and it has not been pulled.',
      'git lfs pull',
    ],
    [
      'a graph without its weights',
      (folder) => rmSync(join(folder, 'variables'), { recursive: true }),
      'its weights are not there: it has no variables/variables.index.',
      'Copy the whole folder again',
    ],
    [
      'the text form',
      (folder) => {
        rmSync(join(folder, 'saved_model.pb'));
        writeFileSync(join(folder, 'saved_model.pbtxt'), '');
      },
      'it has no saved_model.pb: its text form alone cannot be read.',
      'Save it again',
    ],
  ])('%s', async (_, change, reason, fix) => {
    const folder = changed(digits, change);
    await expect(load(folder)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining(`Cannot load the model ${folder}: ${reason}`),
      fix: expect.stringContaining(fix),
    });
  });

  it.each<[string, string, string, string]>([
    ['a model.json that is cut short', '{"modelTopology":', 'it is no JSON, or a part of one', 'Copy the whole folder'],
    ['a model.json that Git LFS holds', LFS_POINTER, 'Git LFS holds it, and it has not been pulled.', 'git lfs pull'],
    [
      'a model.json of something else',
      '{"name":"x"}',
      'it is no model of TensorFlow.js: it has no model',
      'model.json',
    ],
    ['a model.json that is no object', '5', 'it is no model of TensorFlow.js', 'model.json'],
  ])('%s', async (_, content, reason, fix) => {
    const path = join(temporaryFolder({ 'model.json': content }), 'model.json');
    await expect(load(path)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining(`Cannot load the model ${path}: ${reason}`),
      fix: expect.stringContaining(fix),
    });
  });

  it('weights of TensorFlow.js that Git LFS holds', async () => {
    const folder = changed(modelFixture('tensorflow/digits-graph'), (folder) =>
      writeFileSync(join(folder, 'group1-shard1of1.bin'), LFS_POINTER),
    );
    await expect(load(folder)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining('Git LFS holds its weights, and they have not been pulled.'),
      fix: 'git lfs pull',
    });
  });

  it('options of the session of ONNX Runtime', async () => {
    await expect(load(digits, { sessionOptions: { executionMode: 'parallel' } })).rejects.toMatchObject({
      code: 'SETTING_INVALID',
      message: 'The sessionOptions of loadModel() cannot be: digits-savedmodel is not run by ONNX Runtime.',
    });
  });

  it('a signature of what is no SavedModel', async () => {
    const path = modelFixture('tensorflow/digits-graph');
    await expect(load(path, { signature: 'serving_default' })).rejects.toMatchObject({
      code: 'SETTING_INVALID',
      message: 'The signature of loadModel() cannot be: model.json is no SavedModel, and has but one.',
    });
  });

  it('to run elsewhere than on CPU, whoever asks for it', async () => {
    const refusal = {
      code: 'PROVIDER_UNAVAILABLE',
      message: `Cannot load the model ${digits} on cuda: models of TensorFlow run on CPU only.`,
    };
    await expect(load(digits, { executionProviders: ['cuda', 'cpu'] })).rejects.toMatchObject(refusal);
    await expect(load(digits, {}, { executionProviders: ['cuda'] })).rejects.toMatchObject(refusal);
  });
});

describeTensorFlow('loadTensorFlowSession()', () => {
  it('loads the default signature, on CPU', async () => {
    const model = await loadTensorFlow(digits);
    expect(model.executionProvider).toBe('cpu');
    expect(model.inputs).toEqual([{ name: 'image', type: 'float32', shape: ['', 8, 8] }]);
    expect(model.outputs).toEqual([
      { name: 'label', type: 'int64', shape: [''] },
      { name: 'probabilities', type: 'float32', shape: ['', 10] },
    ]);
    await model.release();
  });

  it('loads the only signature', async () => {
    const model = await loadTensorFlow(modelFixture('tensorflow/one'));
    expect(model.outputs).toEqual([{ name: 'twice', type: 'float32', shape: ['', 3] }]);
    await model.release();
  });

  it('loads one of several signatures, with a type for each input', async () => {
    const model = await loadTensorFlow(kinds, { signature: 'numbers' });
    expect(model.inputs.map(({ name, type }) => [name, type])).toEqual([
      ['f32', 'float32'],
      ['flag', 'bool'],
      ['i32', 'int32'],
      ['i64', 'int64'],
      ['u8', 'uint8'],
    ]);
    await model.release();
  });

  it('leaves out outputs that cannot be read, and says so', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const model = await loadTensorFlow(kinds, { signature: 'partly_readable' });
    expect(model.outputs.map(({ name }) => name)).toEqual(['value']);
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/^kinds: the outputs 'double' \(float64\), 'u8' \(uint8\) cannot be read by tfjs-node/)],
    ]);
    await model.release();
  });

  it('says of an output that its shape is not known', async () => {
    const model = await loadTensorFlow(kinds, { signature: 'reshaped' });
    expect(model.outputs).toEqual([{ name: 'reshaped', type: 'float32', shape: ['...'] }]);
    await model.release();
  });

  it('runs on CPU instead, loudly, where another provider may be stood in for', async () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    const session = await load(digits, {}, { executionProviders: ['cuda'], providerFallback: true });
    expect(session.executionProvider).toBe('cpu');
    expect(error.mock.calls).toEqual([
      [expect.stringMatching(/^digits-savedmodel RUNS ON CPU INSTEAD OF CUDA, which cannot be had here: /)],
    ]);
    await session.release();
  });

  it.each<[string, (folder: string) => void, string]>([
    [
      'weights that are cut short',
      (folder) => writeFileSync(join(folder, 'variables/variables.data-00000-of-00001'), LFS_POINTER),
      'its weights are cut short or damaged, or Git LFS holds them. TensorFlow ',
    ],
    [
      'weights that are not there, but for their index',
      (folder) => rmSync(join(folder, 'variables/variables.data-00000-of-00001')),
      'a file of its folder is not there. TensorFlow ',
    ],
    [
      'the weights of another model',
      (folder) => {
        for (const name of ['variables.index', 'variables.data-00000-of-00001']) {
          copyFileSync(modelFixture(`tensorflow/kinds/variables/${name}`), join(folder, 'variables', name));
        }
      },
      'its weights are those of another model. TensorFlow ',
    ],
  ])('refuses %s', async (_, change, reason) => {
    const folder = changed(digits, change);
    const before = addon().getNumOfSavedModels();
    await expect(load(folder)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining(`Cannot load the model ${folder}: ${reason}`),
      fix: expect.stringContaining('Copy the whole folder again'),
    });
    expect(addon().getNumOfSavedModels()).toBe(before);
  });

  it('refuses a graph of TensorFlow.js with an input that cannot be fed, and frees it', async () => {
    const folder = changed(modelFixture('tensorflow/digits-graph'), (folder) => {
      const path = join(folder, 'model.json');
      writeFileSync(path, readFileSync(path, 'utf8').replace('"dtype": "DT_FLOAT"', '"dtype": "DT_COMPLEX64"'));
    });
    await (await load(modelFixture('tensorflow/dense-layers'))).release();
    const before = tfjs().memory().numTensors;
    await expect(load(folder)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining("its input 'image' has a type that TensorFlow.js cannot be fed."),
    });
    expect(tfjs().memory().numTensors).toBe(before);
  });

  it.each<[string, string, (folder: string) => void, string]>([
    [
      'weights that are not there',
      'digits-graph',
      (folder) => rmSync(join(folder, 'group1-shard1of1.bin')),
      'a file of its weights is not there. TensorFlow.js says: ',
    ],
    [
      'weights that are cut short, of a graph',
      'digits-graph',
      (folder) => truncateSync(join(folder, 'group1-shard1of1.bin'), 1000),
      'its weights are cut short, or those of another model. TensorFlow.js says: ',
    ],
    [
      'weights that are cut short, of layers',
      'dense-layers',
      (folder) => truncateSync(join(folder, 'weights.bin'), 20),
      'its weights are cut short, or those of another model. TensorFlow.js says: ',
    ],
  ])('refuses %s', async (_, model, change, reason) => {
    const path = join(changed(modelFixture(`tensorflow/${model}`), change), 'model.json');
    await expect(load(path)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining(`Cannot load the model ${path}: ${reason}`),
      fix: expect.stringContaining('Copy the whole folder again'),
    });
  });

  it('refuses texts where no temporary file can be written', async () => {
    vi.stubEnv('TMPDIR', '/there/is/no/such/folder');
    await expect(load(kinds, { signature: 'text' })).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining(
        'its graph, changed to give texts, cannot be written to /there/is/no/such/folder',
      ),
      fix: 'Make that folder writable, or name one that is in TMPDIR.',
    });
  });

  it('refuses layers of Keras 3, and says what to do', async () => {
    const folder = temporaryFolder({
      'model.json': JSON.stringify({
        format: 'layers-model',
        modelTopology: {
          model_config: {
            class_name: 'Sequential',
            config: {
              name: 's',
              layers: [{ class_name: 'InputLayer', config: { batch_shape: [null, 3], name: 'i' } }],
            },
          },
        },
        weightsManifest: [],
      }),
    });
    await expect(load(folder)).rejects.toMatchObject({
      message: expect.stringContaining('it has a layer that TensorFlow.js 4 does not know: one of Keras 3'),
      fix: expect.stringContaining('TF_USE_LEGACY_KERAS=1'),
    });
  });
});
