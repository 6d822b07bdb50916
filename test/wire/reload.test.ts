import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HostProcess } from '../support/host-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';

let host: HostProcess;
let entry: string;
beforeEach(() => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'lib'));
  entry = join(folder, 'score.ts');
  writeFileSync(entry, "import { word } from './lib/word.ts';\nexport const run = () => ({ word, pid: process.pid });");
  say('one');
});
afterEach(() => host.stop());

function say(word: string): void {
  writeFileSync(join(entry, '../lib/word.ts'), `export const word = '${word}';`);
}

async function score(): Promise<{ word: string; pid: number }> {
  const response = await host.score('x');
  expect(response.status).toBe(200);
  return (await response.json()) as { word: string; pid: number };
}

const untilWord = (word: string) => expect.poll(async () => (await score()).word, soon).toBe(word);
const metrics = async () => (await host.fetch('/metrics')).text();
const soon = { timeout: 10_000 };

describe('SIGHUP', () => {
  // Beside the old worker: test/faults/under-load/reload.test.ts.
  it('loads the entry module again in place of the old worker, where that is asked for', async () => {
    host = await HostProcess.start({ entry, env: { SCOREHOST_REPLACEMENT: 'in-place', WORKER_COUNT: '2' } });
    say('two');
    host.child.kill('SIGHUP');
    await untilWord('two');
    await expect.poll(metrics, soon).toContain('_replacements_total{cause="reload",result="replaced"} 2');
    for (let i = 0; i < 4; i++) expect((await score()).word).toBe('two');
    expect(host.logs.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('changes nothing where the module cannot be loaded: log and metric tell; the next brings its documents', async () => {
    host = await HostProcess.start({ entry });
    const { pid } = await score();
    writeFileSync(join(entry, '../lib/word.ts'), 'export const word = ;');
    host.child.kill('SIGHUP');
    await host.untilLog(({ msg }) => /^worker not replaced \(reload\)/.test(String(msg)));
    expect(await score()).toEqual({ word: 'one', pid });
    expect(await metrics()).toContain('_replacements_total{cause="reload",result="failed"} 1');
    expect(host.output).toContain('lib/word.ts:1');
    const schema = "inputSchema('data', new NumpyParameterType([1]))";
    writeFileSync(
      entry,
      `import { inputSchema, NumpyParameterType } from 'scorehost';\nexport const run = ${schema}((data) => data.dims);`,
    );
    host.child.kill('SIGHUP');
    await expect.poll(async () => (await host.score('{"data": [1, 2]}')).json(), soon).toEqual([2]);
    expect(await (await host.fetch('/swagger.json')).text()).toContain('"data"');
  });
});

describe('serve --watch', () => {
  it('loads again what has changed, also below the folder, also after what cannot be loaded', async () => {
    host = await HostProcess.start({ entry, args: ['--watch'] });
    say('two');
    await untilWord('two');
    writeFileSync(join(entry, '../lib/word.ts'), 'export const word = ;');
    await host.untilLog(({ msg }) => /^worker not replaced/.test(String(msg)));
    say('three');
    await untilWord('three');
  });
});

describe('recycling', () => {
  it('replaces a worker that keeps more memory than it may', async () => {
    writeFileSync(
      entry,
      `const kept: Buffer[] = [];
       export function run() { kept.push(Buffer.alloc(2_000_000, 1)); return { word: 'one', pid: process.pid }; }`,
    );
    host = await HostProcess.start({ entry, env: { SCOREHOST_RECYCLE_BYTES: String(220 * 2 ** 20) } });
    const [before] = await Promise.all(Array.from({ length: 100 }, score));
    await expect.poll(async () => (await score()).pid, { timeout: 15_000 }).not.toBe(before?.pid);
    await host.untilLog(({ msg }) => /^worker replaced: \d+ MiB are resident$/.test(String(msg)));
  });
});
