import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HostProcess } from '../support/host-process.js';
import { modelsFolder, recordedRuns } from '../support/models.js';

const entry = join(modelsFolder, 'digits.onnx');
const hasGpu = existsSync('/dev/nvidia0');

// On a machine with a GPU `npm run test:gpu` has its say.
describe.skipIf(hasGpu)('an execution provider that cannot be had', () => {
  it.each(['cuda', 'cuda,cpu', 'tensorrt,cuda,cpu'])('stops the start: %s', async (providers) => {
    const { code, errors } = await HostProcess.runToEnd({ entry, env: { SCOREHOST_EXECUTION_PROVIDERS: providers } });
    expect(code).toBe(3);
    const first = providers.split(',')[0];
    expect(errors).toMatch(new RegExp(`^scorehost cannot start: Cannot load the model .*digits\\.onnx on ${first}: `));
    expect(errors).toMatch(/libonnxruntime_providers_shared\.so +MISSING/);
    expect(errors).toMatch(/NVIDIA driver +MISSING/);
    expect(errors).toMatch(/libcudart\.so\.\d+ +MISSING/);
    expect(errors).toMatch(/libcudnn\.so\.\d+ +MISSING/);
    if (first === 'tensorrt') expect(errors).toMatch(/libnvinfer\.so\.\d+ +MISSING/);
    expect(errors).toMatch(/\nFix: /);
    expect(errors).toContain('SCOREHOST_EXECUTION_PROVIDER_FALLBACK=true');
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

describe('a provider that there is not', () => {
  it('stops the start', async () => {
    const { code, errors } = await HostProcess.runToEnd({ entry, env: { SCOREHOST_EXECUTION_PROVIDERS: 'gpu' } });
    expect(code).toBe(3);
    expect(errors).toMatch(
      /SCOREHOST_EXECUTION_PROVIDERS from the environment is 'gpu', but must be cpu, cuda, tensorrt, or several of them/,
    );
  });

  it('in a call of loadModel() does, too', async () => {
    const { code, errors } = await HostProcess.runToEnd({ entry: join(modelsFolder, '../entries/on-rocm.ts') });
    expect(code).toBe(3);
    expect(errors).toMatch(
      /init\(\) failed: The option executionProviders of loadModel\(\) must be a list of 'cpu', 'cuda', 'tensorrt', got/,
    );
  });
});

it('the names of Python are understood', async () => {
  const host = await HostProcess.start({ entry, env: { SCOREHOST_EXECUTION_PROVIDERS: 'CPUExecutionProvider' } });
  expect(await (await host.fetch('/health/ready')).json()).toMatchObject({ models: [{ executionProvider: 'cpu' }] });
  await host.stop();
});
