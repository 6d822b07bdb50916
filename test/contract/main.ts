import { basename } from 'node:path';
import { replayFile } from './replay-file.js';
import { reportCase, reportSummary } from './report.js';

/** Replays files of recorded cases against this build, with a summary for each: `npm run test:contract -- FILE…`. */
export async function main(files: readonly string[]): Promise<void> {
  const summaries: string[] = [];
  let mismatches = 0;
  for (const file of files) {
    const judged = await replayFile(file);
    for (const each of judged) console.log(reportCase(each, each.verdict));
    const verdicts = judged.map(({ verdict }) => verdict);
    mismatches += verdicts.filter(({ kind }) => kind === 'mismatch').length;
    summaries.push(`${basename(file)}: ${reportSummary(verdicts)}`);
  }
  console.log(`\n${summaries.join('\n')}`);
  process.exitCode = mismatches > 0 ? 1 : 0;
}
