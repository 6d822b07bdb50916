import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { entryScriptsFolder, requestsOf } from '../support/entry-scripts.js';
import { blocksOf } from '../support/markdown.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { build, Container } from './docker.js';

const scorehost = inject('image');
const nodeImage = inject('nodeImage');
const diabetes = join(entryScriptsFolder, 'diabetes');
const files = {
  'score.ts': readFileSync(join(diabetes, 'score.ts'), 'utf8'),
  'diabetes.onnx': readFileSync(join(diabetes, 'diabetes.onnx')),
};
const page = readFileSync(fileURLToPath(new URL('../../docs/containers.md', import.meta.url)), 'utf8');
const [copied = '', withPackages = '', ownBase = ''] = blocksOf(page)
  .filter(({ language }) => language === 'dockerfile')
  .map(({ text }) => text);

/** A Dockerfile of the page, on images that are there. */
function onOurs(dockerfile: string, base = nodeImage): string {
  return dockerfile
    .replaceAll(/(FROM |--from=)scorehost\b/g, `$1${scorehost}`)
    .replaceAll('node:24-bookworm-slim', nodeImage)
    .replaceAll('debian:bookworm-slim', base);
}

/** Builds an image in a folder with these files, starts it, and asks it. */
async function scoreOf(
  name: string,
  dockerfile: string,
  added: Readonly<Record<string, string>>,
  body: string | Buffer,
) {
  const folder = temporaryFolder({ ...files, ...added });
  writeFileSync(join(folder, 'Dockerfile'), dockerfile);
  const image = `${scorehost}-${name}`;
  await build(image, folder);
  const container = await Container.start({ image, options: ['--read-only', '--cap-drop=ALL'] });
  try {
    return await (await container.score(body)).json();
  } finally {
    await container.remove();
  }
}

const request = requestsOf('diabetes')[0]!.body;
const answer = [[expect.closeTo(202.836, 2)]];

describe('the Dockerfiles of docs/containers.md', () => {
  it('of a folder that is copied', async () => {
    expect(await scoreOf('copied', onOurs(copied), {}, request)).toEqual(answer);
  });

  it('with packages', async () => {
    const manifest = { name: 'app', version: '1.0.0', dependencies: { ms: '2.1.3' } };
    const integrity = 'sha512-6FlzubTLZG3J2a/NVCAleEhjzq5oxgHyaCU9yYXvcLsvoVaHJq/s5xXI6/XXP6tz7R9xAOtHnSO/tXtF3WRTlA==';
    const packages = { '': manifest, 'node_modules/ms': { version: '2.1.3', integrity } };
    const added = {
      'package.json': JSON.stringify(manifest),
      'package-lock.json': JSON.stringify({ ...manifest, lockfileVersion: 3, requires: true, packages }),
      'score.ts': `import ms from 'ms'; export const run = (text: string) => ms(JSON.parse(text));`,
    };
    expect(await scoreOf('packages', onOurs(withPackages), added, '"2 days"')).toBe(172_800_000);
  });

  describe('on a base of one’s own', () => {
    const base = `${scorehost}-base`;
    beforeAll(async () => {
      const folder = temporaryFolder();
      // What a Debian without Node is.
      writeFileSync(
        join(folder, 'Dockerfile'),
        `FROM ${nodeImage}\nRUN rm -rf /usr/local/bin/node /usr/local/bin/npm /usr/local/lib/node_modules\n`,
      );
      await build(base, folder);
    });

    it('which has what it must', async () => {
      expect(await scoreOf('own', onOurs(ownBase, base), {}, request)).toEqual(answer);
    });

    it('which has not: doctor ends the build', async () => {
      const dockerfile = onOurs(ownBase, base).replace(
        'RUN scorehost doctor',
        'USER root\nRUN rm /usr/lib/*/libstdc++.so.6*\nRUN scorehost doctor',
      );
      const folder = temporaryFolder(files);
      writeFileSync(join(folder, 'Dockerfile'), dockerfile);
      await expect(build(`${scorehost}-lacking`, folder)).rejects.toThrow(/libstdc\+\+\.so\.6/);
    });
  });
});

it('a model and no code: docker run IMAGE /model.onnx', async () => {
  const options = ['--read-only', '--cap-drop=ALL', '--volume', `${join(diabetes, 'diabetes.onnx')}:/model.onnx:ro`];
  const container = await Container.start({ image: scorehost, options, args: ['/model.onnx'] });
  expect(await (await container.score(request)).json()).toEqual({ prediction: answer });
  expect(await container.stop()).toBe(0);
  await container.remove();
});

it('Azure’s places: a model below azureml-models/NAME/VERSION, found by its name', async () => {
  const place = '/var/azureml-app/azureml-models/diabetes/1';
  const options = [
    ...['--volume', `${join(diabetes, 'diabetes.onnx')}:${place}/diabetes.onnx:ro`],
    ...['--volume', `${join(diabetes, 'score.ts')}:/var/azureml-app/score.ts:ro`],
  ];
  const container = await Container.start({ image: scorehost, options });
  expect(await (await container.score(request)).json()).toEqual(answer);
  await container.remove();
});
