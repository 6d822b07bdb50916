import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { HostError } from '../../../../src/errors.js';
import { defaultModelSettings } from '../../../../src/runtime/models/model-settings.js';
import { findTfjsNode, tfjsNodeAddon } from '../../../../src/runtime/models/tensorflow/tfjs-node.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

const PACKAGE = 'node_modules/@tensorflow/tfjs-node';

/** A folder with the package in these places, each with its addon or without. */
function installed(places: Readonly<Record<string, 'whole' | 'without addon'>>): string {
  const files = Object.entries(places).flatMap(([place, state]) => [
    [join(place, PACKAGE, 'package.json'), '{}'],
    ...(state === 'whole' ? [[join(place, PACKAGE, 'lib/napi-v8/tfjs_binding.node'), 'no addon']] : []),
  ]);
  return temporaryFolder(Object.fromEntries(files));
}

/** Where nothing is installed: the place of the host's own packages in these tests. */
const nowhere = join(temporaryFolder(), 'host.js');

describe('findTfjsNode()', () => {
  it('finds it beside the entry module', () => {
    const folder = installed({ '': 'whole' });
    expect(findTfjsNode([folder], nowhere)).toEqual({
      folder: join(folder, PACKAGE),
      addonPath: join(folder, PACKAGE, 'lib/napi-v8/tfjs_binding.node'),
    });
  });

  it('finds it above, as Node does', () => {
    const folder = installed({ '': 'whole', 'app/src/a': 'without addon' });
    expect(findTfjsNode([join(folder, 'app/src')], nowhere)?.folder).toBe(join(folder, PACKAGE));
  });

  it('takes the first folder that has it', () => {
    const folder = installed({ a: 'whole', b: 'whole' });
    expect(findTfjsNode([folder, join(folder, 'b'), join(folder, 'a')], nowhere)?.folder).toBe(
      join(folder, 'b', PACKAGE),
    );
  });

  it("finds the host's own last", () => {
    const folder = installed({ host: 'whole', app: 'whole' });
    const host = join(folder, 'host/dist/main.js');
    expect(findTfjsNode([], host)?.folder).toBe(join(folder, 'host', PACKAGE));
    expect(findTfjsNode([join(folder, 'app')], host)?.folder).toBe(join(folder, 'app', PACKAGE));
  });

  it('would rather have one with its addon', () => {
    const folder = installed({ a: 'without addon', b: 'whole' });
    const folders = [join(folder, 'a'), join(folder, 'b')];
    expect(findTfjsNode(folders, nowhere)?.folder).toBe(join(folder, 'b', PACKAGE));
  });

  it('tells that the addon is missing', () => {
    const folder = installed({ '': 'without addon' });
    expect(findTfjsNode([folder], nowhere)).toEqual({ folder: join(folder, PACKAGE), addonPath: undefined });
  });

  it('leaves an addon alone that is for a newer Node', () => {
    const folder = installed({ '': 'without addon' });
    const newer = temporaryFolder({
      [join(PACKAGE, 'package.json')]: '{}',
      [join(PACKAGE, 'lib/napi-v99/tfjs_binding.node')]: '',
    });
    expect(findTfjsNode([folder, newer], nowhere)?.addonPath).toBeUndefined();
  });

  it('finds nothing where it is not installed', () => {
    expect(findTfjsNode([temporaryFolder()], nowhere)).toBeUndefined();
    expect(findTfjsNode(['/there/is/no/such/folder'], nowhere)).toBeUndefined();
  });
});

describe('what TensorFlow is told before it is loaded', () => {
  /** Of an addon that does not load: what is told is told before. */
  function environmentOf(intraOpThreads: number, env: Readonly<Record<string, string>>) {
    const names = ['TF_CPP_MIN_LOG_LEVEL', 'TF_NUM_INTRAOP_THREADS', 'TF_NUM_INTEROP_THREADS'];
    for (const name of names) vi.stubEnv(name, env[name]);
    const settings = { ...defaultModelSettings, intraOpThreads, packageFolders: [installed({ '': 'whole' })] };
    expect(() => tfjsNodeAddon({ format: 'saved-model', path: '/models/m' }, settings)).toThrow(HostError);
    const told = names.map((name) => process.env[name]);
    vi.unstubAllEnvs();
    return told;
  }

  it('is to log errors only', () => expect(environmentOf(0, {})).toEqual(['2', undefined, undefined]));
  it('is how many threads there may be', () => expect(environmentOf(3, {})).toEqual(['2', '3', '3']));

  it('is what the operator says, if that is something', () => {
    const env = { TF_CPP_MIN_LOG_LEVEL: '0', TF_NUM_INTRAOP_THREADS: '5', TF_NUM_INTEROP_THREADS: '1' };
    expect(environmentOf(3, env)).toEqual(['0', '5', '1']);
  });
});

describe('tfjsNodeAddon() refuses', () => {
  const file = { format: 'saved-model', path: '/models/m' } as const;

  it('an addon that cannot be loaded', () => {
    const folder = installed({ '': 'whole' });
    expect(() => tfjsNodeAddon(file, { ...defaultModelSettings, packageFolders: [folder] })).toThrow(
      expect.objectContaining({
        code: 'MODEL_INVALID',
        message: expect.stringContaining(`@tensorflow/tfjs-node cannot be loaded from ${join(folder, PACKAGE)}: `),
        cause: expect.any(Error),
      }),
    );
  });

  // Skipped where the repository has it: then nothing is missing.
  it.skipIf(findTfjsNode([]) !== undefined)('a package that is not installed, where the host has none either', () => {
    const settings = { ...defaultModelSettings, packageFolders: [temporaryFolder()] };
    expect(() => tfjsNodeAddon(file, settings)).toThrow(HostError);
    expect(() => tfjsNodeAddon(file, settings)).toThrow('the package @tensorflow/tfjs-node, which is not installed');
  });

  it.skipIf(findTfjsNode([]) !== undefined)('a package without its addon, where the host has none either', () => {
    const settings = { ...defaultModelSettings, packageFolders: [installed({ '': 'without addon' })] };
    expect(() => tfjsNodeAddon(file, settings)).toThrow('has no native addon: its install script has not run');
  });
});
