import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { asError, HostError } from '../errors.js';
import { serveHelp } from '../runtime/config/help.js';
import { type CommandLine, readConfig } from '../runtime/config/read.js';
import { Host } from '../runtime/host.js';
import { createLog, flushLog, type Log } from '../runtime/telemetry/log.js';

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

async function run({ config }: CommandLine): Promise<void> {
  const log = createLog(config.log);
  const host: Host = new Host(config, log, {
    onReady: ({ loadMs }) => {
      const { workers } = config.pool;
      log.info({ loadMs: Math.round(loadMs), workers }, `ready: POST ${url}/score calls run() of ${host.entryPath}`);
      if (config.log.format === 'text') flushLog(log);
      if (config.log.format === 'text') process.stdout.write(whatToTry(host.entryPath, url));
    },
    onFatal: (error) => die(error, host, log),
  });
  onSignals(host, log);
  const { address, port } = await host.start();
  const url = `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
  log.info({ pid: process.pid }, `listening on ${url}`);
}

/** Loads the entry module in one worker as `run` would, and says whether it could. */
async function check({ config }: CommandLine): Promise<void> {
  const log = createLog(config.log);
  await new Promise<void>((resolve) => {
    const host = new Host({ ...config, pool: { ...config.pool, workers: 1 } }, log, {
      onReady: ({ loadMs }) => {
        flushLog(log);
        process.stdout.write(
          `The settings are valid, and ${host.entryPath} is ready after ${Math.round(loadMs)} ms.\n`,
        );
        void host.stop().then(resolve);
      },
      onFatal: (error) => die(error, host, log),
    });
    host.startWorkers();
  });
  process.exit(0);
}

/** The first signal ends without losing a call, the second at once. */
function onSignals(host: Host, log: Log): void {
  let ending = false;
  const end = (signal: 'SIGTERM' | 'SIGINT'): void => {
    if (ending) {
      log.warn(`${signal} again: ending at once`);
      host.kill();
      flushLog(log);
      process.exit(128 + constants.signals[signal]);
    }
    ending = true;
    log.info(`${signal}: answering what is open (${host.connectionCount} connections); once more ends at once`);
    void host.drain().then(() => {
      log.info('ended');
      flushLog(log);
      process.exit(0);
    });
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}

function die(error: HostError, host: Host, log: Log): never {
  host.kill();
  flushLog(log);
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
