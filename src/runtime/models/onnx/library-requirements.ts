import { dirname } from 'node:path';
import type { ExecutionProvider } from '../model-settings.js';
import { installFix } from './library-packages.js';
import { type Asking, type Found, findLibrary, type LibraryFile, major, versionIn } from './library-search.js';
import type { Machine } from './machine.js';
import type { ProviderFile } from './provider-files.js';
import type { Requirement } from './requirement.js';

/** What the files of onnxruntime-node 1.30 name as needed, for a machine that has not got them. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  'libonnxruntime_providers_cuda.so': ['libcublasLt.so.13', 'libcublas.so.13', 'libcurand.so.10', 'libcudart.so.13'],
  'libonnxruntime_providers_tensorrt.so': [
    'libcublas.so.13',
    'libnvinfer.so.10',
    'libnvonnxparser.so.10',
    'libcudart.so.13',
    'libcudnn.so.9',
  ],
};

/** A library that a provider loads when a model wants it: the provider loads without. */
interface Later {
  readonly name: string;
  readonly purpose: string;
  /** Whether so many models want it that a machine without it is not set up. */
  readonly common: boolean;
}

/** A library that is to be looked for. */
interface Wanted {
  readonly name: string;
  readonly asking: Asking;
  /** Whether a provider's file asks for it, not another library. */
  readonly direct: boolean;
  readonly later?: Later;
}

interface Result extends Wanted {
  readonly found: Found;
  /** Of cuDNN: those of its parts that are not to be had. */
  readonly partsMissing: readonly string[];
}

const DRIVER_LIBRARY = 'libcuda.so.1';
const NVIDIA_LIBRARY = /^lib(?:cu(?:da|blas|rand|fft|dnn|sparse|solver|pti)|nv)/;

/** What cuDNN 9 loads while it runs: `libcudnn.so.9` itself is a shell. */
const CUDNN = /^libcudnn\.so\.(\d+)/;
const CUDNN_PARTS = ['graph', 'ops', 'cnn', 'adv', 'heuristic', 'engines_precompiled', 'engines_runtime_compiled'];

/**
 * The libraries that a provider's files ask for: NVIDIA's whether they are there or not, others only where they are not.
 */
export function libraryRequirements(
  provider: ExecutionProvider,
  cuda: string,
  files: readonly ProviderFile[],
  machine: Machine,
): Requirement[] {
  const results = search(wantedBy(provider, cuda, files), machine);
  const shown = results.filter(
    ({ name, direct, found, partsMissing }) =>
      (direct && NVIDIA_LIBRARY.test(name)) || found.state !== 'found' || partsMissing.length > 0,
  );
  const fixes = fixesFor(shown.filter(isProblem), cuda);
  return shown.map((result) => requirementOf(result, fixes));
}

function wantedBy(provider: ExecutionProvider, cuda: string, files: readonly ProviderFile[]): Wanted[] {
  const needed = files.flatMap((asking) => {
    const names = asking.needs?.needed ?? NEEDED[asking.name] ?? [];
    return names.map((name) => ({ name, asking, direct: true }));
  });
  const asking = files.at(-1) as ProviderFile;
  return [
    ...needed,
    ...loadedLater(provider, cuda).map((later) => ({ name: later.name, asking, direct: true, later })),
  ];
}

function loadedLater(provider: ExecutionProvider, cuda: string): Later[] {
  const purpose = 'convolutions, pooling and recurrent layers';
  return [
    { name: 'libcudnn.so.9', purpose, common: true },
    { name: cuda === '12' ? 'libcufft.so.11' : 'libcufft.so.12', purpose: 'Rfft and Irfft', common: false },
    ...(provider === 'tensorrt'
      ? [{ name: 'libnvinfer_plugin.so.10', purpose: "TensorRT's plugins", common: false }]
      : []),
  ];
}

/** Looks for the libraries, and for what those of NVIDIA need in turn. What one has loaded, all have. */
function search(wanted: readonly Wanted[], machine: Machine): Result[] {
  const queue = wanted.filter(({ name }) => name !== DRIVER_LIBRARY);
  const seen = new Set([DRIVER_LIBRARY]);
  const results: Result[] = [];
  for (let next = queue.shift(); next; next = queue.shift()) {
    if (seen.has(next.name)) continue;
    seen.add(next.name);
    const found = findLibrary(next.name, next.asking, machine);
    const partsMissing: string[] = [];
    if (found.state === 'found' && NVIDIA_LIBRARY.test(next.name)) {
      queue.push(...found.needs.needed.map((name) => ({ name, asking: found, direct: false })));
      for (const part of partsOf(next.name)) {
        seen.add(part);
        const there = findLibrary(part, found, machine);
        if (there.state !== 'found') partsMissing.push(part);
        else queue.push(...there.needs.needed.map((name) => ({ name, asking: there, direct: false })));
      }
    }
    results.push({ ...next, found, partsMissing });
  }
  return results;
}

function partsOf(name: string): string[] {
  const [, version] = CUDNN.exec(name) ?? [];
  return version === undefined ? [] : CUDNN_PARTS.map((part) => `libcudnn_${part}.so.${version}`);
}

function isProblem({ found, later, partsMissing }: Result): boolean {
  return partsMissing.length > 0 || (found.state !== 'found' && later?.common !== false);
}

type Fixes = Readonly<Record<'path' | 'install', string>>;

/** One text for all that is to be installed, and one for all that is to be made known to the loader. */
function fixesFor(problems: readonly Result[], cuda: string): Fixes {
  const folders = problems.flatMap(({ found }) => (found.state === 'elsewhere' ? [dirname(found.path)] : []));
  const missing = problems.filter(({ found }) => found.state !== 'elsewhere');
  const names = missing.flatMap(({ name, partsMissing }) => (partsMissing.length > 0 ? partsMissing : [name]));
  const isOfCuda12 = missing.some(
    ({ name, found }) =>
      /^libcu(?:dart|blas)/.test(name) && found.state === 'other version' && major(found.version) === '12',
  );
  const last = cuda === '13' && isOfCuda12 ? ' onnxruntime-node 1.26.0 was the last for CUDA 12.' : '';
  return {
    path:
      `Start the host with LD_LIBRARY_PATH=${[...new Set(folders)].join(':')}, which cannot be set later, or write the ` +
      'folders into /etc/ld.so.conf.d/nvidia.conf and run ldconfig.',
    install: installFix(names, cuda) + last,
  };
}

function requirementOf(result: Result, fixes: Fixes): Requirement {
  const { name, found, later, partsMissing } = result;
  const version = versionIn(name);
  const isOptional = later?.common === false;
  const wanted = isOptional ? `${version}, for ${later.purpose} only` : version;
  const isWhole = found.state === 'found' && partsMissing.length === 0;
  if (!isProblem(result)) {
    return { what: name, wanted, found: isWhole ? placeOf(found) : undefined, problem: undefined, fix: undefined };
  }
  return {
    what: name,
    wanted,
    found: found.state === 'other version' ? placeOf(found) : undefined,
    problem: problemOf(result, version),
    fix: found.state === 'elsewhere' ? fixes.path : fixes.install,
  };
}

function placeOf({ path, version }: LibraryFile): string {
  return `${path} (${version})`;
}

function problemOf({ found, later, partsMissing }: Result, version: string): string {
  switch (found.state) {
    case 'found':
      return `parts of ${found.path} are missing: ${partsMissing.join(', ')}`;
    case 'broken':
      return `${found.path} is no shared library: cut off, or a pointer of Git LFS`;
    case 'elsewhere':
      return `it lies in ${dirname(found.path)}, where the loader does not look`;
    case 'other version':
      return `wanted ${version}, found ${found.version} in ${dirname(found.path)}`;
    case 'missing':
      return later ? `not found; models need it for ${later.purpose}` : 'not found';
  }
}
