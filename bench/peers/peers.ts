import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from '../support/server.js';
import { peersFolder } from './python.js';

/** What a server is to be started with. */
export interface Start {
  readonly model: string;
  readonly port: number;
  readonly processes: number;
  /** With the programs of its virtual environment. */
  readonly bin: string;
}

/** A server that serves a model at /score. */
export interface Peer {
  /** Of its folder beside this file, where it has one. */
  readonly name: string;
  /** … in Python, in an environment of its own. */
  readonly isPython: boolean;
  /** With `VERSION` where its version belongs. */
  readonly title: string;
  readonly command: (start: Start) => Command;
}

const hostMain = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

const scorehost: Peer = {
  name: 'scorehost',
  isPython: false,
  title: 'scorehost VERSION',
  command: ({ model, port, processes }) => ({
    program: process.execPath,
    args: [hostMain, 'serve', model, '--port', String(port), '--worker_count', String(processes)],
    env: { AZUREML_LOG_LEVEL: 'warning', SCOREHOST_LOG_FORMAT: 'json' },
  }),
};

export const peers: readonly Peer[] = [
  scorehost,
  python('azureml', 'azureml-inference-server-http VERSION', 'python', ({ port, processes }) => [
    ...['server.py', '--entry_script', 'score.py'],
    ...['--port', String(port), '--worker_count', String(processes)],
  ]),
  python('fastapi', 'FastAPI VERSION, uvicorn', 'uvicorn', ({ port, processes }) => [
    ...['server:app', '--host', '127.0.0.1', '--port', String(port), '--workers', String(processes)],
    ...['--log-level', 'warning', '--no-access-log'],
  ]),
  python('litserve', 'LitServe VERSION', 'python', () => ['server.py']),
  python('bentoml', 'BentoML VERSION', 'bentoml', ({ port }) => [
    ...['serve', 'server:Predict', '--host', '127.0.0.1', '--port', String(port)],
  ]),
  python('mosec', 'mosec VERSION', 'python', ({ port }) => [
    ...['server.py', '--address', '127.0.0.1', '--port', String(port), '--log-level', 'warning'],
  ]),
];

function python(name: string, title: string, program: string, args: (start: Start) => readonly string[]): Peer {
  const cwd = join(peersFolder, name);
  const command = (start: Start): Command => ({
    program: join(start.bin, program),
    args: args(start),
    env: pythonEnvironment(start),
    cwd,
  });
  return { name, isPython: true, title, command };
}

/** What the programs in Python read. */
function pythonEnvironment({ model, port, processes, bin }: Start) {
  return {
    PATH: `${bin}:${process.env.PATH}`,
    MODEL: model,
    PORT: String(port),
    PROCESSES: String(processes),
    // The host divides the cores among its workers in the same way.
    THREADS: String(Math.max(1, Math.floor(availableParallelism() / processes))),
    PYTHONDONTWRITEBYTECODE: '1', // beside the programs, in the repository
    BENTOML_DO_NOT_TRACK: 'True',
    BENTOML_HOME: join(bin, '..', 'bentoml'),
  };
}
