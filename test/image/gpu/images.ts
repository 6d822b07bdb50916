import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { build } from '../docker.js';

export const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** What a run makes bears it: an image hands it on to those that are made on it, and to its containers. */
export const GPU_LABEL = 'scorehost-gpu-test';

/** The images of a run, and nobody else's. */
export const imageNamed = (tag: string) => `scorehost-gpu-test:${tag}`;

/** Node's image, with the label. */
export const nodeImage = imageNamed('node');

/** The host of this checkout, with the onnxruntime-node of the lock file. */
export const host = imageNamed('host');

/** Stands in for NVIDIA's image with CUDA 13 and cuDNN. */
export const cuda13 = imageNamed('base-cuda13');

/** The parts of NVIDIA's images nvidia/cuda:13.0.2-cudnn-runtime and 12.8.1-cudnn-runtime that ONNX Runtime wants. */
const cudaPackages: Readonly<Record<'12' | '13', readonly string[]>> = {
  '13': [
    'nvidia-cublas==13.0.2.14',
    'nvidia-cuda-nvrtc==13.0.88',
    'nvidia-cuda-runtime==13.0.96',
    'nvidia-cudnn-cu13==9.14.0.64',
    'nvidia-cufft==12.0.0.61',
    'nvidia-curand==10.4.0.35',
    'nvidia-nvjitlink==13.0.88',
  ],
  '12': [
    'nvidia-cublas-cu12==12.8.4.1',
    'nvidia-cuda-nvrtc-cu12==12.8.93',
    'nvidia-cuda-runtime-cu12==12.8.90',
    'nvidia-cudnn-cu12==9.8.0.87',
    'nvidia-cufft-cu12==11.3.3.83',
    'nvidia-curand-cu12==10.3.9.90',
    'nvidia-nvjitlink-cu12==12.8.93',
  ],
};

/** SCOREHOST_TEST_NODE_IMAGE names another image than Dockerfile does. */
const { SCOREHOST_TEST_NODE_IMAGE = 'node:24-bookworm-slim' } = process.env;

/** @param target - A stage of base.Dockerfile. `tensorrt` has TensorRT as well, as far as the loader can tell. */
export async function buildBase(
  tag: string,
  target: 'node' | 'cuda' | 'tensorrt',
  cuda: '12' | '13' = '13',
): Promise<void> {
  const file = join(import.meta.dirname, 'base.Dockerfile');
  const args = { NODE_IMAGE: SCOREHOST_TEST_NODE_IMAGE, PACKAGES: cudaPackages[cuda].join(' ') };
  await build(tag, import.meta.dirname, '--file', file, '--target', target, ...buildArgs(args));
}

function buildArgs(args: Readonly<Record<string, string>>): string[] {
  return Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
}

/** An image on that for CUDA 13 which another step of a Dockerfile changes. */
export async function buildOnCuda13(tag: string, step: string): Promise<void> {
  await build(tag, temporaryFolder({ Dockerfile: `FROM ${cuda13}\n${step}\n` }));
}

/** The host as Dockerfile builds it. */
export async function buildHost(tag: string, ...options: readonly string[]): Promise<void> {
  await build(tag, repository, ...buildArgs({ NODE_IMAGE: nodeImage }), ...options);
}

/** What differs from a build of the checkout for CUDA 13. */
export interface GpuBuild {
  readonly target?: 'providers' | 'cuda' | 'tensorrt';
  readonly cudaImage?: string;
  readonly hostImage?: string;
  /** The folder of Dockerfile.cuda. */
  readonly folder?: string;
  /** Of `docker build`. */
  readonly options?: readonly string[];
}

/** Builds Dockerfile.cuda. */
export async function buildGpu(
  tag: string,
  { target = 'cuda', cudaImage = cuda13, hostImage = host, folder = repository, options = [] }: GpuBuild = {},
): Promise<void> {
  const images = { NODE_IMAGE: nodeImage, CUDA_IMAGE: cudaImage, SCOREHOST_IMAGE: hostImage };
  // A build that fails leaves its container behind otherwise.
  const file = ['--force-rm', '--file', join(folder, 'Dockerfile.cuda'), '--target', target];
  await build(tag, folder, ...file, ...buildArgs(images), ...options);
}

/** What a build wrote that had to fail. */
export async function failureOf(building: Promise<void>): Promise<string> {
  const failure = await building.then(
    () => undefined,
    (error: { readonly stderr: string }) => error.stderr,
  );
  if (failure === undefined) throw new Error('the build succeeded');
  return stripVTControlCharacters(failure);
}

/** The libraries that a failed build names as missing, by who needs them. */
export function missingIn(output: string): Record<string, readonly string[]> {
  const missing: Record<string, string[]> = {};
  for (const [, file = '', library = ''] of output.matchAll(/^(\S+) needs (.+)$/gm)) {
    missing[file] = [...(missing[file] ?? []), library];
  }
  return missing;
}
