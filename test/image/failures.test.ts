import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { entryScriptsFolder, requestsOf } from '../support/entry-scripts.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { Container } from './docker.js';

const image = inject('image');
const diabetes = join(entryScriptsFolder, 'diabetes');
const app = (folder: string) => ['--volume', `${folder}:/var/azureml-app:ro`];

interface Failure {
  readonly options?: readonly string[];
  readonly args?: readonly string[];
  /** How the last line ends that `docker logs` shows. */
  readonly last: RegExp;
}

/** A folder that the user of the container may not enter, as a volume that was made by root often is. */
function closedFolder(): string {
  const folder = temporaryFolder({ 'model.onnx': '' });
  chmodSync(folder, 0o700);
  return folder;
}

const failures: Readonly<Record<string, Failure>> = {
  'nothing to serve': {
    last: /^Exit code 3, ENTRY_INVALID: Cannot find the entry module \/var\/azureml-app: the folder has no score\.\*/,
  },
  'a model that is none': {
    options: ['--volume', `${join(diabetes, 'README.md')}:/model.onnx:ro`],
    args: ['/model.onnx'],
    last: /^Exit code 3, MODEL_INVALID: Cannot load the model \/model\.onnx: it is no ONNX model, or a part of one\./,
  },
  'a path that was not mounted': {
    args: ['/model.onnx'],
    last: /^Exit code 3, ENTRY_INVALID: Cannot find the entry module \/model\.onnx: there is no such file or folder\.$/,
  },
  'an entry script that is not there': {
    options: [...app(diabetes), '--env', 'AZUREML_ENTRY_SCRIPT=main.py'],
    last: /^Exit code 3, ENTRY_INVALID: Cannot find the entry module \/var\/azureml-app\/main\.py: there is no such file/,
  },
  'an entry script that asks for a model that is not there': {
    options: app(
      temporaryFolder({
        'score.js': `
      import { modelPath } from 'scorehost';
      export const init = () => modelPath('iris');
      export const run = () => 1;`,
      }),
    ),
    last: /^Exit code 3, MODEL_INVALID: init\(\) failed: Cannot find the model 'iris'/,
  },
  'a folder that the user may not read': {
    options: ['--volume', `${closedFolder()}:/models:ro`],
    args: ['/models'],
    last: /^Exit code 3, ENTRY_INVALID: Cannot find the entry module \/models: it cannot be read: permission denied\.$/,
  },
  'a setting that is none': {
    options: [...app(diabetes), '--env', 'WORKER_COUNT=many'],
    last: /^Exit code 3, SETTING_INVALID: WORKER_COUNT from the environment is 'many', but must be a whole number/,
  },
  'a GPU that is not there': {
    options: [...app(diabetes), '--env', 'SCOREHOST_EXECUTION_PROVIDERS=cuda'],
    last: /^Exit code 3, PROVIDER_UNAVAILABLE: .*cuda/,
  },
};

describe('a container that cannot serve ends with 3, and says why in its last line', () => {
  it.each(Object.entries(failures))('%s', async (_, { options = [], args = [], last }) => {
    const { code, logs } = await Container.runToEnd({ image, options, args });
    expect(logs.trimEnd().split('\n').at(-1)).toMatch(last);
    expect(logs).toContain('\nFix: ');
    expect(code).toBe(3);
  });

  it('a port that is taken', async () => {
    const first = await Container.start({ image, options: app(diabetes) });
    const options = ['--network', `container:${first.id}`, ...app(diabetes)];
    const { code, logs } = await Container.runToEnd({ image, options });
    await first.remove();
    expect(logs.trimEnd().split('\n').at(-1)).toBe(
      'Exit code 3, LISTEN_FAILED: Cannot listen on 0.0.0.0:5001: another process listens there.',
    );
    expect(code).toBe(3);
  });
});

describe('what is no failure', () => {
  it('a read-only folder of models: nothing is written beside them', async () => {
    const models = temporaryFolder({ 'diabetes.onnx': readFileSync(join(diabetes, 'diabetes.onnx')) });
    const options = ['--read-only', '--volume', `${models}:/models:ro`, '--env', 'AZUREML_MODEL_DIR=/models'];
    const container = await Container.start({ image, options });
    const response = await container.score(requestsOf('diabetes')[0]!.body);
    expect([response.status, await response.json()]).toEqual([200, { prediction: [[expect.closeTo(202.836, 2)]] }]);
    expect(await container.logs()).toContain('runs the model /models/diabetes.onnx');
    await container.remove();
  });

  it('is none of a check that is interrupted: it has not said that all is well', async () => {
    const slow =
      'export const init = () => new Promise(() => setTimeout(() => {}, 60_000)); export const run = () => 1;';
    const options = app(temporaryFolder({ 'score.js': slow }));
    const container = await Container.startUnready({ image, options, args: ['--check'] });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await container.stop()).toBe(143);
    await container.remove();
  });

  it('a stop before it is ready', async () => {
    const slow = temporaryFolder({
      'score.js': `export const init = () => new Promise((resolve) => setTimeout(resolve, 60_000));
        export const run = () => 1;`,
    });
    const container = await Container.startUnready({ image, options: app(slow) });
    // Before it listens it may be too early: in its first moments Node itself knows no signals (docker run --init).
    await container.untilLog(/listening on/);
    const before = performance.now();
    const code = await container.stop();
    await container.remove();
    expect([code, performance.now() - before < 10_000]).toEqual([0, true]);
  });
});
