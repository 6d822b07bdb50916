import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { HostProcess } from '../support/host-process.js';

const twin = (name: string) => fileURLToPath(new URL(`../contract/entries/${name}.ts`, import.meta.url));

/** The recorded starts of the reference: azureml-server.md, sections 2 and 6. */
describe('an entry module that the reference refuses with exit code 3 is refused with 3', () => {
  it.each([
    ['bad_import', 'a_module_that_does_not_exist'],
    ['bad_syntax', 'bad_syntax.ts:5'],
    ['bad_init', 'init went wrong'],
    ['init_args', 'init() is called without arguments'],
    ['init_exit', 'init() ended the process: process.exit(0)'],
    ['no_run', 'does not have a run() function defined'],
    ['raw_and_schema', 'run() cannot be decorated with both rawHttp and inputSchema'],
    ['two_out', 'the output schema is defined already'],
    ['no_such_file', 'Cannot find the entry module'],
  ])('%s: %s', async (name, report) => {
    const { code, output } = await HostProcess.runToEnd({ entry: twin(name) });
    expect(output).toContain(report);
    expect(code).toBe(3);
  });
});

describe('an entry module that the reference refuses, and that is no mistake in TypeScript, is served', () => {
  it.each([
    ['no_init', '"x"'],
    ['run_noargs', '1'],
    ['run_onlyheaders', '1'],
    ['run_varargs', '1'],
  ])('%s: run answers %s', async (name, answer) => {
    const host = await HostProcess.start({ entry: twin(name) });
    const response = await host.score('x', { 'content-type': 'text/plain' });
    await host.stop();
    expect([response.status, await response.text()]).toEqual([200, answer]);
  });
});

describe('the command line and the environment', () => {
  it.each([
    ['an unknown flag', { args: ['--nope'] }, 1, '--nope'],
    ['a flag with a bad value', { args: ['--worker_count', '0'] }, 1, "WORKER_COUNT from --worker_count is '0'"],
    ['a variable with a bad value', { env: { WORKER_COUNT: 'x' } }, 3, "WORKER_COUNT from the environment is 'x'"],
    ['--help', { args: ['--help'] }, 0, '--worker_count'],
  ])('%s', async (_what, options, exitCode, text) => {
    const { code, output } = await HostProcess.runToEnd({ entry: twin('ok'), ...options });
    expect(output).toContain(text);
    expect(code).toBe(exitCode);
  });

  it('an entry module that only the environment names is served', async () => {
    const host = await HostProcess.start({ env: { AZUREML_ENTRY_SCRIPT: twin('ok') } });
    const response = await host.score('x');
    await host.stop();
    expect(await response.json()).toEqual({ ok: 1 });
  });
});
