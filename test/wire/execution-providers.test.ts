import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostProcess } from '../support/host-process.js';
import { modelsFolder, recordedRuns } from '../support/models.js';
import { WorkerAlone } from '../support/worker-alone.js';

const entry = join(modelsFolder, 'digits.onnx');
const hasGpu = existsSync('/dev/nvidia0');

let worker: WorkerAlone;
beforeAll(() => {
  worker = new WorkerAlone();
});
afterAll(() => worker.stop());

// On a machine with a GPU `npm run test:gpu` has its say.
describe.skipIf(hasGpu)('an execution provider that cannot be had', () => {
  it.each(['cuda', 'cuda,cpu', 'tensorrt,cuda,cpu'])('fails the load: %s', async (providers) => {
    const { code, report } = await worker.fail(entry, { SCOREHOST_EXECUTION_PROVIDERS: providers });
    expect(code).toBe('PROVIDER_UNAVAILABLE');
    const first = providers.split(',')[0];
    expect(report).toMatch(new RegExp(`^scorehost cannot start: Cannot load the model .*digits\\.onnx on ${first}: `));
    expect(report).toMatch(/libonnxruntime_providers_shared\.so +MISSING/);
    expect(report).toMatch(/NVIDIA driver +MISSING/);
    expect(report).toMatch(/libcudart\.so\.\d+ +MISSING/);
    expect(report).toMatch(/libcudnn\.so\.\d+ +MISSING/);
    if (first === 'tensorrt') expect(report).toMatch(/libnvinfer\.so\.\d+ +MISSING/);
    expect(report).toMatch(/\nFix: /);
    expect(report).toContain('SCOREHOST_EXECUTION_PROVIDER_FALLBACK=true');
  });

  it('stops the start', async () => {
    const { code, errors } = await HostProcess.runToEnd({ entry, env: { SCOREHOST_EXECUTION_PROVIDERS: 'cuda' } });
    expect(code).toBe(3);
    expect(errors).toMatch(/^scorehost cannot start: Cannot load the model .*\n\nExit code 3, PROVIDER_UNAVAILABLE: /s);
  });

  it('may be fallen back from, and is told in the log, in health and in the metrics', async () => {
    const host = await HostProcess.start({
      entry,
      env: { SCOREHOST_EXECUTION_PROVIDERS: 'tensorrt,cuda', SCOREHOST_EXECUTION_PROVIDER_FALLBACK: 'true' },
    });
    const [run] = recordedRuns('digits');
    expect((await host.score(JSON.stringify(run?.inputs))).status).toBe(200);

    const told =
      /^digits\.onnx RUNS ON CPU INSTEAD OF TENSORRT: tensorrt cannot be had here: .*; cuda cannot be had here: /;
    await host.untilLog(({ level, msg }) => level === 'error' && told.test(String(msg)));
    expect(host.output).not.toContain('RUNS ON CUDA');
    expect(await (await host.fetch('/health/ready')).json()).toMatchObject({
      ready: true,
      reason: 'ready; digits.onnx runs on cpu instead of tensorrt',
      models: [{ name: 'digits.onnx', executionProvider: 'cpu', insteadOf: 'tensorrt', loadMs: expect.any(Number) }],
    });
    expect(await (await host.fetch('/metrics')).text()).toContain(
      'scorehost_model_execution_provider_fallback{model="digits.onnx",wanted="tensorrt",execution_provider="cpu"} 1',
    );
    await host.stop();
  });
});

// One that is in the settings: test/runtime/config/read.test.ts.
it('a provider that there is not fails a call of loadModel()', async () => {
  const { report } = await worker.fail(join(modelsFolder, '../entries/on-rocm.ts'));
  expect(report).toMatch(
    /init\(\) failed: The option executionProviders of loadModel\(\) must be a list of 'cpu', 'cuda', 'tensorrt', got/,
  );
});
