import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { modelsFolder } from '../support/recorded.js';

/** What session.run() does by itself, in a process of its own. */
export interface Bare {
  readonly rows: number;
  readonly rowsPerSecond: number;
  /** Of one run. */
  readonly p50Ms: number;
}

const program = fileURLToPath(new URL('../serve/bare-run.mjs', import.meta.url));

export async function bareRun(model: string, rows: number, seconds: number): Promise<Bare> {
  const args = [program, join(modelsFolder, model), String(rows), String(seconds)];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' },
  });
  const { runsPerSecond, p50Ms } = JSON.parse(stdout) as { runsPerSecond: number; p50Ms: number };
  return { rows, rowsPerSecond: rows * runsPerSecond, p50Ms };
}
