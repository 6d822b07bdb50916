import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Judged, replayFile } from './replay-file.js';
import { reportCase, reportSummary } from './report.js';

/** What each file came to, as docs/compatibility.md says it. */
const page = readFileSync(new URL('../../docs/compatibility.md', import.meta.url), 'utf8');

function path(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

function names(file: string): string[] {
  const lines = readFileSync(path(file), 'utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => (JSON.parse(line) as { name: string }).name);
}

describe.each([
  'schema-cases.jsonl',
  'deserialize-cases.jsonl',
  'own-schema-cases.jsonl',
  'own-deserialize-cases.jsonl',
])('what is recorded in %s comes out as recorded, or differs as docs/compatibility.md says', (file) => {
  let judged: ReadonlyMap<string, Judged>;
  beforeAll(async () => {
    judged = new Map((await replayFile(path(file))).map((each) => [each.name, each]));
  });
  afterAll(() => console.log(`${file}: ${summary()}`));

  const summary = () => reportSummary([...judged.values()].map(({ verdict }) => verdict));

  it.for(names(file))('%s', (name, { skip }) => {
    const { verdict } = judged.get(name) as Judged;
    if (verdict.kind === 'not yet') skip(verdict.why);
    if (verdict.kind === 'mismatch') expect.fail(reportCase({ name }, verdict));
  });

  it.runIf(!file.startsWith('own-'))('and the page says how many', () => {
    expect(page).toContain(`- \`${file}\`: ${summary()}.`);
  });
});
