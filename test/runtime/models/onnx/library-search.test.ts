import { symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findLibrary } from '../../../../src/runtime/models/onnx/library-search.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';
import { elfFile } from './elf-file.js';
import { loaderCacheFile } from './loader-cache-file.js';
import { machineOf } from './machine-of.js';

const NAME = 'libcudart.so.13';
const PROVIDER = '/app/bin/provider.so';

/** Where a library is found that lies in all of these folders, in whatever order they are named. */
function find(
  folders: readonly string[],
  needs: { rpath?: readonly string[]; runpath?: readonly string[] } = {},
  environment: Readonly<Record<string, string>> = {},
) {
  const libraries = Object.fromEntries(folders.map((folder) => [`${folder}/${NAME}`, elfFile()]));
  const cached = folders.filter((folder) => folder.startsWith('/cached'));
  const cache = loaderCacheFile(cached.map((folder) => [NAME, `${folder}/${NAME}`]));
  const machine = machineOf({ ...libraries, '/etc/ld.so.cache': cache }, { environment });
  const asking = { instructionSet: 62, needed: [NAME], rpath: [], runpath: [], ...needs };
  const found = findLibrary(NAME, { path: PROVIDER, needs: asking }, machine);
  return 'path' in found ? [found.state, found.path] : [found.state];
}

describe('findLibrary() searches as the loader does', () => {
  const everywhere = ['/lib', '/cached', '/variable', '/opt/run', '/opt/r'];
  const environment = { LD_LIBRARY_PATH: '/nowhere:/variable' };

  it('first the rpath of the asking file', () => {
    expect(find(everywhere, { rpath: ['/opt/r'] }, environment)).toEqual(['found', `/opt/r/${NAME}`]);
  });
  it('… but not where it has a runpath, too', () => {
    const both = { rpath: ['/opt/r'], runpath: ['/opt/run'] };
    expect(find(everywhere, both, environment)).toEqual(['found', `/variable/${NAME}`]);
  });
  it('then LD_LIBRARY_PATH', () => {
    expect(find(everywhere, { runpath: ['/opt/run'] }, environment)).toEqual(['found', `/variable/${NAME}`]);
  });
  it('then the runpath', () => {
    expect(find(everywhere, { runpath: ['/opt/run'] })).toEqual(['found', `/opt/run/${NAME}`]);
  });
  it('then its index', () => expect(find(everywhere)).toEqual(['found', `/cached/${NAME}`]));
  it('then the folders of the system', () => {
    expect(find(['/lib', '/usr/lib/x86_64-linux-gnu'])).toEqual(['found', `/usr/lib/x86_64-linux-gnu/${NAME}`]);
    expect(find(['/lib64'])).toEqual(['found', `/lib64/${NAME}`]);
  });
  it('$ORIGIN is the folder of the asking file', () => {
    expect(find(['/app/bin'], { runpath: ['$ORIGIN'] })).toEqual(['found', `/app/bin/${NAME}`]);
    expect(find(['/app/lib'], { rpath: [`\${ORIGIN}/../lib`] })).toEqual(['found', `/app/lib/${NAME}`]);
  });
  it('not in folders that are named from where the process was started: nobody means those', () => {
    const folder = temporaryFolder({ [NAME]: elfFile() });
    const find = (list: string) =>
      findLibrary(
        NAME,
        { path: PROVIDER, needs: undefined },
        { ...machineOf({}), root: '', environment: { LD_LIBRARY_PATH: list } },
      );
    expect(find(`:${folder}`)).toMatchObject({ state: 'found', path: join(folder, NAME) });
    expect(find(`:${relative(process.cwd(), folder)}`)).not.toMatchObject({
      path: expect.stringContaining('scorehost-test'),
    });
  });
});

describe('findLibrary() tells', () => {
  const asking = { path: PROVIDER, needs: { instructionSet: 62, needed: [NAME], rpath: [], runpath: [] } };

  it('the version of the file that a link leads to', () => {
    const machine = machineOf({ '/lib64/libcudart.so.13.0.96': elfFile() });
    symlinkSync('libcudart.so.13.0.96', join(machine.root, '/lib64', NAME));
    expect(findLibrary(NAME, asking, machine)).toMatchObject({
      state: 'found',
      path: `/lib64/${NAME}`,
      version: '13.0.96',
    });
  });

  it('a link into nowhere from a library', () => {
    const machine = machineOf({ '/lib64/other': '' });
    symlinkSync('gone', join(machine.root, '/lib64', NAME));
    expect(findLibrary(NAME, asking, machine)).toEqual({ state: 'missing' });
  });

  it('a file that is no library: the loader stops there', () => {
    const machine = machineOf({ [`/lib64/${NAME}`]: 'version https://git-lfs', [`/usr/lib/${NAME}`]: elfFile() });
    expect(findLibrary(NAME, asking, machine)).toEqual({ state: 'broken', path: `/lib64/${NAME}`, version: '13' });
  });

  it('a library of another instruction set from one that fits: the loader steps over it', () => {
    const files = { [`/lib64/${NAME}`]: elfFile({ instructionSet: 183 }), [`/usr/lib/${NAME}`]: elfFile() };
    expect(findLibrary(NAME, asking, machineOf(files))).toMatchObject({ state: 'found', path: `/usr/lib/${NAME}` });
  });

  it.each([
    '/usr/local/cuda-13.0/lib64',
    '/usr/local/cuda/targets/x86_64-linux/lib',
    '/opt/cuda/lib64',
    '/usr/local/lib/python3.12/dist-packages/nvidia/cuda_runtime/lib',
    '/opt/venv/lib/python3.12/site-packages/nvidia/cu13/lib',
    '/home/u/.local/lib/python3.11/site-packages/tensorrt_libs',
    '/venv/lib/python3.11/site-packages/nvidia/cu13/lib',
    '/conda/lib',
    '/sdk/lib64',
  ])('that it lies where the loader does not look: %s', (folder) => {
    const environment = { HOME: '/home/u', VIRTUAL_ENV: '/venv', CONDA_PREFIX: '/conda', CUDA_HOME: '/sdk' };
    const machine = machineOf({ [`${folder}/${NAME}`]: elfFile() }, { environment });
    expect(findLibrary(NAME, asking, machine)).toEqual({
      state: 'elsewhere',
      path: `${folder}/${NAME}`,
      version: '13',
    });
  });

  it.each(['/lib64', '/usr/local/cuda-12.4/lib64'])('that only another major version is there: in %s', (folder) => {
    const files = { [`${folder}/libcudart.so.12.4.127`]: elfFile(), [`${folder}/libcudart.so`]: elfFile() };
    expect(findLibrary(NAME, asking, machineOf(files))).toEqual({
      state: 'other version',
      path: `${folder}/libcudart.so.12.4.127`,
      version: '12.4.127',
    });
  });

  it('no library of another name, and no stub', () => {
    const files = { '/lib64/libcudart_static.so.12': elfFile(), '/usr/local/cuda/lib64/stubs/libcuda.so.1': elfFile() };
    expect(findLibrary(NAME, asking, machineOf(files))).toEqual({ state: 'missing' });
    expect(findLibrary('libcuda.so.1', asking, machineOf(files))).toEqual({ state: 'missing' });
  });
});
