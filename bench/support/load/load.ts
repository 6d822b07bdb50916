import { spawnSync } from 'node:child_process';
import { autocannon } from './autocannon.js';
import { wrk } from './wrk.js';

/** The request that a load generator repeats. */
export interface Request {
  readonly port: number;
  readonly path: string;
  readonly type: string;
  readonly body: Buffer;
}

/** What came of one slice of time. */
export interface Slice {
  readonly requests: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** … and of the calls that were not answered by a 200. */
export interface Outcome extends Slice {
  readonly failed: number;
}

/**
 * Repeats a request on so many connections, one at a time on each.
 *
 * @param folder - For what the program reads from files.
 */
export type LoadGenerator = (
  request: Request,
  connections: number,
  seconds: number,
  folder: string,
) => Promise<Outcome>;

const hasWrk = spawnSync('wrk', ['--version']).error === undefined;
export const loadGenerator: LoadGenerator = hasWrk ? wrk : autocannon;
export const loadGeneratorName = hasWrk ? 'wrk -t1' : 'autocannon';

/** @throws {Error} if any call failed: a fast refusal would look like a fast server. */
export async function fire(request: Request, connections: number, seconds: number, folder: string): Promise<Slice> {
  const slice = await loadGenerator(request, connections, seconds, folder);
  if (slice.failed > 0 || slice.requests === 0) {
    throw new Error(
      `port ${request.port}, ${connections} connections: ${slice.requests} answers, ${slice.failed} calls failed`,
    );
  }
  return slice;
}
