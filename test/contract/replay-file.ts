import { readFileSync } from 'node:fs';
import { judge } from './judge.js';
import type { RecordedCase } from './recorded-case.js';
import { replay } from './replay.js';
import type { ConversionCase } from './typed/conversion.js';
import { judgeConversion } from './typed/judge-conversion.js';
import { judgeSchema } from './typed/judge-schema.js';
import type { SchemaCase } from './typed/schema-case.js';
import type { Verdict } from './verdict.js';

/** A case of a file, and what came of it. */
export interface Judged {
  readonly name: string;
  readonly verdict: Verdict;
}

type Line = RecordedCase | SchemaCase | ConversionCase;

/** Replays a file of recorded cases: requests, samples or inputs, told apart by the keys of a case. */
export async function replayFile(path: string): Promise<Judged[]> {
  const lines = readFileSync(path, 'utf8').split('\n');
  const cases = lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Line);
  const requests = cases.filter((each) => 'request' in each);
  const replayed = requests.length > 0 ? await replay(requests) : [];
  const verdicts = new Map<Line, Verdict>(replayed.map((each) => [each.recorded, judge(each)]));
  return cases.map((each) => ({ name: each.name, verdict: verdicts.get(each) ?? judgeTyped(each) }));
}

/** What breaks the comparison is a mismatch of the case, not the end of the others. */
function judgeTyped(recorded: Line): Verdict {
  try {
    if ('input_json' in recorded) return judgeConversion(recorded);
    if ('python_source' in recorded) return judgeSchema(recorded);
  } catch (error) {
    return { kind: 'mismatch', unexplained: [{ part: 'comparison', recorded: 'a case', ours: String(error) }] };
  }
  throw new Error(`The case ${recorded.name} is none of a request, a sample or an input.`);
}
