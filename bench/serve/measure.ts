import { byTurns } from '../support/by-turns.js';
import { cpuUs, untilIdle } from '../support/cpu-time.js';
import { fire, type Slice } from '../support/load/load.js';
import { quietly } from '../support/others.js';
import { type Bare, bareRun } from './bare.js';
import { batchCount, meanBatch } from './batch-meter.js';
import type { Case } from './cases.js';
import type { Contestant } from './contestants.js';
import { rounds, sliceSeconds } from './options.js';

const WARM_UP_CONNECTIONS = 32;
/** V8 compiles what has run often, whatever time that took: so many calls, or seconds if they are slow. */
const WARM_UP_CALLS = 150_000;
const WARM_UP_SECONDS_MAX = 16;
const WARM_UP_SLICE_SECONDS = 2;

/** One slice of load on one server. */
export interface Measurement {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU time of a call. */
  readonly frontUs: number;
  readonly workerUs: number;
}

/** A case at so many connections: measurements by the name of the contestant, one a round. */
export interface Result {
  readonly case: Case;
  readonly connections: number;
  readonly measured: ReadonlyMap<string, readonly Measurement[]>;
  /** One a round, or none. */
  readonly bare: readonly Bare[];
}

/** The first calls are slower: until V8 has compiled what runs often. */
export async function warmUp(
  contestants: readonly Contestant[],
  folder: string,
  callsMin = WARM_UP_CALLS,
): Promise<void> {
  for (const { request } of contestants) {
    for (let calls = 0, seconds = 0; calls < callsMin && seconds < WARM_UP_SECONDS_MAX; ) {
      calls += (await fire(request, WARM_UP_CONNECTIONS, WARM_UP_SLICE_SECONDS, folder)).requests;
      seconds += WARM_UP_SLICE_SECONDS;
    }
  }
}

/** Slices of load on all servers by turns, and behind one on the host what the model does by itself. */
export async function measure(
  one: Case,
  contestants: readonly Contestant[],
  connections: number,
  folder: string,
): Promise<Result> {
  const measured = new Map(contestants.map(({ name }) => [name, [] as Measurement[]]));
  const bare: Bare[] = [];
  await byTurns(contestants, rounds, async (contestant) => {
    const { measurement, batch } = await quietly(() => measureSlice(one, contestant, connections, folder));
    measured.get(contestant.name)?.push(measurement);
    const rows = contestant.name === 'host' ? rowsOfBare(one, connections, batch) : undefined;
    const { model } = one.bare ?? {};
    if (model !== undefined && rows !== undefined) {
      bare.push(await quietly(() => bareRun(model, rows, sliceSeconds)));
    }
  });
  return { case: one, connections, measured, bare };
}

async function batchesOf({ bare }: Case, { name, request }: Contestant) {
  return bare?.rows === 'batch' && name === 'host' ? batchCount(request.port) : undefined;
}

/** Rows that the model is run on by itself; undefined where it is not. */
function rowsOfBare({ bare }: Case, connections: number, batch: number | undefined): number | undefined {
  if (connections === 1) return 1;
  return bare?.rows === 'batch' && batch !== undefined ? Math.round(batch) : undefined;
}

async function measureSlice(one: Case, contestant: Contestant, connections: number, folder: string) {
  const { request, frontPid, workerPids } = contestant;
  await untilIdle([frontPid, ...workerPids]);
  const cpu = () => ({ front: cpuUs(frontPid), worker: workerPids.reduce((us, pid) => us + cpuUs(pid), 0) });
  const [before, batchesBefore] = [cpu(), await batchesOf(one, contestant)];
  const slice = await fire(request, connections, Math.max(sliceSeconds, one.secondsMin), folder);
  const after = cpu();
  return {
    measurement: measurement(slice, after.front - before.front, after.worker - before.worker),
    batch: meanBatch(batchesBefore, await batchesOf(one, contestant)),
  };
}

function measurement({ requests, seconds, p50Ms, p99Ms }: Slice, frontUs: number, workerUs: number): Measurement {
  return {
    perSecond: requests / seconds,
    p50Ms,
    p99Ms,
    frontUs: frontUs / requests,
    workerUs: workerUs / requests,
  };
}
