import { createHash } from 'node:crypto';
import { appendFileSync, chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { docker } from '../docker.js';
import { buildFolder } from './build-folder.js';
import { buildGpu, imageNamed } from './images.js';
import { doctorIn, partOn, shell, statesIn } from './inside.js';

const image = imageNamed('local-providers');
const names = [
  'libonnxruntime_providers_cuda.so',
  'libonnxruntime_providers_shared.so',
  'libonnxruntime_providers_tensorrt.so',
];

describe('the image with the providers of a local folder', () => {
  const folder = buildFolder();
  const providers = join(folder, 'providers');

  beforeAll(async () => {
    await copyProvidersTo(providers);
    for (const name of names) {
      appendFileSync(join(providers, name), 'not those of the wheel');
      chmodSync(join(providers, name), 0o600);
    }
    // Neither Debian's packages nor Python's registry can be reached.
    await buildGpu(image, { folder, options: ['--network', 'none'] });
  });

  it('has these, and is built without a network', async () => {
    const [cuda = '', shared = ''] = names;
    const sums = await shell(
      image,
      `cd /opt/scorehost/node_modules/onnxruntime-node/bin/*/linux/x64 && sha256sum ${cuda} ${shared}`,
    );
    expect(sums).toBe([cuda, shared].map((name) => `${sha256(join(providers, name))}  ${name}`).join('\n'));
  });

  it('lets the user that serves read them, though the folder did not', async () => {
    expect(statesIn(partOn('cuda', (await doctorIn(image)).logs))).toMatchObject({
      [names[0]!]: 'ok',
      [names[1]!]: 'ok',
    });
  });
});

/** Out of the stage that fetches them. */
async function copyProvidersTo(folder: string): Promise<void> {
  const stage = imageNamed('providers');
  await buildGpu(stage, { target: 'providers' });
  const container = await docker('create', stage);
  mkdirSync(folder);
  for (const name of names) await docker('cp', `${container}:/providers/${name}`, folder);
  await docker('rm', container);
  expect(readdirSync(folder).sort()).toEqual(names);
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
