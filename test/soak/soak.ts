import type { HostProcess } from '../support/host-process.js';
import { privateBytes, workerPids } from '../support/processes.js';
import { StrictConnection } from '../support/strict-connection.js';
import { mixedCalls, type SoakCall } from './calls.js';
import type { MemorySample } from './growth.js';

export interface SoakOptions {
  readonly calls: number;
  /** How often memory is looked at. */
  readonly samples: number;
  readonly onSample?: (calls: number, processes: ReadonlyMap<string, readonly MemorySample[]>) => void;
}

/** What came of a soak. */
export interface SoakResult {
  /** Calls by kind. */
  readonly counts: ReadonlyMap<string, number>;
  /** Calls that were not answered as they must be; the first ones. */
  readonly problems: readonly string[];
  /** By `front`, `worker 1` and so on. */
  readonly processes: ReadonlyMap<string, readonly MemorySample[]>;
}

/**
 * What is garbage is collected soon, so that what stays is needed, or lost. With the heap that Node takes by itself memory
 * goes up for hundreds of thousands of calls, and tells nothing.
 */
export const SMALL_HEAP = '--max-semi-space-size=1 --max-old-space-size=64';

const CONNECTIONS = 16;
const PROBLEMS_MAX = 20;

/** Sends a host mixed calls, and looks at the memory of its processes meanwhile. */
export async function soak(host: HostProcess, { calls, samples, onSample }: SoakOptions): Promise<SoakResult> {
  const pids = new Map([['front', host.child.pid as number]]);
  for (const [i, pid] of workerPids(host).entries()) pids.set(`worker ${i + 1}`, pid);
  const processes = new Map([...pids.keys()].map((name) => [name, [] as MemorySample[]]));
  const counts = new Map<string, number>();
  const problems: string[] = [];
  const mixed = mixedCalls();
  const sampleEvery = Math.max(1, Math.floor(calls / samples));
  let begun = 0;

  const sample = () => {
    for (const [name, pid] of pids) processes.get(name)?.push({ calls: begun, bytes: privateBytes(pid) });
    onSample?.(begun, processes);
  };
  const callOn = async () => {
    let kept = await StrictConnection.open(host.port);
    while (begun < calls) {
      const { value } = mixed.next();
      if (++begun % sampleEvery === 0) sample();
      counts.set(value.name, (counts.get(value.name) ?? 0) + 1);
      const problem = await act(value, kept, host.port);
      if (problem !== undefined && problems.length < PROBLEMS_MAX) problems.push(`${value.name}: ${problem}`);
      if (kept.ended !== undefined) kept = await StrictConnection.open(host.port);
    }
    kept.close();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, callOn));
  return { counts, problems, processes };
}

async function act(call: SoakCall, kept: StrictConnection, port: number): Promise<string | undefined> {
  try {
    return await call.act(kept, port);
  } catch (error) {
    return (error as Error).message;
  }
}
