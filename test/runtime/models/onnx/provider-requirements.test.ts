import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ExecutionProvider } from '../../../../src/runtime/models/model-settings.js';
import type { Machine } from '../../../../src/runtime/models/onnx/machine.js';
import { type Requirement, requirementsOf } from '../../../../src/runtime/models/onnx/provider-requirements.js';
import { requirementsText } from '../../../../src/runtime/models/onnx/requirements-text.js';
import { elfFile } from './elf-file.js';
import { driverText, gpuMachineFiles, LIBRARIES } from './gpu-machine.js';
import { BINDING, machineOf } from './machine-of.js';

interface Changes {
  /** Paths, by their beginnings. */
  readonly without?: readonly string[];
  readonly plus?: Readonly<Record<string, string | Uint8Array>>;
  readonly machine?: Partial<Machine>;
}

/** What a provider needs on a machine that has it all, but for these changes. */
function requirements(provider: ExecutionProvider, { without = [], plus = {}, machine = {} }: Changes = {}) {
  const files = Object.entries(gpuMachineFiles()).filter(([path]) => !without.some((start) => path.startsWith(start)));
  return requirementsOf(provider, machineOf({ ...Object.fromEntries(files), ...plus }, machine));
}

function problemsIn(list: readonly Requirement[]) {
  return list.flatMap(({ what, problem }) => (problem === undefined ? [] : [[what, problem]]));
}

function problems(provider: ExecutionProvider, changes: Changes) {
  return problemsIn(requirements(provider, changes));
}

function one(what: string, provider: ExecutionProvider, changes: Changes): Requirement {
  const found = requirements(provider, changes).filter((requirement) => requirement.what === what);
  expect(found).toHaveLength(1);
  return found[0] as Requirement;
}

const cudart = `${LIBRARIES}/libcudart.so.13`;

describe('requirementsOf()', () => {
  it('has none for CPU', () => expect(requirements('cpu')).toEqual([]));

  it('looks at this machine, too, and finds the files of the provider missing or not', () => {
    expect(requirementsOf('cuda').map(({ what }) => what)).toContain('libonnxruntime_providers_cuda.so');
  });

  it('finds all of CUDA where it is', () => {
    const row = (what: string, wanted: string, found: string) => ({
      what,
      wanted,
      found,
      problem: undefined,
      fix: undefined,
    });
    const library = (what: string, version: string) => row(what, version, `${LIBRARIES}/${what} (${version})`);
    const beside = 'beside the binding of onnxruntime-node';
    expect(requirements('cuda')).toEqual([
      row('libonnxruntime_providers_shared.so', beside, `${BINDING}/libonnxruntime_providers_shared.so`),
      row('libonnxruntime_providers_cuda.so', beside, `${BINDING}/libonnxruntime_providers_cuda.so`),
      row('NVIDIA driver', '580 or newer', '580.65.06'),
      row('libcuda.so.1', 'of the driver', `${LIBRARIES}/libcuda.so.1 (1)`),
      row('NVIDIA GPU', 'at least one', 'NVIDIA L4 (/dev/nvidia0)'),
      library('libcublasLt.so.13', '13'),
      library('libcublas.so.13', '13'),
      library('libcurand.so.10', '10'),
      library('libcudart.so.13', '13'),
      library('libcudnn.so.9', '9'),
      row('libcufft.so.12', '12, for Rfft and Irfft only', `${LIBRARIES}/libcufft.so.12 (12)`),
    ]);
  });

  it('finds all of TensorRT where it is', () => {
    const found = requirements('tensorrt');
    expect(problemsIn(found)).toEqual([]);
    const names = found.map(({ what }) => what);
    expect(names.slice(0, 3)).toEqual([
      'libonnxruntime_providers_shared.so',
      'libonnxruntime_providers_cuda.so',
      'libonnxruntime_providers_tensorrt.so',
    ]);
    expect(names).toEqual(
      expect.arrayContaining(['libnvinfer.so.10', 'libnvonnxparser.so.10', 'libnvinfer_plugin.so.10']),
    );
    expect(new Set(names).size, 'each once').toBe(names.length);
  });
});

describe('requirementsOf(): the files of the provider', () => {
  const fix = /ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node --ignore-scripts=false.*CUDA 13/;

  it('are missing where the install script did not run; what they would need is looked for anyway', () => {
    const list = requirements('tensorrt', { without: [BINDING, cudart] });
    expect(problemsIn(list)).toEqual([
      ['libonnxruntime_providers_shared.so', `not in ${BINDING}`],
      ['libonnxruntime_providers_cuda.so', `not in ${BINDING}`],
      ['libonnxruntime_providers_tensorrt.so', `not in ${BINDING}`],
      ['libcudart.so.13', 'not found'],
    ]);
    expect(list[0]?.fix).toMatch(fix);
  });

  it('may have been downloaded in part', () => {
    const path = `${BINDING}/libonnxruntime_providers_cuda.so`;
    const file = one('libonnxruntime_providers_cuda.so', 'cuda', { plus: { [path]: Buffer.alloc(4096) } });
    expect(file).toMatchObject({ found: undefined, problem: `${path} is no shared library: its download broke off` });
    expect(file.fix).toMatch(fix);
  });

  it('are not to be had for other platforms', () => {
    const file = one('libonnxruntime_providers_cuda.so', 'cuda', { machine: { arch: 'arm64' } });
    expect(file).toMatchObject({
      problem: 'onnxruntime-node has none for linux/arm64',
      fix: expect.stringContaining('x64'),
    });
  });

  it('are nowhere without the package', () => {
    const file = one('libonnxruntime_providers_cuda.so', 'cuda', { machine: { packageFolder: undefined } });
    expect(file).toMatchObject({
      problem: 'onnxruntime-node is not installed',
      fix: 'npm install onnxruntime-node',
    });
  });
});

describe('requirementsOf(): the driver', () => {
  const driver = ['/proc/driver', '/dev/nvidia', `${LIBRARIES}/libcuda.so.1`];

  it('is missing with its library and its devices, for one reason', () => {
    const list = requirements('cuda', { without: driver });
    expect(problemsIn(list)).toEqual([
      ['NVIDIA driver', 'not found'],
      ['libcuda.so.1', 'not found'],
      ['NVIDIA GPU', 'there is no /dev/nvidia0'],
    ]);
    const fixes = new Set(list.flatMap(({ fix }) => fix ?? []));
    expect([...fixes]).toEqual([
      expect.stringMatching(/Install the NVIDIA driver, 580 or newer.*docker run --gpus all/),
    ]);
  });

  it.each(['/.dockerenv', '/run/.containerenv', '/var/run/secrets/kubernetes.io/x'])(
    'comes into a container from outside: %s',
    (mark) => {
      const { fix } = one('NVIDIA driver', 'cuda', { without: driver, plus: { [mark]: '' } });
      expect(fix).toMatch(/Start the container with its GPUs: docker run --gpus all.*nvidia\.com\/gpu: 1/);
    },
  );

  it('is seen in a container that was started without GPUs, but has no library and no device', () => {
    const changes = { without: driver.slice(1), plus: { '/.dockerenv': '' } };
    expect(problems('cuda', changes)).toEqual([
      ['libcuda.so.1', 'not found'],
      ['NVIDIA GPU', 'the machine has NVIDIA L4, but there is no /dev/nvidia0'],
    ]);
  });

  it('is too old for CUDA 13', () => {
    const plus = { '/proc/driver/nvidia/version': driverText('575.57.08') };
    expect(one('NVIDIA driver', 'cuda', { plus })).toEqual({
      what: 'NVIDIA driver',
      wanted: '580 or newer',
      found: '575.57.08',
      problem: 'wanted 580 or newer, found 575.57.08',
      fix: 'Update the driver of the machine, not of the image, to 580 or newer.',
    });
  });

  it('may be older for CUDA 12, for which the provider was built', () => {
    const cuda12 = elfFile({ needed: ['libcudart.so.12'] });
    const plus = {
      '/proc/driver/nvidia/version': driverText('535.129.03'),
      [`${BINDING}/libonnxruntime_providers_cuda.so`]: cuda12,
      [`${LIBRARIES}/libcudart.so.12`]: elfFile(),
    };
    expect(problems('cuda', { plus })).toEqual([]);
    expect(one('NVIDIA driver', 'cuda', { plus })).toMatchObject({ wanted: '525 or newer', found: '535.129.03' });
    expect(one('libcufft.so.11', 'cuda', { plus })).toMatchObject({ found: undefined, problem: undefined });
  });

  it('may be older than its library, in data centres', () => {
    const files = { ...gpuMachineFiles(), '/proc/driver/nvidia/version': driverText('550.54.15') };
    const compat = '/usr/local/cuda/compat';
    const newer = { ...files, [`${compat}/libcuda.so.580.65.06`]: elfFile() };
    const machine = machineOf(newer, { environment: { LD_LIBRARY_PATH: compat } });
    symlinkSync('libcuda.so.580.65.06', join(machine.root, compat, 'libcuda.so.1'));
    const list = requirementsOf('cuda', machine);
    expect(problemsIn(list)).toEqual([]);
    expect(list.find(({ what }) => what === 'NVIDIA driver')?.found).toBe('550.54.15, with a library of 580.65.06');
    expect(problemsIn(requirementsOf('cuda', machineOf(files)))).toEqual([
      ['NVIDIA driver', 'wanted 580 or newer, found 550.54.15'],
    ]);
  });

  it('has a library that the loader does not find', () => {
    const path = '/usr/local/nvidia/lib64/libcuda.so.1';
    const changes = { without: [`${LIBRARIES}/libcuda.so.1`], plus: { [path]: elfFile() } };
    expect(problems('cuda', changes)).toEqual([['libcuda.so.1', `it lies at ${path}, where the loader does not look`]]);
  });

  it('is that of Windows in its Subsystem for Linux', () => {
    const changes = { without: driver.slice(0, 2), plus: { '/dev/dxg': '' } };
    expect(problems('cuda', changes)).toEqual([]);
    expect(one('NVIDIA GPU', 'cuda', changes).found).toBe('/dev/dxg');
  });
});

describe('requirementsOf(): the libraries', () => {
  it('one is missing', () => {
    expect(one('libcudart.so.13', 'cuda', { without: [cudart] })).toEqual({
      what: 'libcudart.so.13',
      wanted: '13',
      found: undefined,
      problem: 'not found',
      fix: expect.stringMatching(
        /^apt-get install cuda-cudart-13-0, from NVIDIA's repository, or .* nvidia\/cuda:13\S+-cudnn-runtime/,
      ),
    });
  });

  it('several are missing: one fix names the packages of all', () => {
    const list = requirements('tensorrt', { without: [`${LIBRARIES}/libcu`, `${LIBRARIES}/libnv`] });
    const fixes = new Set(
      list.filter(({ what }) => what.startsWith('libcud') && what !== 'libcuda.so.1').map(({ fix }) => fix),
    );
    expect([...fixes]).toEqual([
      expect.stringContaining(
        'apt-get install libcublas-13-0 libcurand-13-0 cuda-cudart-13-0 libnvinfer10 libnvonnxparsers10 libcudnn9-cuda-13,',
      ),
    ]);
  });

  it('only TensorRT is missing: no image of CUDA has it', () => {
    const { fix } = one('libnvinfer.so.10', 'tensorrt', { without: [`${LIBRARIES}/libnvinfer.so`] });
    expect(fix).toBe("apt-get install libnvinfer10, from NVIDIA's repository.");
  });

  it('one is there in another version', () => {
    const plus = { [`${LIBRARIES}/libcudart.so.12.4.127`]: elfFile() };
    expect(one('libcudart.so.13', 'cuda', { without: [cudart], plus })).toEqual({
      what: 'libcudart.so.13',
      wanted: '13',
      found: `${LIBRARIES}/libcudart.so.12.4.127 (12.4.127)`,
      problem: `wanted 13, found 12.4.127 in ${LIBRARIES}`,
      fix: expect.stringMatching(/cuda-cudart-13-0.*onnxruntime-node 1\.26\.0 was the last for CUDA 12/),
    });
  });

  it('some lie where the loader does not look: one fix names the folders of all', () => {
    const moved = { '/usr/local/cuda/lib64/libcudart.so.13': elfFile(), '/opt/cudnn/lib/libcudnn.so.9': elfFile() };
    const changes = { without: [cudart, `${LIBRARIES}/libcudnn.so.9`], plus: moved };
    expect(problems('cuda', changes)).toEqual([
      ['libcudart.so.13', 'it lies in /usr/local/cuda/lib64, where the loader does not look'],
      ['libcudnn.so.9', 'it lies in /opt/cudnn/lib, where the loader does not look'],
    ]);
    const fix = expect.stringMatching(/LD_LIBRARY_PATH=\/usr\/local\/cuda\/lib64:\/opt\/cudnn\/lib,.*ldconfig/);
    for (const what of ['libcudart.so.13', 'libcudnn.so.9']) {
      expect(one(what, 'cuda', changes)).toMatchObject({ found: undefined, fix });
    }
  });

  it('… and are found once it does', () => {
    const machine = { environment: { LD_LIBRARY_PATH: '/usr/local/cuda/lib64' } };
    const plus = { '/usr/local/cuda/lib64/libcudart.so.13': elfFile() };
    expect(problems('cuda', { without: [cudart], plus, machine })).toEqual([]);
  });

  it('one is broken', () => {
    const { found, problem } = one('libcudart.so.13', 'cuda', { plus: { [cudart]: 'version https://git-lfs' } });
    expect(found).toBeUndefined();
    expect(problem).toBe(`${cudart} is no shared library: cut off, or a pointer of Git LFS`);
  });

  it('cuDNN is missing: the provider loads without it, most models do not', () => {
    expect(one('libcudnn.so.9', 'cuda', { without: [`${LIBRARIES}/libcudnn`] })).toMatchObject({
      problem: 'not found; models need it for convolutions, pooling and recurrent layers',
      fix: expect.stringContaining('libcudnn9-cuda-13'),
    });
    const problem = one('libcudnn.so.9', 'tensorrt', { without: [`${LIBRARIES}/libcudnn`] }).problem;
    expect(problem, "TensorRT's does not").toBe('not found');
  });

  it('parts of cuDNN are missing, which it loads while it runs', () => {
    const without = [`${LIBRARIES}/libcudnn_ops`, `${LIBRARIES}/libcudnn_graph`];
    expect(problems('cuda', { without })).toEqual([
      ['libcudnn.so.9', `parts of ${LIBRARIES}/libcudnn.so.9 are missing: libcudnn_graph.so.9, libcudnn_ops.so.9`],
    ]);
    expect(one('libcudnn.so.9', 'cuda', { without })).toMatchObject({
      found: undefined,
      fix: expect.stringContaining('libcudnn9-cuda-13'),
    });
  });

  it('what a library of NVIDIA needs in turn is missing', () => {
    const plus = { [`${LIBRARIES}/libcufft.so.12`]: elfFile({ needed: ['libnvJitLink.so.13', 'libc.so.6'] }) };
    expect(problems('cuda', { plus })).toEqual([['libnvJitLink.so.13', 'not found']]);
    expect(one('libnvJitLink.so.13', 'cuda', { plus }).fix).toContain('libnvjitlink-13-0');
  });

  it('… also what a part of cuDNN needs', () => {
    const changes = { without: [`${LIBRARIES}/libz.so.1`] };
    expect(problems('cuda', changes)).toEqual([['libz.so.1', 'not found']]);
    expect(one('libz.so.1', 'cuda', changes).fix).toContain('apt-get install zlib1g');
  });

  it('a library that few models need is no problem, but said to be missing', () => {
    const changes = { without: [`${LIBRARIES}/libcufft`] };
    expect(problems('cuda', changes)).toEqual([]);
    expect(one('libcufft.so.12', 'cuda', changes)).toMatchObject({ found: undefined, fix: undefined });
  });
});

it('requirementsOf() and requirementsText() show a machine in one look', () => {
  const text = requirementsText(
    requirements('cuda', {
      without: ['/dev/nvidia0', cudart, `${LIBRARIES}/libcudnn`, `${LIBRARIES}/libcufft`],
      plus: { [`${LIBRARIES}/libcudart.so.12.4.127`]: elfFile() },
    }),
  );
  expect(text.split('\n')).toEqual([
    `  libonnxruntime_providers_shared.so  ok             ${BINDING}/libonnxruntime_providers_shared.so`,
    `  libonnxruntime_providers_cuda.so    ok             ${BINDING}/libonnxruntime_providers_cuda.so`,
    '  NVIDIA driver                       ok             580.65.06',
    `  libcuda.so.1                        ok             ${LIBRARIES}/libcuda.so.1 (1)`,
    '  NVIDIA GPU                          MISSING        the machine has NVIDIA L4, but there is no /dev/nvidia0',
    `  libcublasLt.so.13                   ok             ${LIBRARIES}/libcublasLt.so.13 (13)`,
    `  libcublas.so.13                     ok             ${LIBRARIES}/libcublas.so.13 (13)`,
    `  libcurand.so.10                     ok             ${LIBRARIES}/libcurand.so.10 (10)`,
    `  libcudart.so.13                     WRONG VERSION  wanted 13, found 12.4.127 in ${LIBRARIES}`,
    '  libcudnn.so.9                       MISSING        not found; models need it for convolutions, pooling and recurrent layers',
    '  libcufft.so.12                      not there      wanted: 12, for Rfft and Irfft only',
  ]);
});
