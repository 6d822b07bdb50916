import { expect, it } from 'vitest';
import { HostProcess } from '../support/host-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const typed = `import { inputSchema, NumpyParameterType, requestContext } from 'scorehost';
let runs = 0;
export const run = inputSchema('data', new NumpyParameterType([[1.5, 2]]))((data) => {
  if (requestContext().requestId === 'warm-up') console.log('warmed up on', String(data.data));
  return ++runs;
});
`;

/** @param told - What the log must have: a line may come behind the reply. */
async function firstAnswer(source: string, env: Readonly<Record<string, string>> = {}, told = /listening/) {
  const host = await HostProcess.start({ entry: temporaryFolder({ 'score.js': source }), env });
  try {
    const answer = await (await host.score('{"data": [[1, 2]]}')).json();
    await host.untilOutput(told);
    return answer;
  } finally {
    await host.stop();
  }
}

it('user code is not run unasked', async () => {
  expect(await firstAnswer(typed)).toBe(1);
});

it('an exported warmup() is called once, behind init() and before the first call', async () => {
  const source = `const order = [];
export const init = async () => { await null; order.push('init'); };
export const warmup = async () => { await null; order.push('warmup'); };
export const run = () => order;
`;
  expect(await firstAnswer(source)).toEqual(['init', 'warmup']);
  expect(await firstAnswer(source, { SCOREHOST_WARM_UP: 'off' })).toEqual(['init', 'warmup']);
});

it('warmup() may be a method', async () => {
  const source = `export default class {
  warmup() { this.warm = true; }
  run() { return this.warm; }
}
`;
  expect(await firstAnswer(source)).toBe(true);
});

it('one that fails is told in the log, and stops nothing', async () => {
  const source = `export const warmup = () => { throw new Error('cold'); };\nexport const run = () => 'served';\n`;
  const told = /"level":"error".*warmup\(\) failed, calls are taken all the same: Error: cold/;
  expect(await firstAnswer(source, {}, told)).toBe('served');
});

it('one that is no function stops the start', async () => {
  const entry = temporaryFolder({ 'score.js': 'export const warmup = 1;\nexport const run = () => 1;\n' });
  const { code, errors } = await HostProcess.runToEnd({ entry });
  expect(code).toBe(3);
  expect(errors).toContain('warmup must be a function, but it is a number.');
});

it('run() is called on its example where a setting asks for it', async () => {
  expect(await firstAnswer(typed, { SCOREHOST_WARM_UP: 'run' }, /warmed up on 1\.5,2/)).toBe(2);
});

it('which needs a schema', async () => {
  const told = /SCOREHOST_WARM_UP=run has no effect: run\(\) has no schema/;
  expect(await firstAnswer('export const run = () => 1;', { SCOREHOST_WARM_UP: 'run' }, told)).toBe(1);
});
