import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judge } from '../contract/judge.js';
import { readCases } from '../contract/recorded-case.js';
import { type Replayed, replay } from '../contract/replay.js';
import { reportCase, reportSummary } from '../contract/report.js';
import type { Verdict } from '../contract/verdict.js';

const files = ['http-cases.jsonl', 'own-cases.jsonl'];
const cases = files.flatMap((name) => readCases(fileURLToPath(new URL(`../contract/${name}`, import.meta.url))));

describe('a recorded request gets the recorded answer, or one that differs as docs/compatibility.md says', () => {
  let replayed: ReadonlyMap<string, Replayed>;
  const verdicts: Verdict[] = [];
  beforeAll(async () => {
    replayed = new Map((await replay(cases)).map((each) => [each.recorded.name, each]));
  }, 60_000);
  afterAll(() => console.log(reportSummary(verdicts)));

  it.for(cases.map(({ name }) => name))('%s', (name, { skip }) => {
    const each = replayed.get(name) as Replayed;
    const verdict = judge(each);
    verdicts.push(verdict);
    if (verdict.kind === 'not yet') skip(verdict.why);
    if (verdict.kind === 'mismatch') expect.fail(reportCase(each.recorded, verdict));
  });
});
