import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { DIST } from '../../package-files.js';
import { hostSecrets } from './host-secrets.js';

const WORKER_MAIN = join(DIST, 'runtime/worker/main.js');

/**
 * Starts the process of a worker, with the socket pair behind its stdin, stdout and stderr. It does nothing until it is
 * told what to load, and ends when the pair is closed.
 *
 * This file imports next to nothing of the host: the first worker is started before the front has loaded its own modules.
 *
 * @param options - Of Node, on top of those that the front has.
 */
export function spawnWorker(options: readonly string[] = []): ChildProcess {
  return spawn(process.execPath, argumentsOf(options), {
    // A process group of its own, which Ctrl-C in a terminal does not reach.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: workerEnvironment(),
  });
}

/** The environment of the front, as user code is to see it. */
function workerEnvironment(): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {
    // From 1.29 on onnxruntime reports to its maker, and keeps files for it in the folder for temporary files.
    ORT_DISABLE_TELEMETRY: '1',
    ...process.env,
  };
  // Code that logs its environment must not log the keys of the host.
  for (const name of hostSecrets) delete environment[name];
  return environment;
}

/** Whether a process of {@link spawnWorker} was started with these options. */
export function hasOptions({ spawnargs }: ChildProcess, options: readonly string[]): boolean {
  return spawnargs.slice(1).join('\n') === argumentsOf(options).join('\n');
}

export function isAlive({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

/** Node's own options as the front has them, but for the inspector's: two processes cannot share its port. */
function argumentsOf(options: readonly string[]): string[] {
  return [...process.execArgv.filter((option) => !option.startsWith('--inspect')), ...options, WORKER_MAIN];
}
