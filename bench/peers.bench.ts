// How many calls do the servers answer that people serve models with in Python, and how does scorehost do beside them?
// Each serves the same models behind the same JSON, with one process and with as many as there are cores, and batches as a
// good engineer would have it (peers/NAME/server.py says how). If one of them answers more than scorehost, or a lone
// caller sooner, we look for what it does better.
//
// The servers are measured one after the other, each by turns with the limit of serve.bench.ts: compare them by `of limit`.
// By environment: SECONDS of a slice, ROUNDS, PEERS=mosec,scorehost, MODELS=diabetes, PATIENCE=60
// (seconds that a slice waits for others on the machine to come to rest).
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { measurePeer, notMeasured, type PeerResult } from './peers/measure.js';
import { models, peerNames, processCounts, rounds, sliceSeconds } from './peers/options.js';
import { type Peer, peers } from './peers/peers.js';
import { environmentOf, pythonProblem, requirementsOf } from './peers/python.js';
import { peerTable } from './peers/table.js';
import { loadGeneratorName } from './support/load/load.js';
import { othersLine } from './support/others.js';
import { modelsFolder } from './support/recorded.js';
import { machine } from './support/report.js';

/** The lone caller first: some servers go on waiting for batches for a while after they have had many. */
const MANY = 32;
const CONNECTIONS = [1, MANY];

const problem = pythonProblem();
if (problem === undefined) await compare();
else console.log(`skipped: ${problem}`);

async function compare(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'scorehost-peers-'));
  const chosen = peers.filter(({ name }) => peerNames.length === 0 || peerNames.includes(name));
  try {
    const environments = await environmentsOf(chosen);
    console.log(`${machine()}, ${new Date().toISOString().slice(0, 10)}; ${loadGeneratorName}, ${MANY} connections`);
    console.log(`medians of ${rounds} rounds of ${sliceSeconds} s; load before: ${loadavg()[0]?.toFixed(2)}`);
    for (const model of models) {
      const results: PeerResult[] = [];
      for (const peer of chosen) results.push(await measured(peer, environments.get(peer.name) ?? {}, model, folder));
      console.log(`\n${model}\n\n${peerTable(results, MANY)}`);
    }
    console.log(`\n${othersLine()}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The folder of its programs, or why there is none. */
interface Environment {
  readonly bin?: string;
  readonly problem?: string;
}

/** Before the first measurement: an installation would be in its way. */
async function environmentsOf(chosen: readonly Peer[]): Promise<ReadonlyMap<string, Environment>> {
  const environments = new Map<string, Environment>();
  for (const { name } of chosen.filter(({ isPython }) => isPython)) {
    environments.set(
      name,
      await environmentOf(name).then(
        (bin) => ({ bin }),
        (error: Error) => ({ problem: `cannot be installed: ${error.message}` }),
      ),
    );
  }
  return environments;
}

async function measured(peer: Peer, { bin = '', problem }: Environment, model: string, folder: string) {
  const title = peer.title.replace('VERSION', versionOf(peer));
  if (problem !== undefined) return notMeasured(title, problem, processCounts);
  const path = join(modelsFolder, `${model}.onnx`);
  const commandOf = (port: number, processes: number) => peer.command({ model: path, port, processes, bin });
  return measurePeer(title, model, commandOf, processCounts, CONNECTIONS, folder);
}

function versionOf({ name, isPython }: Peer): string {
  if (isPython) return requirementsOf(name).split('\n', 1)[0]?.split('==')[1] ?? '';
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
