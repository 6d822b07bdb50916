import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildFolder } from './build-folder.js';
import { buildGpu, buildOnCuda13, failureOf, imageNamed, missingIn, nodeImage, repository } from './images.js';

const image = imageNamed('refused');
const checksums = 'scripts/onnxruntime-providers';

/** Of ONNX Runtime, in Dockerfile.cuda. */
function defaultVersion(): string {
  const [, version] =
    /^ARG ONNXRUNTIME_VERSION=(.+)$/m.exec(readFileSync(join(repository, 'Dockerfile.cuda'), 'utf8')) ?? [];
  return version as string;
}

describe('a build of Dockerfile.cuda fails', () => {
  it('on a base without CUDA, and names what it lacks', async () => {
    const output = await failureOf(buildGpu(image, { cudaImage: nodeImage }));
    expect(missingIn(output)).toEqual({
      'libonnxruntime_providers_cuda.so': [
        'libcublasLt.so.13',
        'libcublas.so.13',
        'libcurand.so.10',
        'libcudart.so.13',
        'libcudnn.so.9',
      ],
    });
    expect(output).toContain('Take another base, with the CUDA that these libraries were built for, cuDNN 9,');
  });

  it('on a base without cuDNN, which ONNX Runtime loads later', async () => {
    const cudaImage = imageNamed('base-without-cudnn');
    await buildOnCuda13(cudaImage, 'RUN rm /usr/local/lib/nvidia/libcudnn* && ldconfig');
    const output = await failureOf(buildGpu(image, { cudaImage }));
    expect(missingIn(output)).toEqual({ 'libonnxruntime_providers_cuda.so': ['libcudnn.so.9'] });
  });

  it('with a wheel that is not what its checksum says', async () => {
    const folder = buildFolder();
    const version = defaultVersion();
    const file = join(folder, checksums, `${version}.txt`);
    const damaged = readFileSync(file, 'utf8').replace(/(?<=sha256:)./, (digit) => (digit === '0' ? '1' : '0'));
    writeFileSync(file, damaged);
    const output = await failureOf(buildGpu(image, { folder }));
    expect(output).toContain('THESE PACKAGES DO NOT MATCH THE HASHES');
  });

  it('with a version whose checksum nobody knows, and names those that are known', async () => {
    const folder = buildFolder();
    const version = defaultVersion();
    rmSync(join(folder, checksums, `${version}.txt`));
    const output = await failureOf(buildGpu(image, { folder }));
    expect(output).toContain(`no checksum is known for onnxruntime-gpu ${version}, only for 1.26.0`);
  });
});
