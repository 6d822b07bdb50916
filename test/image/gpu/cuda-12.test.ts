import { beforeAll, describe, expect, it } from 'vitest';
import { buildBase, buildGpu, buildHost, failureOf, imageNamed, missingIn } from './images.js';
import { doctorIn, partOn, statesIn } from './inside.js';

/** The last for CUDA 12. */
const ONNXRUNTIME = ['--build-arg', 'ONNXRUNTIME_VERSION=1.26.0'];
const image = imageNamed('cuda12');
const hostImage = imageNamed('host-for-cuda12');
const cudaImage = imageNamed('base-cuda12');

beforeAll(async () => {
  await buildHost(hostImage, ...ONNXRUNTIME);
  await buildBase(cudaImage, 'cuda', '12');
});

describe('the image for CUDA 12', () => {
  beforeAll(() => buildGpu(image, { hostImage, cudaImage, options: ONNXRUNTIME }));

  it('wants libraries of CUDA 12, and finds them', async () => {
    const { logs } = await doctorIn(image);
    expect(logs).toContain('\nONNX Runtime 1.26.0\n');
    expect(statesIn(partOn('cuda', logs))).toEqual({
      'libonnxruntime_providers_shared.so': 'ok',
      'libonnxruntime_providers_cuda.so': 'ok',
      'NVIDIA driver': 'MISSING',
      'libcuda.so.1': 'MISSING',
      'NVIDIA GPU': 'MISSING',
      'libcublasLt.so.12': 'ok',
      'libcublas.so.12': 'ok',
      'libcurand.so.10': 'ok',
      'libcudart.so.12': 'ok',
      'libcudnn.so.9': 'ok',
      'libcufft.so.11': 'ok',
    });
  });
});

describe('a build fails that mixes', () => {
  const refused = imageNamed('refused');

  it('providers for CUDA 13 with a base that has CUDA 12', async () => {
    expect(missingIn(await failureOf(buildGpu(refused, { cudaImage })))).toEqual({
      'libonnxruntime_providers_cuda.so': ['libcublasLt.so.13', 'libcublas.so.13', 'libcudart.so.13'],
    });
  });

  it('providers for CUDA 12 with a base that has CUDA 13', async () => {
    expect(missingIn(await failureOf(buildGpu(refused, { hostImage, options: ONNXRUNTIME })))).toEqual({
      'libonnxruntime_providers_cuda.so': ['libcublasLt.so.12', 'libcublas.so.12', 'libcufft.so.11', 'libcudart.so.12'],
    });
  });

  it.each([
    [
      'a host with an older onnxruntime-node than the providers',
      { hostImage },
      /another onnxruntime-node than 1\.30\.\d+:/,
    ],
    ['a host with a newer one', { options: ONNXRUNTIME }, /another onnxruntime-node than 1\.26\.0:/],
  ])('%s', async (_, build, expected) => {
    expect(await failureOf(buildGpu(refused, build))).toMatch(expected);
  });
});
