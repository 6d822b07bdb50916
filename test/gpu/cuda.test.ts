import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadModelFile } from '../../src/runtime/models/load-model.js';
import { defaultModelSettings, type ExecutionProvider } from '../../src/runtime/models/model-settings.js';
import { requirementsOf } from '../../src/runtime/models/onnx/provider-requirements.js';
import { requirementsText } from '../../src/runtime/models/onnx/requirements-text.js';
import { parseJson } from '../../src/schema/json/parse.js';
import { writeJson } from '../../src/schema/json/write.js';
import { Tensor } from '../../src/tensor.js';
import { HostProcess } from '../support/host-process.js';
import { difference, modelsFolder, recordedRuns, type Values } from '../support/models.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Kernels of CUDA add in another order, and with fewer digits where they may use TF32: here they may not. */
const TOLERANCE = 1e-4;
process.env.NVIDIA_TF32_OVERRIDE = '0';

const models = ['digits', 'dense-1k'] as const;
const entryOf = (name: string) => join(modelsFolder, `${name}.onnx`);

it('the machine has what CUDA needs', () => {
  const requirements = requirementsOf('cuda');
  expect(
    requirements.filter(({ problem }) => problem !== undefined),
    requirementsText(requirements),
  ).toEqual([]);
});

describe.each(models)('%s on CUDA, as it is served', (name) => {
  let host: HostProcess;
  beforeAll(async () => {
    const { LD_LIBRARY_PATH = '' } = process.env;
    host = await HostProcess.start({
      entry: entryOf(name),
      env: { SCOREHOST_EXECUTION_PROVIDERS: 'cuda', NVIDIA_TF32_OVERRIDE: '0', LD_LIBRARY_PATH },
    });
  });
  afterAll(() => host?.stop());

  it('gives the recorded outputs', async () => {
    for (const { inputs, outputs } of recordedRuns(name)) {
      const response = await host.score(writeJson(inputs));
      expect(response.status).toBe(200);
      const ours = parseJson(await response.text(), { depthMax: 100 }) as Values;
      for (const output of Object.keys(outputs)) {
        expect(difference(ours[output], outputs[output], TOLERANCE, output)).toBe('');
      }
    }
  });

  it('says that it runs there', async () => {
    expect(await (await host.fetch('/health/ready')).json()).toMatchObject({
      reason: 'ready',
      models: [{ name: `${name}.onnx`, executionProvider: 'cuda' }],
    });
    expect(await (await host.fetch('/metrics')).text()).toContain(`{model="${name}.onnx",execution_provider="cuda"} 1`);
  });
});

it.each(models)('the nodes of %s truly run there', async (name) => {
  const folder = temporaryFolder();
  const { model } = await loadModelFile(
    entryOf(name),
    {
      executionProviders: ['cuda'],
      sessionOptions: { enableProfiling: true, profileFilePrefix: join(folder, 'profile') },
    },
    defaultModelSettings,
  );
  await model.run(recordedRuns(name)[0]?.inputs as Parameters<typeof model.run>[0]);
  await model.release(); // which writes the profile
  const [profile] = readdirSync(folder);
  const events = JSON.parse(readFileSync(join(folder, profile as string), 'utf8')) as {
    args?: { provider?: string };
  }[];
  const providers = events.flatMap(({ args }) => args?.provider ?? []);
  console.log(`${name}: ${JSON.stringify(Object.fromEntries(countsOf(providers)))}`);
  expect(providers).toContain('CUDAExecutionProvider');
});

function countsOf(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

const RUN_MS = 2_000;

/** A figure to look at, no test: rows a second in batches, on CUDA and on CPU in turn. */
it.each(models)('the throughput of %s, beside CPU', async (name) => {
  for (const rows of [1, 32, 256, 1024]) {
    const figures: string[] = [];
    for (const provider of ['cuda', 'cpu'] as const)
      figures.push(`${provider} ${await rowsPerSecond(name, provider, rows)}`);
    console.log(`${name}, batches of ${rows}: ${figures.join(', ')} rows/s`);
  }
});

async function rowsPerSecond(name: string, provider: ExecutionProvider, rows: number): Promise<number> {
  const { model } = await loadModelFile(entryOf(name), { executionProviders: [provider] }, defaultModelSettings);
  expect(model.executionProvider).toBe(provider);
  const [input] = model.inputs;
  const dims = (input?.shape ?? []).map((axis) => (typeof axis === 'number' ? axis : rows));
  const data = Float32Array.from({ length: dims.reduce((product, dim) => product * dim, 1) }, Math.random);
  const feeds = { [input?.name as string]: new Tensor('float32', data, dims) };
  for (let i = 0; i < 5; i++) await model.run(feeds);
  let runs = 0;
  const startedAt = performance.now();
  while (performance.now() - startedAt < RUN_MS) {
    await model.run(feeds);
    runs++;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  await model.release();
  return Math.round((runs * rows) / seconds);
}
