import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { entryScriptsFolder } from '../../support/entry-scripts.js';
import { Container, docker } from '../docker.js';
import { buildBase, buildGpu, failureOf, imageNamed } from './images.js';
import { doctorIn, partOn, shell, statesIn, statesWithoutGpu, WITHOUT_GPU } from './inside.js';

const image = imageNamed('tensorrt');
const cudaImage = imageNamed('base-tensorrt');

describe('the image for TensorRT, on a base that has it', () => {
  beforeAll(async () => {
    await buildBase(cudaImage, 'tensorrt');
    await buildGpu(image, { target: 'tensorrt', cudaImage });
  });

  it('asks for TensorRT, and CUDA behind it, and does not run as root', async () => {
    const config = await docker('image', 'inspect', '--format', '{{json .Config}}', image);
    expect(JSON.parse(config)).toMatchObject({
      User: '1000:1000',
      Entrypoint: ['scorehost', 'serve'],
      Env: expect.arrayContaining(['SCOREHOST_EXECUTION_PROVIDERS=tensorrt,cuda']),
      Healthcheck: { Test: ['CMD', 'scorehost', 'health'] },
    });
  });

  it('has the provider of TensorRT, and nothing of the build', async () => {
    expect(await shell(image, 'ls /opt/scorehost/node_modules/onnxruntime-node/bin/*/linux/x64 /tmp')).toMatch(
      /\blibonnxruntime_providers_tensorrt\.so\n(.*\n)*\/tmp:$/,
    );
    expect(await shell(image, 'ls /var/lib/apt/lists')).toBe('');
  });

  it('lacks a GPU, as its doctor says, and nothing else', async () => {
    expect(statesIn(partOn('tensorrt', (await doctorIn(image)).logs))).toEqual({
      ...statesWithoutGpu,
      'libonnxruntime_providers_tensorrt.so': 'ok',
      'libnvinfer.so.10': 'ok',
      'libnvonnxparser.so.10': 'ok',
      'libnvinfer_plugin.so.10': 'ok',
    });
  });

  it('ends with 3 without a GPU, and says so in its last line', async () => {
    const diabetes = ['--volume', `${join(entryScriptsFolder, 'diabetes')}:/var/azureml-app:ro`];
    const { code, logs } = await Container.runToEnd({ image, options: [...diabetes, ...WITHOUT_GPU] });
    expect(logs.trimEnd().split('\n').at(-1)).toMatch(/^Exit code 3, PROVIDER_UNAVAILABLE: .* on tensorrt: /);
    expect(code).toBe(3);
  });
});

describe("a base without TensorRT, and without NVIDIA's repository", () => {
  it('fails the build, which says what the base would need', async () => {
    const output = await failureOf(buildGpu(imageNamed('refused'), { target: 'tensorrt' }));
    expect(output).toMatch(/Unable to locate package libnvinfer10$/m);
    expect(output).toMatch(/^CUDA_IMAGE has neither TensorRT 10 nor an apt repository with its 10\.\S+$/m);
  });
});
