import type { ChildProcess } from 'node:child_process';
import { parseArgs } from 'node:util';
import { HostError } from '../errors.js';
import { readConfig } from '../runtime/config/read.js';
import type { LoadMessage, ReadyMessage } from '../runtime/host.js';
import { loadMessage } from '../runtime/host-settings.js';
import { type DocumentVersion, readOwnDocuments } from '../runtime/own-documents.js';
import { diedEarly } from '../runtime/pool/early-death.js';
import { type WorkerEvents, WorkerProcess } from '../runtime/pool/worker-process.js';
import { indentJson } from './indent-json.js';
import { exitCodeOf, printReport } from './report.js';

const USAGE = `Usage: scorehost schema [ENTRY] [--version 2|3|3.1]

Prints the OpenAPI document of an entry module, without a server: the module is loaded, its init() is not called. The
document alone is on stdout; what the module writes is on stderr.

  --version 2|3|3.1   Swagger 2.0, OpenAPI 3.0 or OpenAPI 3.1. Default: 3.1.

The settings of scorehost serve hold, by their variables and flags: SERVICE_NAME, SERVICE_VERSION, SERVICE_PATH_PREFIX,
and AML_APP_ROOT, where a document of your own (swagger.json, swagger3.json, swagger3.1.json) wins over the generated one.
`;

const DEFAULT_VERSION = '3.1';
const versions: readonly DocumentVersion[] = ['2', '3', '3.1'];

/**
 * `scorehost schema`: prints the OpenAPI document of an entry module.
 *
 * @param child - A process of `spawnWorker()`, started while this file was still being loaded.
 */
export async function schema(args: readonly string[], child: ChildProcess): Promise<void> {
  try {
    const { version, rest } = takeVersion(args);
    const { config, help, check, warnings } = await readConfig(rest);
    if (help) return await end(USAGE);
    if (check)
      throw usageInvalid('There is no flag --check: an entry module that prints its document has been loaded.');
    for (const warning of warnings) process.stderr.write(`${warning}\n`);
    const load: LoadMessage = { ...loadMessage(config), schemaOnly: true };
    const ownDocuments = readOwnDocuments(load.appRoot);
    const { documents } = await loadInWorker(load, child);
    await end(`${indentJson(ownDocuments[version] ?? documents[version])}\n`);
  } catch (error) {
    printReport(error);
    process.exit(exitCodeOf(error));
  }
}

/** The version that is asked for, and the arguments that are left for the settings. */
function takeVersion(args: readonly string[]): { readonly version: DocumentVersion; readonly rest: readonly string[] } {
  const options = { version: { type: 'string' } } as const;
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const taken = new Set<number>();
  let asked: string | undefined = DEFAULT_VERSION;
  for (const token of tokens) {
    if (token.kind !== 'option' || token.name !== 'version') continue;
    asked = token.value;
    taken.add(token.index);
    if (!token.inlineValue) taken.add(token.index + 1);
  }
  const version = versions.find((known) => known === asked);
  if (version) return { version, rest: args.filter((_, i) => !taken.has(i)) };
  throw usageInvalid(`--version is ${asked === undefined ? 'empty' : `'${asked}'`}, but must be 2, 3 or 3.1.`);
}

function usageInvalid(message: string): HostError {
  return new HostError('USAGE_INVALID', message, { fix: 'See scorehost schema --help.' });
}

/** Loads the entry module as `serve` does, but for its `init()`. Resolves when the worker has gone. */
function loadInWorker(load: LoadMessage, child: ChildProcess): Promise<ReadyMessage> {
  return new Promise((resolve, reject) => {
    let ready: ReadyMessage | undefined;
    const nothing = () => {};
    const events: WorkerEvents = {
      onReady: (message) => {
        ready = message;
        worker.stop();
      },
      onFailed: ({ code, report }) => {
        worker.kill();
        reject(new HostError(code, report));
      },
      onLog: ({ message }) => process.stderr.write(`${message}\n`),
      onLost: (exit) => (ready ? resolve(ready) : reject(diedEarly(exit, load))),
      onReplies: nothing,
      onChunk: nothing,
      onEnd: nothing,
      onPong: nothing,
      onMemory: nothing,
      onModels: nothing,
      onMetrics: nothing,
      onCollect: () => true,
    };
    const worker = new WorkerProcess(load, events, child);
  });
}

/** Ends the process once the text has been written, or nobody reads it any more. */
function end(text: string): Promise<never> {
  return new Promise(() => {
    process.stdout.on('error', () => process.exit(0));
    process.stdout.write(text, () => process.exit(0));
  });
}
