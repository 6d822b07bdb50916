import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostProcess } from '../support/host-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';

let host: HostProcess;

/** A host for the tests of a `describe`. */
function serve(source: string, env: Readonly<Record<string, string>> = {}): void {
  beforeAll(async () => {
    host = await HostProcess.start({ entry: temporaryFolder({ 'score.js': source }), env });
  });
  afterAll(() => host.stop());
}

const answer = async () => (await host.score('{"data": [[1, 2]]}')).json();

/** Answers with all that was called, in this order. */
const typed = `import { inputSchema, NumpyParameterType, requestContext } from 'scorehost';
const called = [];
export const init = async () => { await null; called.push('init'); };
export const warmup = async () => { await null; called.push('warmup'); };
export const run = inputSchema('data', new NumpyParameterType([[1.5, 2]]))((data) => {
  called.push(requestContext().requestId === 'warm-up' ? 'run on ' + data.data : 'run');
  return called;
});
`;

describe.each([{}, { SCOREHOST_WARM_UP: 'off' }])('with %j', (env) => {
  serve(typed, env);

  it('an exported warmup() is called once, behind init() and before the first call; run() is not, unasked', async () => {
    expect(await answer()).toEqual(['init', 'warmup', 'run']);
  });
});

describe('where a setting asks for it', () => {
  serve(typed, { SCOREHOST_WARM_UP: 'run' });

  it('run() is called on its example, too', async () => {
    expect(await answer()).toEqual(['init', 'warmup', 'run on 1.5,2', 'run']);
  });
});

describe('a warmup() that is a method, and fails', () => {
  const source = `export default class {
  warmup() { this.warm = true; throw new Error('cold'); }
  run() { return this.warm; }
}
`;
  serve(source, { SCOREHOST_WARM_UP: 'run' });

  it('has its object', async () => {
    expect(await answer()).toBe(true);
  });

  it('is told in the log, and stops nothing', () =>
    host.untilOutput(/"level":"error".*warmup\(\) failed, calls are taken all the same: Error: cold/));

  it('has no call of run() behind it where that has no schema, though a setting asks for one', () =>
    host.untilOutput(/SCOREHOST_WARM_UP=run has no effect: run\(\) has no schema/));
});

it('one that is no function stops the start', async () => {
  const entry = temporaryFolder({ 'score.js': 'export const warmup = 1;\nexport const run = () => 1;\n' });
  const { code, errors } = await HostProcess.runToEnd({ entry });
  expect(code).toBe(3);
  expect(errors).toContain('warmup must be a function, but it is a number.');
});
