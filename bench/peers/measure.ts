import { fileURLToPath } from 'node:url';
import { freePort } from '../../test/support/free-port.js';
import { checkAnswer } from '../support/answers.js';
import { byTurns } from '../support/by-turns.js';
import { fire, type Request, type Slice } from '../support/load/load.js';
import { quietly } from '../support/others.js';
import { recordedRow } from '../support/recorded.js';
import { type Command, ServerProcess } from '../support/server.js';
import { rounds, sliceSeconds } from './options.js';

/** At each number of connections: what batches calls learns from its load, and has to forget the last one. */
const WARM_UP_SECONDS = 5;

/** Slices of load on one server by the number of connections, one a round; or why there are none. */
export interface Measured {
  readonly processes: number;
  readonly slices: Map<number, Slice[]>;
  problem?: string | undefined;
}

/** What a peer does, beside the limit in the same rounds. */
export interface PeerResult {
  readonly title: string;
  readonly limit: Measured;
  readonly byProcesses: readonly Measured[];
}

interface Contestant {
  readonly server: ServerProcess;
  readonly request: Request;
  readonly measured: Measured;
}

/** Of a peer that could not be installed. */
export function notMeasured(title: string, problem: string, processCounts: readonly number[]): PeerResult {
  const nothing = (processes: number): Measured => ({ processes, slices: new Map(), problem });
  return { title, limit: nothing(1), byProcesses: processCounts.map(nothing) };
}

/** How a server is started on a port. */
export type CommandOf = (port: number, processes: number) => Command;

const limitProgram = fileURLToPath(new URL('../serve/by-hand/limit.mjs', import.meta.url));

/**
 * A peer with each number of processes, beside the limit, by turns. The peers are not up together: some of them are
 * never idle.
 */
export async function measurePeer(
  title: string,
  model: string,
  commandOf: CommandOf,
  processCounts: readonly number[],
  connectionCounts: readonly number[],
  folder: string,
): Promise<PeerResult> {
  const { row, answer } = recordedRow(model);
  const body = Buffer.from(JSON.stringify({ data: [row] }));
  const limitOf: CommandOf = (port) => ({
    program: process.execPath,
    args: [limitProgram, String(port), JSON.stringify([answer])],
  });
  const contestants: Contestant[] = [];
  try {
    const limit = await start(limitOf, 1, body);
    contestants.push(limit);
    for (const processes of processCounts) contestants.push(await start(commandOf, processes, body));
    for (const one of contestants) {
      await trying(one, async () => checkAnswer(title, await one.server.untilAnswers(one.request), answer));
    }
    for (const connections of connectionCounts) await measureAt(contestants, connections, folder);
    const [, ...byProcesses] = contestants.map(({ measured }) => measured);
    return { title, limit: limit.measured, byProcesses };
  } finally {
    await Promise.all(contestants.map(({ server }) => server.stop()));
  }
}

async function start(commandOf: CommandOf, processes: number, body: Buffer): Promise<Contestant> {
  const port = await freePort();
  return {
    server: new ServerProcess(commandOf(port, processes)),
    request: { port, path: '/score', type: 'application/json', body },
    measured: { processes, slices: new Map() },
  };
}

async function measureAt(contestants: readonly Contestant[], connections: number, folder: string): Promise<void> {
  const load = (contestant: Contestant, seconds: number) =>
    trying(contestant, () => fire(contestant.request, connections, seconds, folder));
  for (const contestant of contestants) await load(contestant, WARM_UP_SECONDS);
  await byTurns(contestants, rounds, async (contestant) => {
    const slice = await quietly(() => load(contestant, sliceSeconds));
    const { slices } = contestant.measured;
    if (slice) slices.set(connections, [...(slices.get(connections) ?? []), slice]);
  });
}

/** What has failed once is not asked again: its row says why. */
async function trying<T>({ measured }: Contestant, step: () => Promise<T>): Promise<T | undefined> {
  if (measured.problem !== undefined) return undefined;
  try {
    return await step();
  } catch (error) {
    measured.problem = error instanceof Error ? error.message : String(error);
    return undefined;
  }
}
