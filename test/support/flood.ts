import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** A load of the same call, over and over. */
export interface FloodOptions {
  readonly port: number;
  readonly request: string;
  readonly connections: number;
  readonly ms: number;
  /** What comes in the first milliseconds is not counted. */
  readonly warmUpMs: number;
  /** Calls that are sent each second, answered or not; 0: each connection calls again when it has its answer. */
  readonly callsPerSecond: number;
}

/** Milliseconds from the last byte of a call to the first of its answer. */
export interface Latencies {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** What came of it, all behind the warm-up. */
export interface FloodResult {
  readonly sent: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Answers of 200. */
  readonly goodPerSecond: number;
  readonly good: Latencies;
  readonly refused: Latencies;
  /** Answers of 429 that do not say when to come back. */
  readonly withoutRetryAfter: number;
  /** Connections that ended. */
  readonly lost: number;
  /** Calls that were due while every connection waited for an answer. */
  readonly unsent: number;
}

const RUNNER = fileURLToPath(new URL('run-typescript.mjs', import.meta.url));
const MAIN = fileURLToPath(new URL('flood-main.ts', import.meta.url));

/** Floods a host from a process of its own: what is measured there does not wait for the event loop of a test. */
export async function flood(options: FloodOptions): Promise<FloodResult> {
  const { stdout } = await promisify(execFile)(process.execPath, [RUNNER, MAIN, JSON.stringify(options)]);
  return JSON.parse(stdout) as FloodResult;
}
