// What does data collection cost a call: input and prediction by code, request and answer without, to a folder, and to a
// storage account that never answers? The aim: where the account hangs, at the median less than a millisecond more than
// without. It is measured once what waits for it is as much as may wait. A folder that takes all costs what it costs to write
// four records: CPU, where all cores are busy.
//
// Servers and load generator share the machine, and so does the process that writes. Two hosts that do the same differ for as
// long as they live: all are started anew STARTS times, and one is a control.
// By environment: STARTS, SECONDS of a slice, ROUNDS of slices in each start, CONNECTIONS=1,32, FLOATS=10,784,
// VARIANTS=hangs,…
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../test/support/free-port.js';
import { CONNECTION, storagePackageFiles } from '../test/support/storage-package.js';
import { temporaryFolder } from '../test/support/temporary-folder.js';
import { connectionCounts, rounds, sliceSeconds } from './serve/options.js';
import { median } from './serve/ratios.js';
import { byTurns } from './support/by-turns.js';
import { fire, loadGeneratorName, type Request, type Slice } from './support/load/load.js';
import { quietly } from './support/others.js';
import { machine, medianInterval, spread } from './support/report.js';
import { ServerProcess } from './support/server.js';

const { STARTS = '3', VARIANTS, FLOATS = '10,784' } = process.env;
const HANGS = 'hangs';
/** More than a call may be slower at the median where the account hangs. */
const AIM_MS = 1;
/** As long as it takes until no more may wait. */
const WARM_UP_SECONDS = 12;

interface Contestant {
  readonly name: string;
  readonly request: Request;
  readonly server: ServerProcess;
}

/** By the name of the contestant, of all starts. */
type Slices = Map<string, Slice[]>;

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const entry = fileURLToPath(new URL('../entries/collecting.ts', import.meta.url));
const folder = temporaryFolder(storagePackageFiles);
const on = { AML_MODEL_DC_STORAGE_ENABLED: 'true', AML_APP_ROOT: folder };
const variants: Readonly<Record<string, Record<string, string>>> = {
  off: {},
  'off, again': {},
  csv: { ...on, SCOREHOST_COLLECT_FOLDER: join(folder, 'csv') },
  events: {
    ...on,
    SCOREHOST_COLLECT_FOLDER: join(folder, 'events'),
    SCOREHOST_COLLECT_FORMAT: 'cloudevents',
  },
  [HANGS]: { ...on, AML_MODEL_DC_STORAGE: `${CONNECTION};Hang=true` },
};
const bodies = FLOATS.split(',')
  .map(Number)
  .map((length) => ({ length, body: floats(length) }));

console.log(`${machine()}\n${loadGeneratorName}, ${STARTS} starts, ${rounds} rounds of ${sliceSeconds} s in each\n`);
try {
  for (const { length, body } of bodies) await compare(length, body);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function compare(length: number, body: Buffer): Promise<void> {
  const byConnections = new Map(connectionCounts.map((connections) => [connections, new Map() as Slices]));
  for (let start = 0; start < Number(STARTS); start++) await runOnce(body, byConnections);
  for (const [connections, slices] of byConnections) report(length, connections, slices);
}

async function runOnce(body: Buffer, byConnections: ReadonlyMap<number, Slices>): Promise<void> {
  const contestants: Contestant[] = [];
  const names = VARIANTS ? ['off', 'off, again', ...VARIANTS.split(',')] : Object.keys(variants);
  try {
    for (const name of names) contestants.push(await start(name, variants[name] ?? {}, body));
    for (const { request } of contestants) await fire(request, 32, WARM_UP_SECONDS, folder);
    for (const [connections, slices] of byConnections) {
      await byTurns(contestants, rounds, async ({ name, request }) => {
        const slice = await quietly(() => fire(request, connections, sliceSeconds, folder));
        slices.set(name, [...(slices.get(name) ?? []), slice]);
      });
    }
  } finally {
    await Promise.all(contestants.map(({ server }) => server.stop()));
  }
}

async function start(name: string, env: Readonly<Record<string, string>>, body: Buffer): Promise<Contestant> {
  const port = await freePort();
  const request: Request = { port, path: '/score', type: 'application/json', body };
  const server = new ServerProcess({
    program: process.execPath,
    args: [main, 'serve', entry, '--port', String(port)],
    env: { AZUREML_LOG_LEVEL: 'warning', ...env },
  });
  await server.untilAnswers(request);
  return { name, request, server };
}

function report(length: number, connections: number, byName: Slices): void {
  console.log(`\n${length} floats, connections: ${connections}`);
  const off = byName.get('off') ?? [];
  for (const [name, slices] of byName) {
    const more = slices.map(({ p50Ms }, i) => p50Ms - (off[i]?.p50Ms ?? Number.NaN));
    const perSecond = slices.map(({ requests, seconds }) => requests / seconds);
    const p50 = slices.map(({ p50Ms }) => p50Ms);
    const isAbove = name === HANGS && median(more) >= AIM_MS;
    const verdict = isAbove ? `  ABOVE the aim of ${AIM_MS} ms` : '';
    console.log(
      `${name.padEnd(10)} p50 ${spread(p50, 2)} ms, more ${medianInterval(more, 2)} ms; a second ${spread(perSecond)}${verdict}`,
    );
  }
}

function floats(length: number): Buffer {
  return Buffer.from(JSON.stringify({ data: [Array.from({ length }, (_, i) => Number(Math.sin(i).toFixed(6)))] }));
}
