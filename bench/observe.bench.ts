// What does it cost to be observed? Hosts that count nothing beside hosts that count, as they do unless metrics are turned
// off. The aims: at most 5 % of the throughput at 10 floats, 2 % at 784.
//
// Two processes that run the same code differ by more than that, for as long as they live: what V8 has compiled, and where
// things lie in memory. So all hosts are started anew, STARTS times, and a ratio is the median over the starts, with the
// interval that holds the true median in 19 of 20 such benchmarks. Read it beside that of the control: hosts that count
// nothing, too. Where the interval of the control is wider than the aim, it says whether metrics cost a lot, and no more: what
// the code that counts takes by itself stands below, as a share of the CPU that calls take in the same run.
//
// By environment: STARTS, SECONDS of a slice, ROUNDS of slices in each start, CASES=a,b, CONNECTIONS=32, PATIENCE=60;
// BASELINE=…/dist/cli/main.js is another build to compare with.
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { countingUs } from './observe/counting.js';
import { type Case, casesOf, type HostVariant } from './serve/cases.js';
import { startHosts } from './serve/contestants.js';
import { type Measurement, measure, warmUp } from './serve/measure.js';
import { rounds, sliceSeconds } from './serve/options.js';
import { median, medianOf } from './serve/ratios.js';
import { loadGeneratorName } from './support/load/load.js';
import { othersLine } from './support/others.js';
import { machine, medianInterval } from './support/report.js';
import type { ServerProcess } from './support/server.js';

const { STARTS = '10', CASES = 'a,b', CONNECTIONS = '32', BASELINE } = process.env;
const WARM_UP_CALLS = 40_000;
/** Lines that come behind the table. */
const shares: string[] = [];
const folder = mkdtempSync(join(tmpdir(), 'scorehost-bench-'));

const NOTHING = { SCOREHOST_METRICS_PORT: 'off' };
/** Share of the throughput that metrics may cost, by case. */
const AIMS: Readonly<Record<string, number>> = { a: 0.05, b: 0.02 };

/** One start of a host: what its slices had in the median. */
type Started = Pick<Measurement, 'perSecond' | 'p50Ms' | 'frontUs' | 'workerUs'>;

console.log(machine());
console.log(
  `${loadGeneratorName}, ${STARTS} starts, ${rounds} rounds of ${sliceSeconds} s in each; load before: ${loadavg()[0]?.toFixed(2)}\n`,
);
console.log(
  '| case | connections | observed by | calls/s | of nothing | CPU µs front | of nothing | CPU µs worker | aim |',
);
console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
try {
  for (const one of casesOf(CASES.split(','))) {
    for (const connections of CONNECTIONS.split(',').map(Number)) await compare(one, connections);
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`\n${shares.join('\n')}\n\n${othersLine()}`);

async function compare(one: Case, connections: number): Promise<void> {
  const starts = new Map<string, Started[]>();
  for (let start = 0; start < Number(STARTS); start++) {
    const hosts = rotated(variantsOf(one), start);
    for (const [name, started] of await runOnce({ ...one, hosts }, connections)) {
      starts.set(name, [...(starts.get(name) ?? []), started]);
    }
  }
  console.log(rowsOf(one, connections, starts).join('\n'));
  shares.push(shareOf(one, connections, starts.get('nothing') as readonly Started[]));
}

/** Where all cores are busy, as they are here, it is the share of the throughput, too. */
function shareOf({ title, key }: Case, connections: number, nothing: readonly Started[]): string {
  const us = countingUs();
  const cpuUs = median(nothing.map(({ frontUs, workerUs }) => frontUs + workerUs));
  const aim = key in AIMS ? `; at most ${100 * (AIMS[key] as number)} % is the aim` : '';
  return (
    `${title}, ${connections} connections: to count a call takes ${us.toFixed(2)} µs, of ${cpuUs.toFixed(0)} µs of CPU that ` +
    `front and worker take for it: ${((100 * us) / cpuUs).toFixed(2)} %${aim}`
  );
}

function variantsOf({ hosts: [plain] }: Case): HostVariant[] {
  const variant = (title: string, env: HostVariant['env'] = {}, main?: string): HostVariant => ({
    ...(plain as HostVariant),
    title,
    env,
    ...(main ? { main } : {}),
  });
  const ours = [
    variant('nothing', NOTHING),
    // A control: how far two hosts that do the same are apart.
    variant('nothing, again', NOTHING),
    variant('metrics', { SCOREHOST_METRICS_PORT: 'main' }),
  ];
  return BASELINE ? [...ours, variant('baseline', {}, BASELINE)] : ours;
}

/** Who is started first, and measured first, turns. */
function rotated<T>(all: readonly T[], by: number): T[] {
  const from = by % all.length;
  return [...all.slice(from), ...all.slice(0, from)];
}

async function runOnce(one: Case, connections: number): Promise<Map<string, Started>> {
  const servers: ServerProcess[] = [];
  try {
    const contestants = (await startHosts(one, (server) => servers.push(server))).map(({ contestant }) => contestant);
    await warmUp(contestants, folder, WARM_UP_CALLS);
    const { bare: _, ...hostsAlone } = one;
    const { measured } = await measure(hostsAlone, contestants, connections, folder);
    return new Map([...measured].map(([name, slices]) => [name.replace('host, ', ''), startedOf(slices)]));
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

function startedOf(slices: readonly Measurement[]): Started {
  return {
    perSecond: medianOf(slices, 'perSecond'),
    p50Ms: medianOf(slices, 'p50Ms'),
    frontUs: medianOf(slices, 'frontUs'),
    workerUs: medianOf(slices, 'workerUs'),
  };
}

function rowsOf({ title, key }: Case, connections: number, starts: ReadonlyMap<string, readonly Started[]>): string[] {
  const nothing = starts.get('nothing') as readonly Started[];
  return [...starts].map(([name, all]) => {
    const of = (what: keyof Started) => median(all.map((one) => one[what]));
    const ratio = (what: keyof Started) =>
      medianInterval(all.map((one, start) => one[what] / (nothing[start] as Started)[what]));
    const aim = name === 'metrics' && key in AIMS ? `at least ${(1 - (AIMS[key] as number)).toFixed(2)}` : '';
    const cells = [
      ...[title, connections, name, of('perSecond').toFixed(0), ratio('perSecond')],
      ...[of('frontUs').toFixed(1), ratio('frontUs'), of('workerUs').toFixed(1), aim],
    ];
    return `| ${cells.join(' | ')} |`;
  });
}
