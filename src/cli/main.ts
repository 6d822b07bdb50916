#!/usr/bin/env node
import { constants } from 'node:os';
import { memoryLimit } from '../runtime/limits/memory-limit.js';
import { heapOptions } from '../runtime/limits/worker-heap.js';
import { spawnWorker } from '../runtime/pool/spawn-worker.js';

/** The command `scorehost`: one file per subcommand. */

const USAGE = `Usage: scorehost COMMAND [ENTRY] [options]

Serves a model, or an entry module, over HTTP: POST /score runs the model, or calls run().

  scorehost serve model.onnx          serve this model, without code
  scorehost serve path/to/score.ts    serve this entry module
  scorehost schema path/to/score.ts   print its OpenAPI document, without a server
  scorehost doctor                    tell what this machine has for models, and what would happen
  scorehost health                    ask the host that runs here whether it is ready, by exit code
  scorehost serve --help              all settings; scorehost schema --help
  scorehost --version                 the version
`;

const [command, ...args] = process.argv.slice(2);
if (process.pid === 1) endBySignals();
if (command === 'serve' || command === 'schema') {
  // A worker takes longest of all to start: it does so while this process loads its own modules.
  // If the settings, which are read then, want another number of workers, another process takes its place.
  const firstWorker = spawnWorker(heapOptions(Number(process.env.WORKER_COUNT) || 1, memoryLimit()));
  if (command === 'serve') await (await import('./serve.js')).serve(args, firstWorker);
  else await (await import('./schema.js')).schema(args, firstWorker);
} else if (command === 'doctor') await (await import('./doctor.js')).doctor(args);
else if (command === 'health') await (await import('./health.js')).health(args);
else if (command === '--version') process.stdout.write(`${(await import('../runtime/host.js')).SERVER_VERSION}\n`);
else if (command === undefined || command === '--help' || command === '-h' || command === 'help')
  process.stdout.write(USAGE);
else {
  process.stderr.write(`scorehost: there is no command '${command}'.\n\n${USAGE}`);
  process.exitCode = 1;
}

/** The first process of a container is ended by no signal that it does not handle: it ends at once, until `serve` drains. */
function endBySignals(): void {
  // A host that serves nothing yet has nothing to lose; whatever else was to be done is not done.
  const isHost = command === 'serve' && !args.includes('--check');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => process.exit(isHost ? 0 : 128 + constants.signals[signal]));
  }
}
