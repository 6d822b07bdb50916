import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostProcess } from '../support/host-process.js';
import { WorkerAlone } from '../support/worker-alone.js';

const twin = (name: string) => fileURLToPath(new URL(`../contract/entries/${name}.ts`, import.meta.url));

/**
 * The recorded starts of the reference: azureml-server.md, sections 2 and 6. How a refused start ends, and what the command line
 * and the environment are refused for: startup-failures.test.ts.
 */
describe('an entry module that the reference refuses', () => {
  let worker: WorkerAlone;
  beforeAll(() => {
    worker = new WorkerAlone();
  });
  afterAll(() => worker.stop());

  it.each([
    ['bad_import', 'a_module_that_does_not_exist'],
    ['bad_syntax', 'bad_syntax.ts:5'],
    ['bad_init', 'init went wrong'],
    ['init_args', 'init() is called without arguments'],
    ['no_run', 'does not have a run() function defined'],
    ['raw_and_schema', 'run() cannot be decorated with both rawHttp and inputSchema'],
    ['two_out', 'the output schema is defined already'],
  ])('is refused: %s: %s', async (name, report) => {
    expect(await worker.fail(twin(name))).toEqual({
      code: 'ENTRY_INVALID',
      report: expect.stringContaining(report),
    });
  });

  it('is refused with exit code 3: init_exit', async () => {
    const { code, output } = await HostProcess.runToEnd({ entry: twin('init_exit') });
    expect(output).toContain('init() ended the process: process.exit(0)');
    expect(code).toBe(3);
  });

  it.each([
    ['no_init', '"x"'],
    ['run_noargs', '1'],
    ['run_onlyheaders', '1'],
    ['run_varargs', '1'],
  ])('and that is no mistake in TypeScript, is served: %s: run answers %s', async (name, answer) => {
    await worker.load(twin(name));
    expect(await worker.answer('x', 'text/plain')).toBe(answer);
  });
});

it('an entry module that only the environment names is served', async () => {
  const host = await HostProcess.start({ env: { AZUREML_ENTRY_SCRIPT: twin('ok') } });
  const response = await host.score('x');
  await host.stop();
  expect(await response.json()).toEqual({ ok: 1 });
});
