import { judge } from './judge.js';
import { readCases } from './recorded-case.js';
import { replay } from './replay.js';
import { reportCase, reportSummary } from './report.js';

/** Replays files of recorded cases against a host of this build: `npm run test:contract -- FILE…`. */
export async function main(files: readonly string[]): Promise<void> {
  const replayed = await replay(files.flatMap(readCases));
  const verdicts = replayed.map(judge);
  for (const [i, verdict] of verdicts.entries()) {
    const each = replayed[i];
    if (each) console.log(reportCase(each.recorded, verdict));
  }
  console.log(`\n${reportSummary(verdicts)}`);
  process.exitCode = verdicts.some(({ kind }) => kind === 'mismatch') ? 1 : 0;
}
