import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { difference, modelsFolder, type RecordedRun, recordedRuns, type Values } from '../../support/models.js';
import { build, Container, docker } from '../docker.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const nodeImage = process.env.SCOREHOST_TEST_NODE_IMAGE ?? 'node:24-bookworm-slim';
const image = 'scorehost-test-optional';
const packages = [
  '@tensorflow/tfjs-node',
  '@azure/monitor-opentelemetry',
  '@azure/storage-blob',
  '@opentelemetry/sdk-trace-node',
  '@opentelemetry/exporter-trace-otlp-http',
];

describe('the image with TensorFlow, Azure and OpenTelemetry', () => {
  beforeAll(async () => {
    const wanted = ['WITH_TENSORFLOW=1', 'WITH_AZURE=1', 'WITH_OTEL=1', `NODE_IMAGE=${nodeImage}`];
    await build(image, root, ...wanted.flatMap((argument) => ['--build-arg', argument]));
  });
  afterAll(() => docker('rmi', '--force', image));

  it('has packages that load', async () => {
    const program = `for (const name of ${JSON.stringify(packages)}) require(require.resolve(name, { paths: ['/opt/scorehost'] }));`;
    await docker('run', '--rm', '--entrypoint', 'node', image, '-e', program);
  });

  it('still has no package manager and no compiler', async () => {
    const found = await docker(
      'run',
      '--rm',
      '--entrypoint',
      'sh',
      image,
      '-c',
      'command -v npm g++ make python3 || true',
    );
    expect(found).toBe('');
  });

  it('serves a SavedModel, read-only but for /tmp', async () => {
    const folder = join(modelsFolder, 'digits-savedmodel');
    const options = ['--read-only', '--tmpfs', '/tmp', '--cap-drop=ALL', '--volume', `${folder}:/model:ro`];
    const container = await Container.start({ image, options, args: ['/model'] });
    try {
      const [{ inputs, outputs }] = recordedRuns('digits') as [RecordedRun];
      const answer = (await (await container.score(JSON.stringify(inputs))).json()) as Values;
      expect(difference(answer.probabilities, outputs.probabilities, 1e-4, 'probabilities')).toBe('');
    } finally {
      await container.remove();
    }
  });
});

it('refuses an argument that is neither 0 nor 1', async () => {
  const wanted = ['--build-arg', 'WITH_AZURE=yes', '--build-arg', `NODE_IMAGE=${nodeImage}`];
  await expect(build(`${image}-refused`, root, ...wanted)).rejects.toThrow("WITH_AZURE is 'yes', but must be 0 or 1.");
});

it('takes its versions from one place', () => {
  const script = readFileSync(join(root, 'scripts/add-optional-packages'), 'utf8');
  for (const name of packages) expect(script).toMatch(new RegExp(`${name}@\\d+\\.\\d+\\.\\d+`));
});
