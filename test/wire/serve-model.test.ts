import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReadyMessage } from '../../src/runtime/worker/messages.js';
import { parseJson } from '../../src/schema/json/parse.js';
import { writeJson } from '../../src/schema/json/write.js';
import { HostProcess } from '../support/host-process.js';
import { difference, modelsFolder, recordedModels, recordedRuns, type Values } from '../support/models.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { WorkerAlone } from '../support/worker-alone.js';

const odd = (name: string) => join(modelsFolder, 'odd', `${name}.onnx`);
const exact = (text: string) => parseJson(text, { depthMax: 100 }) as Values;

let worker: WorkerAlone;
beforeAll(() => {
  worker = new WorkerAlone();
});
afterAll(() => worker.stop());

/** Inputs that are wrong, each with the place and the reason that the reply must name. */
const wrongInputs: Readonly<Record<string, readonly (readonly [body: string, path: string, reason: string])[]>> = {
  half: [
    ['{"x": [1, "a"]}', '/x/1', 'expected a number or null, got "a"'],
    ['{"x": [[1]]}', '/x/0', 'expected a number or null, got an array of 1'],
    ['{"x": 1}', '/x', 'expected an array, got 1'],
    ['{"X": [1]}', '/x', 'missing: the input has X; did you mean it by "X"?'],
  ],
  mixed: [
    ['{"name": ["a"], "count": [1.5], "flag": [true], "weight": [1]}', '/count/0', 'expected an integer from -9223372036854775808 to 9223372036854775807, got 1.5'], // biome-ignore format: one line a case
    ['{"name": ["a"], "count": [9223372036854775808], "flag": [true], "weight": [1]}', '/count/0', 'expected an integer from -9223372036854775808 to 9223372036854775807, got 9223372036854775808'], // biome-ignore format: one line a case
    ['{"name": [1], "count": [1], "flag": [true], "weight": [1]}', '/name/0', 'expected a string, got 1'],
    ['{"name": ["a\\u0000b"], "count": [1], "flag": [true], "weight": [1]}', '/name/0', 'must match pattern "^[^\\u0000]*$", got "a\\u0000b"'], // biome-ignore format: one line a case
    ['{"name": ["a"], "count": [1], "flag": [1], "weight": [1]}', '/flag/0', 'expected true or false, got 1'],
    ['{"name": ["a"], "flag": [true], "weight": [1]}', '/count', 'missing: the input has name, flag, weight'],
    ['{"name": ["a"], "count": [1, 2, 3], "flag": [true, false], "weight": [1, 2]}', '', "Cannot run mixed.onnx on 'name' (string [1]), 'count' (int64 [3]), 'flag' (bool [2]), 'weight' (float32 [2]): its Where node failed: Attempting to broadcast an axis by a dimension other than 1. 2 by 3"], // biome-ignore format: one line a case
  ],
  external: [
    ['{"x": [[1, 2]]}', '/x/0', 'expected an array of 16, got an array of 2'],
    ['{"x": [1]}', '/x/0', 'expected an array of 16, got 1'],
  ],
  'iris-zipmap': [
    ['{"X": [[1, 2, 3]]}', '/X/0', 'expected an array of 4, got an array of 3'],
    ['{"X": [[1, 2, 3, 4], [1, 2, 3, 4, 5]]}', '/X/1', 'expected an array of 4, got an array of 5'],
  ],
  fixed: [
    ['{"data": [[1, 2, 3]]}', '/data', 'expected an array of 4, got an array of 1'],
    ['{"data": [[1, 2, 3], [1, 2, 3], [1, 2, 3], [1, 2]]}', '/data/3', 'expected an array of 3, got an array of 2'],
    ['{"data": []}', '/data', 'expected an array of 4, got an array of 0'],
  ],
  spin: [
    ['{"steps": [1]}', '/steps', 'expected an integer from -9223372036854775808 to 9223372036854775807, got an array of 1'], // biome-ignore format: one line a case
  ],
};

describe.each(recordedModels)('%s.onnx, served by itself,', (name) => {
  let documents: ReadyMessage['documents'];
  beforeAll(async () => {
    documents = (await worker.load(join(modelsFolder, `${name}.onnx`))).documents;
  });

  it('answers what is recorded, by the names of inputs and outputs', async () => {
    for (const { inputs, outputs } of recordedRuns(name)) {
      const ours = exact(await worker.answer(writeJson(inputs)));
      const tensors = Object.keys(outputs).filter((output) => typeof outputs[output] !== 'string');
      expect(Object.keys(ours)).toEqual(tensors);
      for (const output of tensors) expect(difference(ours[output], outputs[output], 1e-5, output)).toBe('');
    }
  });

  it('documents a request that works as it stands, with its answer', async () => {
    const { definitions } = exact(documents[2]) as unknown as {
      definitions: Record<'ServiceInput' | 'ServiceOutput', { required: string[]; example: Values }>;
    };
    const { ServiceInput, ServiceOutput } = definitions;
    expect(Object.keys(ServiceInput.example)).toEqual(Object.keys(recordedRuns(name)[0]?.inputs ?? {}));
    expect(exact(await worker.answer(writeJson(ServiceInput.example)))).toEqual(ServiceOutput.example);
  });

  it.each(wrongInputs[name] ?? [])('refuses %s', async (body, path, reason) => {
    const { code, details } = await worker.refusal(body);
    expect(code).toBe('INPUT_INVALID');
    expect(details[0]).toEqual({ path, message: reason });
  });
});

it('every model that is out of the ordinary has wrong inputs', () => {
  expect(Object.keys(wrongInputs)).toEqual(
    expect.arrayContaining(['half', 'mixed', 'external', 'iris-zipmap', 'fixed']),
  );
});

describe('a model that is served by itself', () => {
  let host: HostProcess;
  beforeAll(async () => {
    host = await HostProcess.start({
      entry: join(modelsFolder, 'mixed.onnx'),
      env: { SCOREHOST_STRICT_OUTPUT: 'true' },
    });
  });
  afterAll(() => host?.stop());

  it('keeps integers of 64 bits', async () => {
    const body = '{"name": ["a"], "count": [9007199254740993], "flag": [true], "weight": [0]}';
    expect(await (await host.score(body)).text()).toContain('"count_out":[9007199254740993]');
  });

  it('takes no rows', async () => {
    const response = await host.score('{"name": [], "count": [], "flag": [], "weight": []}');
    expect(await response.json()).toEqual({ score: [], name_out: [], count_out: [] });
  });

  it('takes the query of a GET', async () => {
    const response = await host.fetch('/score?name=["a"]&count=[1]&flag=[true]&weight=[0.5]');
    expect(await response.json()).toEqual({ score: [1], name_out: ['a'], count_out: [1] });
  });

  it('is not called failed where it refuses an input', async () => {
    const response = await host.score('{"name": [1], "count": [1], "flag": [true], "weight": [1]}');
    expect([response.status, response.headers.get('x-ms-run-function-failed')]).toEqual([400, 'False']);
    expect(await response.json()).toMatchObject({
      code: 'INPUT_INVALID',
      details: [{ path: '/name/0', message: 'expected a string, got 1' }],
    });
  });

  it('says in health where it runs', async () => {
    const { models } = (await (await host.fetch('/health/ready')).json()) as { models: unknown };
    expect(models).toEqual([{ name: 'mixed.onnx', executionProvider: 'cpu', loadMs: expect.any(Number) }]);
    expect(await (await host.fetch('/metrics')).text()).toContain(
      'scorehost_model_execution_provider{model="mixed.onnx",execution_provider="cpu"} 1',
    );
  });
});

describe('an image', () => {
  it('is taken as .npy, where the model has one input', async () => {
    await worker.load(odd('image'));
    const head = `${"{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3, 224, 224), }".padEnd(117)}\n`;
    const npy = Buffer.concat([
      Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
      Buffer.from(Uint16Array.of(head.length).buffer),
      Buffer.from(head),
      Buffer.from(new Float32Array(3 * 224 * 224).fill(0.25).buffer),
    ]);
    expect(JSON.parse(await worker.answer(npy, 'application/x-npy'))).toEqual({ y: [[0.25, 0.25, 0.25]] });
    const other = Buffer.from(npy.toString('latin1').replace('(1, 3, 224, 224)', '(3, 1, 224, 224)'), 'latin1');
    expect((await worker.refusal(other, 'application/x-npy')).message).toBe(
      'The body: expected an array of shape [any, 3, 224, 224], got one of [3, 1, 224, 224].',
    );
  });

  it('that is huge has no example, and is served all the same', async () => {
    const document = (await worker.load(odd('huge'))).documents[2];
    expect(document.length).toBeLessThan(100_000);
    expect(JSON.parse(document)).not.toHaveProperty('definitions.ServiceInput.example');
  });
});

it('free axes behind the first are as long in the example as the model needs', async () => {
  const { documents } = await worker.load(odd('kernel'));
  const { definitions } = JSON.parse(documents[2]) as {
    definitions: { ServiceInput: { example: { x: number[][][][] } } };
  };
  const { x } = definitions.ServiceInput.example;
  expect([x.length, x[0]?.length, x[0]?.[0]?.length]).toEqual([1, 1, 8]);
  expect(await worker.answer(JSON.stringify({ x }))).toMatch(/^\{/);
});

it('the command that the log shows is one for a shell, whatever the names', async () => {
  const host = await HostProcess.start({ entry: odd('quote'), env: { SCOREHOST_LOG_FORMAT: 'text' } });
  await host.untilOutput(/curl .* -d /);
  const [, data] = /curl .* -d (.*)\n/.exec(host.output) ?? [];
  const body = execFileSync('sh', ['-c', `printf %s ${data}`], { encoding: 'utf8' });
  expect(JSON.parse(body)).toEqual({ "patient's weight": [[0]] });
  expect(await (await host.score(body)).json()).toEqual({ "it's": [[0]] });
  await host.stop();
});

it('an output whose axes the file does not tell may have any', async () => {
  await worker.load(odd('untold-axes'), { SCOREHOST_STRICT_OUTPUT: 'true' });
  expect(await worker.answer('{"x": [[1, 2, 3, 4]], "shape": [2, 2]}')).toBe('{"y":[[1,2],[3,4]]}');
});

it('an index out of range is refused, and names the node', async () => {
  await worker.load(odd('embedding'));
  expect(await worker.refusal('{"ids": [[7]]}')).toMatchObject({
    code: 'INPUT_INVALID',
    message:
      "The body: Cannot run embedding.onnx on 'ids' (int64 [1, 1]): its Gather node failed: indices element out of data " +
      'bounds, idx=7 must be within the inclusive range [-5,4].',
  });
  expect(await worker.answer('{"ids": [[4]]}')).toBe('{"y":[[[8,9]]]}');
  expect(worker.logs.join('\n')).not.toContain('onnxruntime_src');
});

// Which of several things is served: test/runtime/worker/entry/find-entry.test.ts.
describe('what is served is found', () => {
  const digits = readFileSync(join(modelsFolder, 'digits.onnx'));

  it('the model of AZUREML_MODEL_DIR, where the app root has nothing to serve', async () => {
    const folder = temporaryFolder({ 'azureml-models/digits/3/digits.onnx': digits, 'app/readme.txt': '' });
    const env = { AZUREML_MODEL_DIR: join(folder, 'azureml-models/digits/3'), AML_APP_ROOT: join(folder, 'app') };
    const host = await HostProcess.start({ env });
    await host.untilOutput(/runs the model .*digits\.onnx/);
    await host.stop();
  });

  it('the model of a version that is a link, and named by all that tells it', async () => {
    const folder = temporaryFolder({
      'digits/1/model.onnx': 'broken',
      'mounted/model.onnx': digits,
      'mounted/labels.txt': '',
    });
    symlinkSync('../mounted', join(folder, 'digits/2'));
    const host = await HostProcess.start({ entry: join(folder, 'digits') });
    const { models } = (await (await host.fetch('/health/ready')).json()) as { models: { name: string }[] };
    expect(models.map(({ name }) => name)).toEqual(['digits/2/model.onnx']);
    await host.stop();
  });

  it('a broken one ends the start, with what it is', async () => {
    const entry = join(temporaryFolder({ 'm.onnx': 'text' }), 'm.onnx');
    const { code, errors } = await HostProcess.runToEnd({ entry });
    expect(code).toBe(3);
    expect(errors).toMatch(
      /^scorehost cannot start: Cannot load the model .*: it is no ONNX model, or a part of one\./,
    );
    expect(errors).toMatch(/\n {2}model {2}\//);
    expect(errors).toMatch(
      /\nFix: Export the model again and copy it whole\.\n\nExit code 3, MODEL_INVALID: Cannot load the model .*\n$/,
    );
  });
});
