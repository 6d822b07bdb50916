// What does it cost to be observed? The same host by turns: counting nothing, and with one thing more each. The aims are for
// metrics, which are on unless they are turned off: at most 5 % of the throughput at 10 floats, 2 % at 784.
//
// Read the ratios, which are medians of those of the rounds, beside that of the control: two hosts that do the same differ, too. By environment: SECONDS of a slice, ROUNDS, CASES=a,b,
// CONNECTIONS=32, PATIENCE=60, VARIANTS=metrics,…; BASELINE=…/dist/cli/main.js is another build to compare with.
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Case, casesOf, type HostVariant } from './serve/cases.js';
import { startHosts } from './serve/contestants.js';
import { type Measurement, measure, type Result, warmUp } from './serve/measure.js';
import { rounds, sliceSeconds } from './serve/options.js';
import { median, medianOf } from './serve/ratios.js';
import { loadGeneratorName } from './support/load/load.js';
import { othersLine } from './support/others.js';
import { machine } from './support/report.js';
import type { ServerProcess } from './support/server.js';

const { CASES = 'a,b', CONNECTIONS = '32', VARIANTS, BASELINE } = process.env;
const folder = mkdtempSync(join(tmpdir(), 'scorehost-bench-'));

/** What is turned on, by settings; nothing else is. */
const observed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // A control: how far two hosts that do the same are apart.
  'nothing, again': {},
  metrics: { SCOREHOST_METRICS_PORT: 'main' },
};
const NOTHING = { SCOREHOST_METRICS_PORT: 'off' };
/** Share of the throughput that metrics may cost, by case. */
const AIMS: Readonly<Record<string, number>> = { a: 0.05, b: 0.02 };

console.log(machine());
console.log(`${loadGeneratorName}, ${rounds} rounds of ${sliceSeconds} s; load before: ${loadavg()[0]?.toFixed(2)}\n`);
console.log('| case | connections | observed by | calls/s | of nothing | p50 ms later | front µs | worker µs | aim |');
console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
try {
  for (const one of casesOf(CASES.split(','))) await runCase({ ...one, hosts: variantsOf(one) });
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`\n${othersLine()}`);

function variantsOf({ hosts: [plain] }: Case): HostVariant[] {
  const names = VARIANTS?.split(',') ?? Object.keys(observed);
  const variants = names.map((title) => ({
    ...(plain as HostVariant),
    title,
    env: { ...NOTHING, ...observed[title] },
  }));
  const nothing = { ...(plain as HostVariant), env: NOTHING };
  return BASELINE
    ? [nothing, { ...nothing, title: 'baseline', main: BASELINE, env: {} }, ...variants]
    : [nothing, ...variants];
}

async function runCase(one: Case): Promise<void> {
  const servers: ServerProcess[] = [];
  try {
    const started = await startHosts(one, (server) => servers.push(server));
    const contestants = started.map(({ contestant }) => contestant);
    await warmUp(contestants, folder);
    for (const connections of CONNECTIONS.split(',').map(Number)) {
      const { bare: _, ...hostsAlone } = one;
      console.log(rowsOf(await measure(hostsAlone, contestants, connections, folder)).join('\n'));
    }
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

function rowsOf({ case: one, connections, measured }: Result): string[] {
  const nothing = measured.get('host') as readonly Measurement[];
  return [...measured].map(([name, slices]) => {
    const ratios = slices.map(({ perSecond }, round) => perSecond / (nothing[round]?.perSecond ?? Number.NaN));
    const later = slices.map(({ p50Ms }, round) => p50Ms - (nothing[round]?.p50Ms ?? Number.NaN));
    const [low, high] = [Math.min(...ratios), Math.max(...ratios)];
    const aim =
      name === 'host, metrics' && AIMS[one.key] !== undefined ? (1 - (AIMS[one.key] as number)).toFixed(2) : '';
    const cells = [
      one.title,
      connections,
      name === 'host' ? 'nothing' : name.replace('host, ', ''),
      medianOf(slices, 'perSecond').toFixed(0),
      `${median(ratios).toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`,
      median(later).toFixed(3),
      medianOf(slices, 'frontUs').toFixed(1),
      medianOf(slices, 'workerUs').toFixed(1),
      aim,
    ];
    return `| ${cells.join(' | ')} |`;
  });
}
