import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  compareFloatsLoosely,
  entryScriptsFolder,
  readJson,
  requestsOf,
  responseOf,
} from '../../support/entry-scripts.js';
import { Container, docker } from '../docker.js';
import { buildGpu, imageNamed } from './images.js';
import { doctorIn, partOn, shell, statesIn, statesWithoutGpu, WITHOUT_GPU } from './inside.js';

const image = imageNamed('cuda');
const diabetes = ['--volume', `${join(entryScriptsFolder, 'diabetes')}:/var/azureml-app:ro`, ...WITHOUT_GPU];

compareFloatsLoosely();
beforeAll(() => buildGpu(image));

describe('the image for CUDA 13', () => {
  it('starts the host itself on CUDA, as a user that Kubernetes can tell from root', async () => {
    const config = JSON.parse(await docker('image', 'inspect', '--format', '{{json .Config}}', image)) as object;
    const seconds = 1e9;
    expect(config).toMatchObject({
      User: '1000:1000',
      Entrypoint: ['scorehost', 'serve'],
      WorkingDir: '/var/azureml-app',
      ExposedPorts: { '5001/tcp': {} },
      Env: expect.arrayContaining([
        'NODE_ENV=production',
        'SCOREHOST_HOST=0.0.0.0',
        'AML_APP_ROOT=/var/azureml-app',
        'SCOREHOST_EXECUTION_PROVIDERS=cuda',
        'NVIDIA_VISIBLE_DEVICES=all',
        'NVIDIA_DRIVER_CAPABILITIES=compute,utility',
      ]),
      Healthcheck: {
        Test: ['CMD', 'scorehost', 'health'],
        Interval: 10 * seconds,
        Timeout: 3 * seconds,
        StartPeriod: 900 * seconds,
        Retries: 3,
      },
      Labels: { 'org.opencontainers.image.title': 'scorehost' },
    });
    // What the base would start has gone.
    expect((config as { Cmd?: unknown[] | null }).Cmd ?? []).toEqual([]);
  });

  it('has no package manager, no Python, no provider but that of CUDA, and nothing of the build', async () => {
    const tools = ['python*', 'pip*', 'npm*', 'npx*', 'corepack*', 'yarn*', 'gcc*'].map((name) => `-name '${name}'`);
    expect(await shell(image, `find / -xdev -path '*bin/*' \\( ${tools.join(' -o ')} \\)`)).toBe('');
    expect(await shell(image, 'ls /opt/scorehost /tmp')).toBe(
      '/opt/scorehost:\ndist\nnode_modules\npackage.json\n\n/tmp:',
    );
    expect(await shell(image, 'find / -xdev -name "libonnxruntime*" -printf "%f %m %u\\n" | sort')).toBe(
      [
        'libonnxruntime.so.1 644 root',
        'libonnxruntime_providers_cuda.so 644 root',
        'libonnxruntime_providers_shared.so 644 root',
      ].join('\n'),
    );
  });

  it('belongs to root: what runs in it cannot change it', async () => {
    const writable = ['run', '--rm', '--entrypoint', 'find', image, '/opt/scorehost', '/var/azureml-app', '-writable'];
    expect(await docker(...writable)).toBe('');
  });
});

describe('a container without a GPU', () => {
  it('ends with 3, and says what is missing and what to do', async () => {
    const { code, logs } = await Container.runToEnd({ image, options: diabetes });
    expect(logs.trimEnd().split('\n').at(-1)).toMatch(/^Exit code 3, PROVIDER_UNAVAILABLE: .* on cuda: /);
    expect(statesIn(logs)).toEqual(statesWithoutGpu);
    expect(logs).toMatch(/\nFix: Start the container with its GPUs: docker run --gpus all, /);
    expect(code).toBe(3);
  });

  it('lists the same in scorehost doctor', async () => {
    const { code, logs } = await doctorIn(image);
    expect(statesIn(partOn('cuda', logs))).toEqual(statesWithoutGpu);
    expect(logs).toMatch(/\n {2}user +1000\n/);
    expect(logs).toMatch(/\nTo do\n {2}- Start the container with its GPUs: docker run --gpus all, /);
    expect(code).toBe(3);
  });
});

describe('a container without a GPU that may fall back to CPU', () => {
  const hardened = ['--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges'];
  let container: Container;
  beforeAll(async () => {
    const options = [...diabetes, ...hardened, '--env', 'SCOREHOST_EXECUTION_PROVIDER_FALLBACK=true'];
    container = await Container.start({ image, options });
  });
  afterAll(() => container?.remove());

  it('answers', async () => {
    const response = await container.score(requestsOf('diabetes')[0]!.body);
    expect(readJson(await response.text())).toEqual(responseOf('diabetes'));
    expect(response.status).toBe(200);
  });

  it('says so where readiness is asked for, and in its log', async () => {
    expect(await (await container.fetch('/health/ready')).json()).toMatchObject({
      ready: true,
      reason: 'ready; diabetes.onnx runs on cpu instead of cuda',
      models: [{ name: 'diabetes.onnx', executionProvider: 'cpu', insteadOf: 'cuda' }],
    });
    expect(await container.logs()).toMatch(/ERROR .*diabetes\.onnx RUNS ON CPU INSTEAD OF CUDA: .*libcuda\.so\.1/);
  });

  it('is healthy, as its HEALTHCHECK says', async () => {
    expect(await container.exec('scorehost', 'health')).toContain('"ready":true');
  });

  it('runs no process as root', async () => {
    const users = await container.exec('sh', '-c', 'cat /proc/[0-9]*/status | grep ^Uid:');
    const lines = users.split('\n').map((line) => line.split(/\s+/).slice(1));
    expect(lines.length).toBeGreaterThanOrEqual(2); // front and worker
    expect(new Set(lines.flat())).toEqual(new Set(['1000']));
  });
});
