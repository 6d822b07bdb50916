// How many calls does the host answer, against the least that a server in JavaScript does (`limit`: node:http, JSON.parse,
// a constant answer) and against what anybody would write (`by hand`: Express and session.run())? The aims stand in
// serve/aims.ts. Below one of them, profile front and worker under that case: what takes longer than in the limit, and is
// not the model, has to go. Ids, schema checks and metrics are on; the access log is where a row says so.
//
// Servers and load generator share the machine: read the ratios, which are medians of those of the rounds.
// By environment: SECONDS of a slice, ROUNDS, CASES=a,b (see serve/cases.ts), CONNECTIONS=1,32, PATIENCE=60 (seconds
// that a slice waits for others on the machine to come to rest).
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { aimLines } from './serve/aims.js';
import { type Case, casesOf } from './serve/cases.js';
import { startContestants } from './serve/contestants.js';
import { measure, type Result, warmUp } from './serve/measure.js';
import { caseKeys, connectionCounts, rounds, sliceSeconds } from './serve/options.js';
import { bareLine, tableHead, tableRows } from './serve/table.js';
import { loadGeneratorName } from './support/load/load.js';
import { othersLine } from './support/others.js';
import { machine } from './support/report.js';
import type { ServerProcess } from './support/server.js';

const folder = mkdtempSync(join(tmpdir(), 'scorehost-bench-'));
const results: Result[] = [];
console.log(machine());
console.log(
  `${loadGeneratorName}, ${rounds} rounds of ${sliceSeconds} s a server; load before: ${loadavg()[0]?.toFixed(2)}\n`,
);
try {
  const cases = casesOf(caseKeys);
  console.log(tableHead());
  for (const one of cases) await runCase(one);
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`\n${othersLine()}\n${aimLines(results).join('\n')}`);

async function runCase(one: Case): Promise<void> {
  const servers: ServerProcess[] = [];
  try {
    const contestants = await startContestants(one, (server) => servers.push(server));
    await warmUp(contestants, folder);
    for (const connections of connectionCounts) {
      const result = await measure(one, contestants, connections, folder);
      results.push(result);
      console.log([tableRows(result), bareLine(result)].filter(Boolean).join('\n'));
    }
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}
