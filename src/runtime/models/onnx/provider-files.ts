import { join } from 'node:path';
import { UNREADABLE_FIX, whyUnreadable } from '../model-format.js';
import type { ExecutionProvider } from '../model-settings.js';
import { readLibraryNeeds } from './elf-needed.js';
import type { Asking } from './library-search.js';
import { isFile, type Machine, namesIn } from './machine.js';
import type { Requirement } from './requirement.js';

/** A file of onnxruntime-node with a provider in it, there or not. */
export interface ProviderFile extends Asking {
  readonly name: string;
}

/** TensorRT's provider takes its memory from that of CUDA. */
const FILES: Readonly<Record<Exclude<ExecutionProvider, 'cpu'>, readonly string[]>> = {
  cuda: ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'],
  tensorrt: [
    'libonnxruntime_providers_shared.so',
    'libonnxruntime_providers_cuda.so',
    'libonnxruntime_providers_tensorrt.so',
  ],
};

/** Of onnxruntime-node 1.30, whose files are not there to be asked. */
const CUDA_VERSION = '13';

const FIX_NOT_INSTALLED = 'npm install onnxruntime-node';
const FIX_NOT_DOWNLOADED =
  'ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node --ignore-scripts=false downloads the files, which are ' +
  'not in the package. The word is still cuda12, but since 1.27 they are for CUDA 13.';
const FIX_PLATFORM = 'Run on linux/x64: there are no such files for other platforms.';

/**
 * The files of a provider, which lie beside the binding. They are not in the npm package: its install script downloads
 * them, where it may run.
 */
export function providerFiles(
  provider: Exclude<ExecutionProvider, 'cpu'>,
  machine: Machine,
): { files: readonly ProviderFile[]; requirements: readonly Requirement[] } {
  const folder = bindingFolder(machine);
  const files = FILES[provider].map((name) => {
    const path = join(folder ?? '/', name);
    return { name, path, needs: folder === undefined ? undefined : readLibraryNeeds(machine.root + path) };
  });
  return { files, requirements: files.map((file) => requirementOf(file, folder, machine)) };
}

/** The major version of CUDA that the files were built for. */
export function cudaVersionOf(files: readonly ProviderFile[]): string {
  const needed = files.flatMap(({ needs }) => needs?.needed ?? []);
  const [version] = needed.flatMap((name) => /^libcudart\.so\.(\d+)/.exec(name)?.[1] ?? []);
  return version ?? CUDA_VERSION;
}

/** The folder of the binding: its name has the version of Node-API in it. */
function bindingFolder(machine: Machine): string | undefined {
  const { packageFolder, platform, arch } = machine;
  if (packageFolder === undefined) return undefined;
  const bin = join(packageFolder, 'bin');
  const name = namesIn(machine, bin).find((entry) => /^napi-v\d+$/.test(entry)) ?? 'napi-v6';
  return join(bin, name, platform, arch);
}

function requirementOf({ name, path, needs }: ProviderFile, folder: string | undefined, machine: Machine): Requirement {
  const row = { what: name, wanted: 'beside the binding of onnxruntime-node' };
  const lacking = (problem: string, fix: string) => ({ ...row, found: undefined, problem, fix });
  if (folder === undefined) return lacking('onnxruntime-node is not installed', FIX_NOT_INSTALLED);
  if (needs !== undefined) return { ...row, found: path, problem: undefined, fix: undefined };
  if (isFile(machine, path)) {
    const unreadable = whyUnreadable(machine.root + path);
    if (unreadable) return lacking(`${path}: ${unreadable}`, UNREADABLE_FIX);
    return lacking(`${path} is no shared library: its download broke off`, FIX_NOT_DOWNLOADED);
  }
  const platform = `${machine.platform}/${machine.arch}`;
  if (platform !== 'linux/x64') return lacking(`onnxruntime-node has none for ${platform}`, FIX_PLATFORM);
  return lacking(`not in ${folder}`, FIX_NOT_DOWNLOADED);
}
