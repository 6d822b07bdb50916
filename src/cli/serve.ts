import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { asError, HostError } from '../errors.js';
import { serveHelp } from '../runtime/config/help.js';
import { type CommandLine, readConfig } from '../runtime/config/read.js';
import type { Host } from '../runtime/host.js';
import { spawnWorker } from '../runtime/pool/spawn-worker.js';
import type { Log } from '../runtime/telemetry/log.js';

/** `scorehost serve`: runs the host until a signal ends it. */
export async function serve(args: readonly string[]): Promise<void> {
  try {
    const commandLine = await readConfig(args);
    if (commandLine.help) return void process.stdout.write(`${serveHelp()}\n`);
    await (commandLine.check ? check(commandLine) : run(commandLine));
  } catch (error) {
    fail(error);
  }
}

/** The parts of the front, loaded when they are needed: `--help` needs none, and a worker can start meanwhile. */
async function loadParts() {
  const [{ Host }, { createLog }] = await Promise.all([
    import('../runtime/host.js'),
    import('../runtime/telemetry/log.js'),
  ]);
  return { Host, createLog };
}

async function run({ config }: CommandLine): Promise<void> {
  // A worker takes longest of all to start: it does so while the front loads its own modules.
  const firstWorker = spawnWorker();
  const { Host, createLog } = await loadParts();
  const { log, flush } = createLog(config.log);
  const host: Host = new Host(config, log, {
    onReady: async ({ loadMs }) => {
      const url = await listening;
      const fields = { loadMs: Math.round(loadMs), workers: config.pool.workers };
      log.info(fields, `ready: POST ${url}/score calls run() of ${host.entryPath}`);
      if (config.log.format === 'json') return;
      flush();
      process.stdout.write(whatToTry(host.entryPath, url));
    },
    onFatal: (error) => die(error, host, flush),
  });
  onSignals(host, log, flush);
  const listening = host.start(firstWorker);
  log.info({ pid: process.pid }, `listening on ${await listening}`);
}

/** Loads the entry module in one worker as `run` would, and says whether it could. */
async function check({ config }: CommandLine): Promise<void> {
  const { Host, createLog } = await loadParts();
  const { log, flush } = createLog(config.log);
  const loadMs = await new Promise<number>((resolve) => {
    const host = new Host({ ...config, pool: { ...config.pool, workers: 1 } }, log, {
      onReady: (ready) => void host.stop().then(() => resolve(ready.loadMs)),
      onFatal: (error) => die(error, host, flush),
    });
    host.startWorkers();
  });
  flush();
  process.stdout.write(`The settings are valid, and the entry module is ready after ${Math.round(loadMs)} ms.\n`);
  process.exit(0);
}

/** The first signal ends without losing a call, the second at once. */
function onSignals(host: Host, log: Log, flush: () => void): void {
  let ending = false;
  const end = (signal: 'SIGTERM' | 'SIGINT'): void => {
    if (ending) {
      log.warn(`${signal} again: ending at once`);
      host.kill();
      flush();
      process.exit(128 + constants.signals[signal]);
    }
    ending = true;
    log.info(`${signal}: answering what is open (${host.connectionCount} connections); once more ends at once`);
    void host.drain().then(() => {
      log.info('ended');
      flush();
      process.exit(0);
    });
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}

function die(error: HostError, host: Host, flush: () => void): never {
  host.kill();
  flush();
  fail(error);
}

function fail(thrown: unknown): never {
  if (thrown instanceof HostError) process.stderr.write(`${thrown.message}\n`);
  else process.stderr.write(`${asError(thrown).stack}\n`);
  process.exit(thrown instanceof HostError ? (thrown.entry.exitCode ?? 3) : 3);
}

/** A command that works as it stands, where the folder of the entry module has a request. */
function whatToTry(entryPath: string, url: string): string {
  const file = join(dirname(entryPath), 'request.json');
  const data = existsSync(file) ? `@${relative(process.cwd(), file)}` : "'YOUR JSON'";
  return [
    '',
    '  Try it in another terminal:',
    '',
    `    curl ${url}/score -H 'Content-Type: application/json' -d ${data}`,
    '',
    `  The OpenAPI document is at ${url}/swagger.json, readiness at ${url}/health/ready. Ctrl-C ends.`,
    '',
    '',
  ].join('\n');
}
