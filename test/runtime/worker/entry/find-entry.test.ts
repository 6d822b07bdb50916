import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HostError } from '../../../../src/errors.js';
import { type Entry, findEntry, findUnnamedEntry } from '../../../../src/runtime/worker/entry/find-entry.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

/** Root may read everything. */
const isRoot = process.getuid?.() === 0;
const NOTHING = 'the folder has no score.* or main.* (.ts, .mts, .cts, .js, .mjs, .cjs)';

function refusalOf(find: () => Entry): HostError {
  try {
    find();
  } catch (error) {
    if (error instanceof HostError) return error;
    throw error;
  }
  return expect.unreachable();
}

describe('findEntry() finds', () => {
  it.each<[string, readonly string[], string, Entry]>([
    ['a module', ['a.ts'], 'a.ts', { kind: 'module', path: 'a.ts' }],
    ['a model', ['a.onnx'], 'a.onnx', { kind: 'model', path: 'a.onnx' }],
    ['score before main', ['main.ts', 'score.cjs'], '.', { kind: 'module', path: 'score.cjs' }],
    ['a module before a model', ['a.onnx', 'main.js'], '.', { kind: 'module', path: 'main.js' }],
    ['the one model of a folder', ['a.onnx', 'package.json'], '.', { kind: 'model', path: 'a.onnx' }],
    [
      'a model beside a folder called as a version is',
      ['a.onnx', '2024/log.txt'],
      '.',
      { kind: 'model', path: 'a.onnx' },
    ],
    ['a model beside what macOS left', ['a.onnx', '._a.onnx'], '.', { kind: 'model', path: 'a.onnx' }],
    ['a model beside a model.json that is none', ['a.onnx', 'model.json'], '.', { kind: 'model', path: 'a.onnx' }],
  ])('%s', (_, paths, entry, found) => {
    const folder = temporaryFolder(Object.fromEntries(paths.map((path) => [path, '{}'])));
    expect(findEntry(entry, folder)).toEqual({ ...found, path: join(folder, found.path) });
  });

  it('a model beside a link in a circle', () => {
    const folder = temporaryFolder({ 'a.onnx': '' });
    symlinkSync('loop.onnx', join(folder, 'loop.onnx'));
    expect(findEntry('.', folder)).toEqual({ kind: 'model', path: join(folder, 'a.onnx') });
  });
});

describe('findEntry() refuses', () => {
  it.each<[string, string, string, string]>([
    ['what is not there', 'none.ts', 'there is no such file or folder.', 'package.json'],
    ['what is in no folder', 'no/score.ts', 'there is no such file or folder.', '(there is no such folder)'],
    ['no module and no model', 'empty', `${NOTHING}, and no model.`, 'readme.txt'],
    ['several models', 'two', `${NOTHING}, and more than one model.`, 'a.onnx'],
    [
      'another language',
      'model.py',
      'an entry module ends in .ts, .mts, .cts, .js, .mjs, .cjs, a model in .onnx.',
      'empty/',
    ],
    [
      'a .json that is no model',
      'package.json',
      'it is no model of TensorFlow.js (it has no modelTopology or weightsManifest), and an entry module ends in .ts, .mts, .cts, .js, .mjs, .cjs.',
      'empty/',
    ],
  ])('%s, with what is there', (_, entry, reason, there) => {
    const files = { 'package.json': '{}', 'model.py': '', 'empty/readme.txt': '', 'two/a.onnx': '', 'two/b.onnx': '' };
    const folder = temporaryFolder(files);
    const refusal = refusalOf(() => findEntry(entry, folder));
    expect(refusal.code).toBe('ENTRY_INVALID');
    expect(refusal.message).toMatch(/\n\n {2}\/.* holds\n {4}/);
    expect(refusal.message).toContain(`\n    ${there}`);
    expect(refusal.message.split('\n')[0]).toBe(`Cannot find the entry module ${join(folder, entry)}: ${reason}`);
    expect(refusal.fix).toMatch(/^Give the file or its folder, as in: /);
  });

  it('a link in a circle', () => {
    const folder = temporaryFolder();
    symlinkSync('score.ts', join(folder, 'score.ts'));
    expect(refusalOf(() => findEntry('score.ts', folder))).toMatchObject({
      code: 'ENTRY_INVALID',
      message: `Cannot find the entry module ${folder}/score.ts: it cannot be read: its links lead in a circle.`,
      fix: 'Let the user that the host runs as read it (chmod -R o+rX; a container has user 1000), or mend the link.',
    });
  });

  it.skipIf(isRoot).each<[string, string, string]>([
    ['a folder', 'm', 'it cannot be read: permission denied.'],
    ['the highest version in one', 'm/2', 'its highest version is PATH/2, and it cannot be read: permission denied.'],
  ])('%s that may not be read', (_, closed, reason) => {
    const folder = temporaryFolder({ 'm/1/a.onnx': '', 'm/2/a.onnx': '' });
    const path = join(folder, 'm');
    chmodSync(join(folder, closed), 0);
    const { message } = refusalOf(() => findEntry('m', folder));
    chmodSync(join(folder, closed), 0o700);
    expect(message).toBe(`Cannot find the entry module ${path}: ${reason.replace('PATH', path)}`);
  });
});

it('findEntry() knows the folder that Docker makes of a file that is not there', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'model.onnx'));
  const { message, fix } = refusalOf(() => findEntry('model.onnx', folder));
  expect(message).toContain('it is an empty folder, though its name is that of a file');
  expect(fix).toMatch(/the path before the colon of -v/);
});

describe('findUnnamedEntry()', () => {
  const find = (folder: string) => findUnnamedEntry(join(folder, 'app'), join(folder, 'models'));

  it('looks into the one folder that the model folder holds', () => {
    const folder = temporaryFolder({ 'app/x.txt': '', 'models/diabetes/a.onnx': '', 'models/.keep': '' });
    expect(find(folder)).toEqual({ kind: 'model', path: join(folder, 'models/diabetes/a.onnx') });
  });

  it.each([
    ['two folders', { 'models/a/a.onnx': '', 'models/b/b.onnx': '' }],
    ['a folder in a folder', { 'models/a/b/a.onnx': '' }],
    ['a folder beside a file', { 'models/a/a.onnx': '', 'models/notes.txt': '' }],
  ])('does not guess among %s', (_, files: Record<string, string>) => {
    const folder = temporaryFolder({ 'app/x.txt': '', ...files });
    expect(refusalOf(() => find(folder)).code).toBe('ENTRY_INVALID');
  });

  it('finds what the app root has, and else what the model folder has', () => {
    const models = { 'models/a.onnx': '' };
    const both = temporaryFolder({ 'app/score.ts': '', ...models });
    expect(find(both)).toEqual({ kind: 'module', path: join(both, 'app/score.ts') });
    const one = temporaryFolder({ 'app/readme.txt': '', ...models });
    expect(find(one)).toEqual({ kind: 'model', path: join(one, 'models/a.onnx') });
  });

  it('refuses with both places, what was looked for and what is in each, and the fix for either', () => {
    const folder = temporaryFolder({ 'app/readme.txt': '', 'models/a.onnx': '', 'models/b.onnx': '' });
    const { code, message, fix } = refusalOf(() => find(folder));
    expect(code).toBe('ENTRY_INVALID');
    expect(message).toBe(
      [
        'Cannot find an entry module or a model: there is none in the app root, and none in AZUREML_MODEL_DIR.',
        '',
        `  app root ${folder}/app: ${NOTHING}, and no model.`,
        `  ${folder}/app holds`,
        '    readme.txt',
        '',
        `  AZUREML_MODEL_DIR ${folder}/models: ${NOTHING}, and more than one model.`,
        `  ${folder}/models holds`,
        '    a.onnx',
        '    b.onnx',
      ].join('\n'),
    );
    expect(fix).toMatch(/app root \(AML_APP_ROOT\).*AZUREML_MODEL_DIR \(--model_dir\).*scorehost serve path/);
  });

  it('tells why either cannot be read', () => {
    const folder = temporaryFolder({ 'app/readme.txt': '' });
    symlinkSync('models', join(folder, 'models'));
    expect(refusalOf(() => find(folder)).message).toContain(
      `AZUREML_MODEL_DIR ${folder}/models: it cannot be read: its links lead in a circle. Let the user`,
    );
  });
});
