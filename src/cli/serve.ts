import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { serveHelp } from '../runtime/config/help.js';
import { type CommandLine, readConfig } from '../runtime/config/read.js';
import type { Config } from '../runtime/config/settings.js';
import type { Host, HostEvents, ReadyMessage } from '../runtime/host.js';
import type { Log, LogOutput } from '../runtime/telemetry/log.js';
import { exitCodeOf, printReport } from './report.js';
import { hasTerminal } from './terminal.js';

/**
 * `scorehost serve`: runs the host until a signal ends it.
 *
 * @param firstWorker - A process of `spawnWorker()`, started while this file was still being loaded.
 */
export async function serve(args: readonly string[], firstWorker: ChildProcess): Promise<void> {
  try {
    const commandLine = await readConfig(args);
    if (commandLine.help) {
      process.stdout.write(`${serveHelp()}\n`);
      process.exit(0); // the worker goes with it
    }
    await (commandLine.check ? check(commandLine, firstWorker) : run(commandLine, firstWorker));
  } catch (error) {
    printReport(error);
    process.exit(exitCodeOf(error));
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

/**
 * What most calls make is gone before the heap is looked at; under load the rest is still in flight, and V8 concludes that it
 * lives for long. From then on it makes such things among the old ones ("pretenuring"), where they stay until the whole heap
 * is collected, and all that they refer to with them: requests, replies, bodies. Collections took ten times as long.
 */
function keepCallsYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}

async function run({ config, watch, warnings }: CommandLine, firstWorker: ChildProcess): Promise<void> {
  keepCallsYoung();
  const { Host, createLog } = await loadParts();
  const output = createLog(config.log);
  const { log, print, secrets } = output;
  const end = processEnd(output);
  for (const warning of warnings) log.warn(warning);
  const events: HostEvents = {
    onReady: async (ready) => {
      const url = await listening;
      const fields = { loadMs: Math.round(ready.loadMs), workers: config.pool.workers };
      log.info(
        fields,
        `ready: POST ${url}/score ${host.entryKind === 'model' ? 'runs the model' : 'calls run() of'} ${host.entryPath}`,
      );
      if (config.log.format === 'text') print(whatToTry(host, ready, url, config.http));
    },
    onFatal: (error) => {
      host.kill();
      void end(exitCodeOf(error), error);
    },
  };
  const host: Host = new Host(config, log, events, { spareWorker: watch, secrets });
  onSignals(host, log, end);
  onHangUp(host);
  if (watch) await watchEntry(host, config);
  const listening = host.start(firstWorker);
  await listening.then(
    (url) => log.info({ pid: process.pid }, `listening on ${url}`),
    (error) => end(exitCodeOf(error), error),
  );
}

/** Loads the entry module in one worker as `run` would, and says whether it could. */
async function check({ config, warnings }: CommandLine, firstWorker: ChildProcess): Promise<void> {
  const { Host, createLog } = await loadParts();
  const output = createLog(config.log);
  const end = processEnd(output);
  for (const warning of warnings) output.log.warn(warning);
  const events: HostEvents = {
    onReady: async ({ loadMs }) => {
      await host.stop();
      output.print(
        `The settings are valid, and the ${host.entryKind === 'model' ? 'model' : 'entry module'} is ready after ${Math.round(loadMs)} ms.\n`,
      );
      await end(0);
    },
    onFatal: (error) => {
      host.kill();
      void end(exitCodeOf(error), error);
    },
  };
  const host: Host = new Host(config, output.log, events, { workers: 1, secrets: output.secrets });
  await host.startWorkers(firstWorker).catch((error) => end(exitCodeOf(error), error));
}

/** Ends the process, once: with the last lines written, and a report on stderr if there is one. */
type ProcessEnd = (exitCode: number, report?: unknown) => Promise<void>;

function processEnd({ close, secrets }: LogOutput): ProcessEnd {
  let ending = false;
  return async (exitCode, report) => {
    if (ending) return;
    ending = true;
    await close();
    if (report !== undefined) printReport(report, (text) => secrets.redact(text));
    process.exit(exitCode);
  };
}

/** A second signal within this time is the first again: a terminal and npm both pass one Ctrl-C on. */
const SIGNAL_ECHO_MS = 200;

/** The first signal ends without losing a call, the second at once. */
function onSignals(host: Host, log: Log, end: ProcessEnd): void {
  let firstAtMs: number | undefined;
  const onSignal = (signal: 'SIGTERM' | 'SIGINT'): void => {
    if (firstAtMs !== undefined) {
      if (performance.now() - firstAtMs < SIGNAL_ECHO_MS) return;
      log.warn(`${signal} again: ending at once`);
      host.kill();
      void end(128 + constants.signals[signal]);
      return;
    }
    firstAtMs = performance.now();
    log.info(`${signal}: answering what is open (connections: ${host.connectionCount}); once more ends at once`);
    void host.drain().then(() => {
      log.info('ended');
      return end(0);
    });
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.removeAllListeners(signal).on(signal, onSignal);
}

/** SIGHUP reloads, as it does in other servers; but a terminal sends it, too, when it is closed, and then it ends. */
function onHangUp(host: Host): void {
  const hadTerminal = hasTerminal();
  process.on('SIGHUP', () => {
    if (hadTerminal && !hasTerminal()) process.kill(process.pid, 'SIGTERM');
    else host.reload();
  });
}

async function watchEntry(host: Host, { entry }: Config): Promise<void> {
  const { watchFiles } = await import('../runtime/watch-files.js');
  watchFiles(host.entryPath, host.entryKind, entry.modelDir && resolve(entry.modelDir), () => host.reload());
}

/** A text as one word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A longer example is for a file. */
const EXAMPLE_CHARACTERS_MAX = 500;

/** A command that works as it stands, where the folder of the entry module has a request. */
function whatToTry(
  { entryPath, asksForKey }: Host,
  { kind, documents }: ReadyMessage,
  url: string,
  { docs, status }: Config['http'],
): string {
  const file = join(dirname(entryPath), 'request.json');
  const { definitions } = JSON.parse(documents[2]) as { definitions: { ServiceInput: { example?: unknown } } };
  const example = kind === 'typed' ? (JSON.stringify(definitions.ServiceInput.example) ?? '') : 'YOUR BODY';
  const isShort = example !== '' && example.length <= EXAMPLE_CHARACTERS_MAX;
  const data = existsSync(file) ? `@${relative(process.cwd(), file)}` : isShort ? quoted(example) : '@request.json';
  // Who listens everywhere is in a container, most likely: asked from outside, on whatever port it is published.
  const everywhere = /^https?:\/\/(?:0\.0\.0\.0|\[::\])(:\d+)$/.exec(url)?.[1];
  const base =
    everywhere === undefined ? url : `${url.startsWith('https') ? 'https' : 'http'}://localhost${everywhere}`;
  return [
    '',
    everywhere === undefined
      ? '  Try it in another terminal:'
      : '  Try it, on the port that is published where this is a container:',
    '',
    `    curl ${base}/score -H 'Content-Type: application/json'${asksForKey ? " -H 'Authorization: Bearer KEY'" : ''} -d ${data}`,
    '',
    ...(data === '@request.json'
      ? ['  with a request.json like the example of ServiceInput in the document.', '']
      : []),
    ...(docs === 'on' ? [`  or in a browser: ${base}/docs`, ''] : []),
    ...(status === 'on' ? [`  What the host is doing is shown at ${base}/status.`] : []),
    `  The OpenAPI document is at ${base}/swagger.json, readiness at ${base}/health/ready. Ctrl-C ends.`,
    '',
    '',
  ].join('\n');
}
