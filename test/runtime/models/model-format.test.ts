import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HostError } from '../../../src/errors.js';
import {
  findModelFile,
  highestVersion,
  type ModelFormat,
  modelAt,
  modelName,
  modelsIn,
} from '../../../src/runtime/models/model-format.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const tfjs = '{"format": "layers-model", "modelTopology": {}, "weightsManifest": []}';
/** Root may read everything. */
const isRoot = process.getuid?.() === 0;

function filesOf(paths: readonly string[]): Record<string, string> {
  return Object.fromEntries(paths.map((path) => [path, path.endsWith('model.json') ? tfjs : '']));
}

/** The models in a folder with these files and links, by their paths in it. */
function found(paths: readonly string[], links: Readonly<Record<string, string>> = {}): string[] {
  const folder = temporaryFolder(filesOf(paths));
  for (const [path, target] of Object.entries(links)) symlinkSync(target, join(folder, path));
  return modelsIn(folder).map(({ path }) => path.replace(`${folder}/`, ''));
}

function refusalOf(path: string): HostError {
  try {
    findModelFile(path);
  } catch (error) {
    if (error instanceof HostError) return error;
    throw error;
  }
  return expect.unreachable();
}

describe('modelName() tells a model from others:', () => {
  it.each<[path: string, name: string]>([
    ['/m/digits.onnx', 'digits.onnx'],
    ['/m/digits-savedmodel', 'digits-savedmodel'],
    ['/m/digits/digits.onnx', 'digits.onnx'],
    ['/m/a/model.onnx', 'a/model.onnx'],
    ['/m/a/Model.ONNX', 'a/Model.ONNX'],
    ['/m/a/model.ort', 'a/model.ort'],
    ['/m/graph/model.json', 'graph/model.json'],
    ['/m/digits/model', 'digits/model'],
    ['/m/digits/saved_model', 'digits/saved_model'],
    ['/m/mod/2', 'mod/2'],
    ['/m/mod/2/', 'mod/2'],
    ['/m/digits/2/model.onnx', 'digits/2/model.onnx'],
    ['/m/digits/1/b.onnx', 'digits/1/b.onnx'],
    ['/m/digits/1/own', 'digits/1/own'],
    ['/m/digits/model/model.onnx', 'digits/model/model.onnx'],
    ['/m/v2/b.onnx', 'b.onnx'],
    ['/model.onnx', 'model.onnx'],
    ['/1/2', '1/2'],
  ])('%s is %s', (path, name) => expect(modelName({ format: 'onnx', path })).toBe(name));
});

describe('modelAt() takes for a model', () => {
  it.each<[string, string, ModelFormat]>([
    ['an .onnx file', 'm.onnx', 'onnx'],
    ['… in capitals', 'M.ONNX', 'onnx'],
    ['an .ort file', 'm.ort', 'onnx'],
    ['a model.json', 'model.json', 'tfjs'],
  ])('%s', (_, name, format) => {
    const path = join(temporaryFolder(filesOf([name])), name);
    expect(modelAt(path)).toEqual({ format, path });
  });

  it('a folder with a SavedModel, and the file in it', () => {
    const path = join(temporaryFolder({ 'm/saved_model.pb': '' }), 'm');
    expect(modelAt(path)).toEqual({ format: 'saved-model', path });
    expect(modelAt(join(path, 'saved_model.pb'))).toEqual({ format: 'saved-model', path });
  });

  it.each<[string, string]>([
    ['with its keys far in', `{"format": "graph-model", "signature": "${'x'.repeat(60_000)}", "modelTopology" : {}}`],
    ['with its weights first', '{"weightsManifest": [], "modelTopology": {}}'],
    ['that is cut short', '{"modelTopology":'],
    ['that Git LFS holds', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n'],
  ])('a .json %s', (_, content) => {
    expect(modelAt(join(temporaryFolder({ 'm.json': content }), 'm.json'))?.format).toBe('tfjs');
  });

  it.each(['{}', '', '{"name": "modelTopology"}', '[]'])('no other .json: %j', (content) => {
    expect(modelAt(join(temporaryFolder({ 'model.json': content }), 'model.json'))).toBeUndefined();
  });

  it('nothing that is not there, or no file', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'folder.onnx'));
    mkdirSync(join(folder, 'model.json'));
    for (const name of ['none.onnx', 'folder.onnx', 'model.json']) expect(modelAt(join(folder, name))).toBeUndefined();
  });
});

describe('modelsIn() finds', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['every model of a folder, by name', ['b.onnx', 'a.onnx', 's/saved_model.pb'], ['a.onnx', 'b.onnx', 's']],
    ['a model, past a folder that is called as a version is', ['a.onnx', '2024/log.txt'], ['a.onnx']],
    ['… even one with a model', ['a.onnx', '2024/b.onnx'], ['a.onnx']],
    ['the model of the highest version', ['1/a.onnx', '2/b.onnx', '10/c.onnx'], ['10/c.onnx']],
    ['… which may be a SavedModel', ['1/saved_model.pb', '2/saved_model.pb'], ['2']],
    ['versions of versions', ['1/5/a.onnx', '2/3/b.onnx', '2/4/c.onnx'], ['2/4/c.onnx']],
    ['nothing in a highest version that is empty', ['1/a.onnx', '2/labels.txt'], []],
    ['no hidden files: macOS leaves them', ['a.onnx', '._a.onnx', '.b/saved_model.pb'], ['a.onnx']],
    ['a model.json', ['model.json', 'weights.bin'], ['model.json']],
    ['no other .json', ['a.onnx', 'b.json'], ['a.onnx']],
    ['nothing below other folders', ['deep/a.onnx'], []],
  ])('%s', (_, paths, models) => expect(found(paths)).toEqual(models));

  it('no model.json that is none', () => {
    const folder = temporaryFolder({ 'a.onnx': '', 'model.json': '{}' });
    expect(modelsIn(folder)).toEqual([{ format: 'onnx', path: join(folder, 'a.onnx') }]);
  });

  it('a version that is a link, as mounts of volumes make them', () => {
    expect(found(['1/a.onnx', 'other/b.onnx'], { '2': 'other' })).toEqual(['2/b.onnx']);
  });

  it('a model that is a link, beside the folder that it leads to', () => {
    expect(found(['..2024/a.onnx'], { '..data': '..2024', 'a.onnx': '..data/a.onnx' })).toEqual(['a.onnx']);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['to its own folder', { '2': '.' }],
    ['to the folder above', { '1/2': '..' }],
    ['to itself', { '2': '2' }],
    ['to nothing', { '2': 'none' }],
  ])('the version beside a link that leads %s', (_, links) => {
    expect(found(['1/7/a.onnx'], links)).toEqual(['1/7/a.onnx']);
  });

  it('a model, past an entry that cannot be read', () => {
    expect(found(['a.onnx'], { loop: 'loop', 'loop.onnx': 'loop.onnx', 'model.json': 'model.json' })).toEqual([
      'a.onnx',
    ]);
  });
});

describe('highestVersion() compares', () => {
  it.each<[string, readonly string[], string]>([
    ['numbers, not texts', ['9', '10'], '10'],
    ['numbers beyond 2^53', ['9007199254740998', '9007199254740999', '9007199254740997'], '9007199254740999'],
    ['numbers of any length', ['1', '9'.repeat(200)], '9'.repeat(200)],
    ['spellings of one number by their length', ['010', '10', '0010'], '10'],
  ])('%s', (_, versions, highest) => {
    const folder = temporaryFolder(filesOf(versions.map((version) => `${version}/a.onnx`)));
    expect(highestVersion(folder)).toBe(join(folder, highest));
  });
});

it('findModelFile() leaves it to the loader what a .json is that is named', () => {
  const path = join(temporaryFolder({ 'm.json': '{}' }), 'm.json');
  expect(findModelFile(path)).toEqual({ format: 'tfjs', path });
});

describe('findModelFile() refuses', () => {
  const fix = 'Give the path of an .onnx file, a SavedModel folder or the model.json of TensorFlow.js.';

  it.each<[string, Readonly<Record<string, string>>, string, string, string]>([
    ['what is not there', { 'n.onnx': '' }, 'm.onnx', 'there is no such file. What is there:\n', 'Mend the path'],
    ['another file', { 'm.txt': '' }, 'm.txt', 'it is no .onnx file, SavedModel folder or model.json.', fix],
    ['several models', { 'm/a.onnx': '', 'm/b.onnx': '' }, 'm', 'it is a folder with 2 models. ', 'Name one of them.'],
    ['no model', { 'm/1/a.txt': '' }, 'm', 'it is a folder without a model. What is in it:\n', 'Name an .onnx file'],
  ])('%s', (_, files, name, reason, fix) => {
    const path = join(temporaryFolder(files), name);
    const refusal = refusalOf(path);
    expect(refusal.code).toBe('MODEL_INVALID');
    expect(refusal.message).toContain(`Cannot load the model ${path}: ${reason}`);
    expect(refusal.fix).toContain(fix);
  });

  it('a link in a circle', () => {
    const path = join(temporaryFolder(), 'm.onnx');
    symlinkSync(path, path);
    expect(refusalOf(path)).toMatchObject({
      code: 'MODEL_INVALID',
      message: `Cannot load the model ${path}: it cannot be read: its links lead in a circle.`,
      fix: 'Let the user that the host runs as read it (chmod -R o+rX; a container has user 1000), or mend the link.',
    });
  });

  it.skipIf(isRoot).each<[what: string, named: string, closed: string, blamed: string, reason: string]>([
    ['a folder', 'm', 'm', 'm', ''],
    ['the highest version of one', 'm', 'm/2', 'm', 'its highest version is PATH/2, and '],
    ['a model.json', 'm/model.json', 'm/model.json', 'm/model.json', ''],
    ['a file', 'm/2/a.onnx', 'm/2/a.onnx', 'm/2/a.onnx', ''],
    ['the one file of a folder', 'm', 'm/2/a.onnx', 'm/2/a.onnx', ''],
  ])('%s that may not be read', (_, named, closed, blamed, reason) => {
    const folder = temporaryFolder({ 'm/1/a.onnx': '', 'm/2/a.onnx': '', 'm/model.json': '' });
    const path = join(folder, blamed);
    chmodSync(join(folder, closed), 0);
    const { message } = refusalOf(join(folder, named));
    chmodSync(join(folder, closed), 0o700);
    const whole = `${reason.replace('PATH', path)}it cannot be read: permission denied.`;
    expect(message).toBe(`Cannot load the model ${path}: ${whole}`);
  });
});
