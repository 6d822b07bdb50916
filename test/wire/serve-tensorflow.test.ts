import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findTfjsNode } from '../../src/runtime/models/tensorflow/tfjs-node.js';
import { HostProcess } from '../support/host-process.js';
import { difference, recordedRuns } from '../support/models.js';
import { hasProc, workerPids } from '../support/processes.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { describeTensorFlow, modelFixture, packageFolder } from '../support/tensorflow.js';

interface Outputs {
  readonly probabilities: number[][];
  readonly label: number[];
}

function serve(model: string, env: Readonly<Record<string, string>> = {}): Promise<HostProcess> {
  return HostProcess.start({ entry: modelFixture(model), env: { AML_APP_ROOT: packageFolder, ...env } });
}

async function postTo(host: HostProcess, body: object, status = 200): Promise<Record<string, unknown>> {
  const response = await host.score(JSON.stringify(body));
  const text = await response.text();
  expect(response.status, text).toBe(status);
  return JSON.parse(text) as Record<string, unknown>;
}

describeTensorFlow('scorehost serve digits-savedmodel', () => {
  const runs = recordedRuns('digits') as unknown as { inputs: { image: number[][][] }; outputs: Outputs }[];
  let host: HostProcess;
  beforeAll(async () => {
    host = await serve('digits-savedmodel');
  });
  afterAll(() => host?.stop());

  const post = (body: object, status?: number) => postTo(host, body, status);

  it('answers as the same network in ONNX', async () => {
    for (const { inputs, outputs } of runs) {
      const { probabilities, label } = (await post(inputs)) as unknown as Outputs;
      expect(difference(probabilities, outputs.probabilities)).toBe('');
      expect(label).toEqual(outputs.label);
    }
  });

  it('documents a request that works as it stands', async () => {
    const { definitions } = (await (await host.fetch('/swagger.json')).json()) as {
      definitions: { ServiceInput: { example: object } };
    };
    expect(Object.keys(await post(definitions.ServiceInput.example)).sort()).toEqual(['label', 'probabilities']);
  });

  it('says where it runs', async () => {
    expect(await (await host.fetch('/health/ready')).json()).toMatchObject({
      models: [{ name: 'digits-savedmodel', executionProvider: 'cpu', loadMs: expect.any(Number) }],
    });
  });

  it('is batched, as its rows do not mix', () =>
    host.untilOutput(/digits-savedmodel: waiting calls are run together, up to 32 rows/));

  const [{ inputs, outputs }] = runs.slice(1) as [(typeof runs)[number]];

  it("takes TensorFlow Serving's rows", async () => {
    const { predictions } = await post({ instances: inputs.image });
    const expected = outputs.label.map((label, i) => ({ probabilities: outputs.probabilities[i], label }));
    expect(predictions).toHaveLength(expected.length);
    for (const [i, row] of (predictions as { probabilities: number[]; label: number }[]).entries()) {
      expect(difference(row.probabilities, expected[i]?.probabilities)).toBe('');
      expect(row.label).toBe(expected[i]?.label);
    }
    const named = await post({
      signature_name: 'serving_default',
      instances: inputs.image.map((image) => ({ image })),
    });
    expect(named).toEqual({ predictions });
    expect(await post({ signature_name: null, instances: inputs.image })).toEqual({ predictions });
  });

  it('… and columns', async () => {
    const columns = (await post({ inputs: inputs.image })) as unknown as { outputs: Outputs };
    expect(columns.outputs.label).toEqual(outputs.label);
    expect(await post({ inputs: { image: inputs.image } })).toEqual(columns);
  });

  const row = inputs.image[0] as number[][];
  it.each<[string, object, string]>([
    ['an empty list', { instances: [] }, '/instances: expected a list of one row or more, got an array of 0.'],
    ['a row of another shape', { instances: [row, row.slice(1)] }, '/instances/1: expected an array of 8, got an array of 7.'], // biome-ignore format: one line a case
    ['a named row of another shape', { instances: [{ image: row }, { image: [] }] }, '/instances/1/image: expected an array of 8, got an array of 0.'], // biome-ignore format: one line a case
    ['a row without the input', { instances: [{ image: row }, { other: row }] }, '/instances/1: expected an object with image, got an object.'], // biome-ignore format: one line a case
    [
      'a column of another shape',
      { inputs: [[1]] },
      '/inputs/0: expected an array of 8, got an array of 1 (and 1 more in details).',
    ],
    ['another signature', { signature_name: 'train', instances: [row] }, '/signature_name: expected serving_default, or nothing, as one signature is served, got "train".'], // biome-ignore format: one line a case
  ])('refuses %s', async (_, body, message) => expect(await post(body, 400)).toMatchObject({ message }));
});

describeTensorFlow('scorehost serve a model of texts', () => {
  let host: HostProcess;
  beforeAll(async () => {
    host = await serve('tensorflow/table-graph');
  });
  afterAll(() => host?.stop());

  const base64 = (...bytes: number[]) => ({ b64: Buffer.from(bytes).toString('base64') });
  const two = base64(...Buffer.from('two'));

  it("takes TensorFlow Serving's bytes, where they are texts", async () => {
    expect(await postTo(host, { instances: ['one', two] })).toEqual({ predictions: [1, 2] });
    expect(await postTo(host, { instances: [{ words: two }] })).toEqual({ predictions: [2] });
    expect(await postTo(host, { inputs: { words: [two] } })).toEqual({ outputs: [2] });
  });

  const jpeg = base64(0xff, 0xd8, 0xff, 0xe0);
  const noText = 'expected base64 of UTF-8, as strings are texts here, got other bytes.';
  it.each<[string, object, string]>([
    ['bytes that are no text', { instances: ['one', jpeg] }, `/instances/1/b64: ${noText}`],
    ['… in a named row', { instances: [{ words: jpeg }] }, `/instances/0/words/b64: ${noText}`],
    ['… in a column', { inputs: [jpeg] }, `/inputs/0/b64: ${noText}`],
    ['what is no base64', { instances: [{ b64: '***' }] }, '/instances/0/b64: expected base64, got "***".'],
  ])('refuses %s', async (_, body, message) => expect(await postTo(host, body, 400)).toMatchObject({ message }));
});

describeTensorFlow('scorehost serve a model with an output that has no rows', () => {
  let host: HostProcess;
  beforeAll(async () => {
    host = await serve('tensorflow/same-graph');
  });
  afterAll(() => host?.stop());

  const row = { value: 1, flag: true, count: 1 };

  it('refuses rows, and says how it can be asked', async () => {
    expect(await postTo(host, { instances: [row, row, row] }, 400)).toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringMatching(
        /^\/instances: expected the inputs by columns, \{"inputs": …\}, as the output 'labels' has no row for each of 3 instances/,
      ),
    });
    const columns = { value: [1, 1, 1], flag: [true, true, true], count: [1, 1, 1] };
    expect(await postTo(host, { inputs: columns })).toMatchObject({ outputs: { count: [2, 2, 2] } });
  });
});

describeTensorFlow('a worker that is killed', () => {
  it.runIf(hasProc)('leaves no copy of its model, once another is in its place', async () => {
    const temporary = temporaryFolder();
    const copies = () => readdirSync(temporary).filter((name) => name.startsWith('scorehost-model-'));
    const host = await serve('tensorflow/assets', { TMPDIR: temporary });
    try {
      const left = copies();
      expect(left).toHaveLength(1);
      process.kill(workerPids(host)[0] as number, 'SIGKILL');
      await expect.poll(copies, { timeout: 15_000 }).not.toEqual(left);
      await expect.poll(() => host.isReady(), { timeout: 15_000 }).toBe(true);
      expect(copies()).toHaveLength(1);
      expect(copies()).not.toEqual(left);
      expect(await postTo(host, {})).toMatchObject({ text: expect.stringContaining('one line of an asset') });
    } finally {
      await host.stop();
    }
  });
});

const isInRepository = findTfjsNode([]) !== undefined;

it.skipIf(isInRepository)(
  'a SavedModel without the package ends the start with the commands that install it',
  async () => {
    const { code, errors } = await HostProcess.runToEnd({ entry: modelFixture('digits-savedmodel'), cwd: '/' });
    expect(code).toBe(3);
    expect(errors).toMatch(
      /^scorehost cannot start: Cannot load the model .*: it needs the package @tensorflow\/tfjs-node/,
    );
    expect(errors).toContain('npm install @tensorflow/tfjs-node@4.22.0 --ignore-scripts=false');
    expect(errors).toContain('python -m tf2onnx.convert --saved-model');
  },
);
