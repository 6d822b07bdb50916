import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HostError } from '../../../src/errors.js';
import { findModel, type ModelFolders } from '../../../src/runtime/models/model-path.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/**
 * Looks for a model where these files are; `models` is AZUREML_MODEL_DIR, `app` the app root, `entry` the entry's folder,
 * `here` the working folder.
 */
function find(
  name: string,
  paths: readonly string[],
  more: Partial<ModelFolders> = {},
  version?: number | string,
): string {
  const files = paths.map((path) => [path, path.endsWith('model.json') ? '{"modelTopology": {}}' : '']);
  const folder = temporaryFolder(Object.fromEntries(files));
  const folders = {
    modelDir: join(folder, 'models'),
    appRoot: join(folder, 'app'),
    entryDir: join(folder, 'entry'),
    workingDir: join(folder, 'here'),
  };
  return findModel(name, { ...folders, ...more }, version).replace(`${folder}/`, '');
}

describe('findModel() finds', () => {
  it.each<[string, string, readonly string[], string]>([
    ['a file by its whole name', 'm.onnx', ['models/m.onnx'], 'models/m.onnx'],
    ['a file without its ending', 'm', ['models/m.onnx'], 'models/m.onnx'],
    ['a file in a folder, as one model is mounted', 'deep/m.onnx', ['models/deep/m.onnx'], 'models/deep/m.onnx'],
    ['NAME/VERSION, as several models are mounted', 'm', ['models/m/3/model.onnx'], 'models/m/3/model.onnx'],
    ['the highest version, as numbers', 'm', ['models/m/9/a.onnx', 'models/m/10/a.onnx'], 'models/m/10/a.onnx'],
    ['a version that is named', 'm/9', ['models/m/9/a.onnx', 'models/m/10/a.onnx'], 'models/m/9/a.onnx'],
    ['a file of a version', 'm/2/b.onnx', ['models/m/2/a.onnx', 'models/m/2/b.onnx'], 'models/m/2/b.onnx'],
    ['the folder, where it holds several files', 'm', ['models/m/2/a.onnx', 'models/m/2/b.onnx'], 'models/m/2'],
    ['the one model beside other files', 'm', ['models/m/1/a.onnx', 'models/m/1/labels.txt'], 'models/m/1/a.onnx'],
    ['a folder that is no model file', 'm', ['models/m/saved_model.pb'], 'models/m'],
    ['a folder of several files before the file of its name', 'm', ['models/m/a.onnx', 'models/m/b.onnx', 'models/m.onnx'], 'models/m'], // biome-ignore format: one line a case
    ['a folder with a model before the file of its name', 'm', ['models/m/a.onnx', 'models/m.onnx'], 'models/m/a.onnx'],
    ['the file before a folder without a model', 'm', ['models/m/labels.txt', 'models/m.onnx'], 'models/m.onnx'],
    ['… in which a version has none, either', 'm', ['models/m/1/labels.txt', 'models/m.onnx'], 'models/m.onnx'],
    ['a folder without a model, where nothing else is', 'm', ['models/m/vocabulary.txt'], 'models/m'],
    ['… in its highest version', 'm', ['models/m/1/model.pkl', 'models/m/2/model.pkl'], 'models/m/2'],
    ['… before what the next place has', 'm', ['models/m/vocabulary.txt', 'entry/m.onnx'], 'models/m'],
    ['a file that is no model', 'm/labels.txt', ['models/m/labels.txt', 'models/m/a.onnx'], 'models/m/labels.txt'],
    ['the model beside a folder called as a version is', 'm', ['models/m/a.onnx', 'models/m/2024/log.txt'], 'models/m/a.onnx'], // biome-ignore format: one line a case
    ['several models beside such a folder', 'm', ['models/m/a.onnx', 'models/m/b.onnx', 'models/m/2024/log.txt'], 'models/m'], // biome-ignore format: one line a case
    ['names with slashes too many', '/m//2/', ['models/m/2/a.onnx'], 'models/m/2/a.onnx'],
    ['below azureml-models in the app root', 'm', ['app/azureml-models/m/4/a.onnx'], 'app/azureml-models/m/4/a.onnx'],
    ['beside the entry module', 'm', ['entry/m.onnx'], 'entry/m.onnx'],
    [
      'below azureml-models in the working folder',
      'm',
      ['here/azureml-models/m/4/a.onnx'],
      'here/azureml-models/m/4/a.onnx',
    ],
    ['in the working folder', 'm', ['here/m/a.onnx'], 'here/m/a.onnx'],
    ['a SavedModel', 'm', ['models/m/2/saved_model.pb', 'models/m/2/variables/x'], 'models/m/2'],
    ['a SavedModel under its own name', 'm', ['models/m/2/own/saved_model.pb'], 'models/m/2/own'],
    ['a model of TensorFlow.js', 'm', ['models/m/2/model.json', 'models/m/2/weights.bin'], 'models/m/2/model.json'],
    ['in that order', 'm', ['models/m.onnx', 'app/azureml-models/m.onnx', 'entry/m.onnx'], 'models/m.onnx'],
    [
      '… of which the first may have nothing',
      'm',
      ['app/azureml-models/m.onnx', 'entry/m.onnx'],
      'app/azureml-models/m.onnx',
    ],
  ])('%s', (_, name, paths, found) => expect(find(name, paths)).toBe(found));

  it('a version that is a link', () => {
    const folder = temporaryFolder({ 'm/1/a.onnx': '', 'other/b.onnx': '' });
    symlinkSync('../other', join(folder, 'm/2'));
    const folders = { modelDir: folder, appRoot: folder, entryDir: folder, workingDir: folder };
    expect(findModel('m', folders)).toBe(join(folder, 'm/2/b.onnx'));
  });

  it('models below a folder that is written with slashes too many', () => {
    const folder = temporaryFolder({ 'models/m/1/a.onnx': '' });
    const modelDir = `${folder}//models//`;
    const folders = { modelDir, appRoot: folder, entryDir: folder, workingDir: folder };
    expect(findModel('m', folders)).toBe(join(folder, 'models/m/1/a.onnx'));
  });
});

describe('findModel(), where AZUREML_MODEL_DIR is the version of the one model', () => {
  it('finds its file, whatever that is called', () => {
    const folder = temporaryFolder({ 'azureml-models/m/3/model.onnx': '' });
    const modelDir = join(folder, 'azureml-models/m/3');
    const folders = { modelDir, appRoot: folder, entryDir: folder, workingDir: folder };
    expect(findModel('m', folders)).toBe(join(modelDir, 'model.onnx'));
    expect(findModel('model', folders)).toBe(join(modelDir, 'model.onnx'));
    expect(findModel('m', folders, 3)).toBe(join(modelDir, 'model.onnx'));
    expect(() => findModel('m', folders, 2)).toThrow(/Cannot find the model 'm' in version 2: looked for m\/2 in/);
  });
});

describe('findModel(), where such a folder has a folder of the name in it', () => {
  it.each<[string, string, string]>([
    ['prefers that, where it has a model', 'm/a.onnx', 'm/a.onnx'],
    ['prefers the model of the version, where it has none', 'm/vocabulary.txt', 'b.onnx'],
  ])('%s', (_, path, found) => {
    const folder = temporaryFolder({ [`m/3/${path}`]: '', 'm/3/b.onnx': '' });
    const modelDir = join(folder, 'm/3');
    const folders = { modelDir, appRoot: folder, entryDir: folder, workingDir: folder };
    expect(findModel('m', folders)).toBe(join(modelDir, found));
  });
});

describe('findModel() finds a version that is asked for', () => {
  it.each<[string, number | string, readonly string[], string]>([
    ['by number', 9, ['models/m/9/a.onnx', 'models/m/10/a.onnx'], 'models/m/9/a.onnx'],
    ['by text', '9', ['models/m/9/a.onnx', 'models/m/10/a.onnx'], 'models/m/9/a.onnx'],
    [
      'in the first folder that has it',
      1,
      ['models/m/2/a.onnx', 'app/azureml-models/m/1/a.onnx'],
      'app/azureml-models/m/1/a.onnx',
    ],
  ])('%s', (_, version, paths, found) => expect(find('m', paths, {}, version)).toBe(found));

  it('and nothing else', () => {
    expect(() => find('m', ['models/m/2/a.onnx', 'models/m.onnx'], {}, 3)).toThrow(
      /'m' in version 3: looked for m\/3 in/,
    );
    expect(() => find('m', ['models/m/2/a.onnx'], {}, '../../x')).toThrow(/the path leads out of .*models/);
  });
});

describe('findModel() refuses', () => {
  it.each(['../entry/m.onnx', '..', 'deep/../../entry/m', '/../entry/m.onnx'])(
    'a way out of its folders: %s',
    (name) => {
      expect(() => find(name, ['models/deep/x', 'entry/m.onnx'])).toThrow(/the path leads out of .*models/);
    },
  );

  it.each<[name: string, version?: number]>([[''], ['.'], ['./'], ['/'], ['deep/..'], ['', 3], ['.', 3]])(
    'what is no name: %j',
    (name, version) => {
      const refused = () => find(name, ['models/a.onnx', 'models/3/a.onnx', 'models/deep/x'], {}, version);
      expect(refused).toThrow(HostError);
      expect(refused).toThrow(
        /^modelPath\('.*'\): a name is that of a file or folder in \/.*models, and this is that folder itself\.$/,
      );
    },
  );

  it('what cannot be read, with the reason', () => {
    const folder = temporaryFolder({ 'models/other.onnx': '' });
    symlinkSync('m', join(folder, 'models/m'));
    const none = join(folder, 'none');
    const folders = { modelDir: join(folder, 'models'), appRoot: none, entryDir: none, workingDir: none };
    expect(() => findModel('m', folders)).toThrow(
      `  ${folder}/models\n    (m: it cannot be read: its links lead in a circle)\n    m\n    other.onnx\n`,
    );
  });

  it('what is nowhere, with all that was searched', () => {
    const folder = temporaryFolder({ 'models/other/1/a.onnx': '', 'entry/score.ts': '' });
    const folders = {
      modelDir: join(folder, 'models'),
      appRoot: join(folder, 'app'),
      entryDir: join(folder, 'entry'),
      workingDir: join(folder, 'entry'),
    };
    expect(() => findModel('m', folders)).toThrow(
      new HostError(
        'MODEL_INVALID',
        [
          `Cannot find the model 'm': looked for m, m.onnx and m/VERSION in`,
          `  ${folder}/models`,
          '    other/',
          '      1/',
          '        a.onnx',
          `  ${folder}/app/azureml-models`,
          '    (there is no such folder)',
          `  ${folder}/entry/azureml-models`,
          '    (there is no such folder)',
          `  ${folder}/entry`,
          '    score.ts',
        ].join('\n'),
        { fix: 'Copy the model beside the entry module, or set AZUREML_MODEL_DIR (--model_dir) to its folder.' },
      ),
    );
  });

  it('a folder twice: the entry module may lie in the model folder', () => {
    const folder = temporaryFolder({ 'score.ts': '' });
    try {
      findModel('m', { modelDir: folder, appRoot: folder, entryDir: folder, workingDir: folder });
      expect.unreachable();
    } catch (error) {
      expect((error as Error).message.split('score.ts')).toHaveLength(2);
    }
  });
});
