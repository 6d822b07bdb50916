import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { HostError } from '../errors.js';
import type { Config, EntryConfig, ModelsConfig } from './config/settings.js';
import { traceFields } from './http/access-log.js';
import { createHandler } from './http/handler.js';
import { HttpServer } from './http/server.js';
import { cpuLimit } from './limits/cpu-limit.js';
import { threadPlan } from './limits/thread-plan.js';
import type { ModelReport, ModelSettings } from './models/model-settings.js';
import { readOwnDocuments } from './own-documents.js';
import { Pool } from './pool/pool.js';
import type { Readiness } from './pool/staff.js';
import { Scoring } from './scoring/scoring.js';
import type { Log } from './telemetry/log.js';
import { createMetrics } from './telemetry/metrics.js';
import { type Entry, type EntryKind, findEntry, findUnnamedEntry } from './worker/entry/find-entry.js';
import type { LoadMessage, LogMessage, ReadyMessage } from './worker/messages.js';

export type { LoadMessage, ReadyMessage };

/** `scorehost/0.1.0` */
export const SERVER_VERSION = `scorehost/${packageVersion()}`;

/** What the owner of a host hears of it. */
export interface HostEvents {
  /** Every worker is ready: calls are answered from now on. */
  onReady(ready: ReadyMessage): void;
  /** The host cannot go on. */
  onFatal(error: HostError): void;
}

/** The front: it builds the parts and hands them to each other; the only file that knows all. */
export class Host {
  readonly #config: Config;
  readonly #log: Log;
  readonly #pool: Pool;
  readonly #scoring: Scoring;
  readonly #servers: HttpServer[] = [];
  /** The file that is served. */
  readonly entryPath: string;
  /** Whether that is user code, or a model by itself. */
  readonly entryKind: EntryKind;
  /** Of the worker that told last: they all load the same. */
  #models: readonly ModelReport[] = [];
  #draining = false;
  /** Listeners are closed, and connections behind their answer. */
  #closing = false;

  /** @throws {HostError} `ENTRY_INVALID` if there is no entry module, `DOCUMENT_INVALID` for a document of the user. */
  constructor(config: Config, log: Log, events: HostEvents) {
    this.#config = config;
    this.#log = log;
    const load = loadMessage(config);
    this.entryPath = load.entryPath;
    this.entryKind = load.entryKind;
    // Once: a file that is changed later must not stop a worker from being replaced.
    const ownDocuments = readOwnDocuments(load.appRoot);
    this.#pool = new Pool(config.pool, load, {
      onModels: (models) => {
        this.#models = models;
      },
      onReady: (ready) => {
        this.#scoring.setService({ ...ready, documents: { ...ready.documents, ...ownDocuments } });
        events.onReady(ready);
      },
      onLog: (line, worker) => this.#logLine(line, worker),
      onFatal: events.onFatal,
    });
    this.#scoring = new Scoring(this.#pool);
  }

  /**
   * Listens, and has the workers load the entry module: `/` answers from here on, calls once the workers are ready.
   *
   * @param firstWorker - A process that was started beforehand, of `spawnWorker()`.
   * @returns the URL it listens on.
   * @throws {HostError} `LISTEN_FAILED`, before a worker is told to load anything.
   */
  async start(firstWorker?: ChildProcess): Promise<string> {
    const { port, healthPort, separateHealthPort } = this.#config.http;
    const bound = await this.#listen(port);
    if (separateHealthPort) this.#log.info(`listening for health on ${urlOf(await this.#listen(healthPort))}`);
    this.#pool.start(firstWorker);
    return urlOf(bound);
  }

  /** Starts the workers only, to see whether they become ready. */
  startWorkers(firstWorker: ChildProcess): void {
    this.#pool.start(firstWorker);
  }

  get readiness(): Readiness {
    const readiness = withModels(this.#pool.readiness, this.#models);
    return this.#draining ? { ...readiness, ready: false, reason: 'draining' } : readiness;
  }

  /**
   * Ends without losing a call: says that it is not ready, goes on listening for the drain delay, then serves the open
   * connections on until they are closed or the grace period is over.
   */
  async drain(): Promise<void> {
    this.#draining = true;
    const { drainDelayMs, drainGraceMs } = this.#config.http;
    await sleep(drainDelayMs);
    // Connections that the kernel has taken already are accepted first: closing the listener would reset them.
    await nextTurn();
    this.#closing = true;
    await Promise.all(this.#servers.map((server) => server.drain(drainGraceMs)));
    await this.stop();
  }

  /** Stops the workers; what still runs is lost. */
  async stop(): Promise<void> {
    await this.#pool.stop();
  }

  /** Ends at once. */
  kill(): void {
    this.#pool.kill();
    for (const server of this.#servers) server.destroyConnections();
  }

  get connectionCount(): number {
    return this.#servers.reduce((count, server) => count + server.connectionCount, 0);
  }

  async #listen(port: number) {
    const { http } = this.#config;
    const serverVersion = http.serverVersionHeader ? SERVER_VERSION : undefined;
    const handler = createHandler({
      config: http,
      scoring: this.#scoring,
      readiness: () => this.readiness,
      metrics: () => createMetrics({ models: () => this.#models }),
      exchangeSettings: { serverVersion, closing: () => this.#closing, sendStallMsMax: http.sendStallMsMax },
      log: this.#log,
    });
    const server = new HttpServer(http, handler, serverVersion, this.#log);
    const address = await server.listen(port);
    this.#servers.push(server);
    return address;
  }

  #logLine({ level, message, requestId, traceparent }: LogMessage, worker: number | undefined): void {
    this.#log[level]({ ...(requestId ? { requestId } : {}), ...traceFields(traceparent), worker }, message);
  }
}

/** A model that runs elsewhere than it should is told where an operator looks. */
function withModels(readiness: Readiness, models: readonly ModelReport[]): Readiness {
  if (models.length === 0) return readiness;
  const fallbacks = models.flatMap(({ name, executionProvider, insteadOf }) =>
    insteadOf ? [`${name} runs on ${executionProvider} instead of ${insteadOf}`] : [],
  );
  return { ...readiness, reason: [readiness.reason, ...fallbacks].join('; '), models };
}

function urlOf({ family, address, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/**
 * What the workers are told to load.
 *
 * @throws {HostError} `ENTRY_INVALID` if there is no entry module.
 */
export function loadMessage({ entry, service, models, pool }: Config): LoadMessage {
  const appRoot = resolve(entry.appRoot || '.');
  const base = resolve(appRoot, entry.sourceDirectory);
  const { kind, path } = findEntryOf(entry, base);
  return {
    entryPath: path,
    entryKind: kind,
    appRoot,
    jsonDepthMax: entry.jsonDepthMax,
    strictOutput: entry.strictOutput,
    service,
    models: modelSettings(models, pool.workers),
    warmUpRun: models.warmUp === 'run',
    batch: models.batch,
    ...(entry.modelDir ? { modelDir: resolve(entry.modelDir) } : {}),
  };
}

function findEntryOf({ entry, modelDir }: EntryConfig, base: string): Entry {
  return entry !== '' || modelDir === '' ? findEntry(entry || '.', base) : findUnnamedEntry(base, resolve(modelDir));
}

/** What every worker is told of models: its share of the CPUs among it. */
function modelSettings(models: ModelsConfig, workers: number): ModelSettings {
  const { executionProviders, providerFallback, deviceId, sessionOptions } = models;
  const { intraOpThreads, allowSpinning } = threadPlan(cpuLimit(), workers, models.intraOpThreads);
  return {
    executionProviders,
    providerFallback,
    deviceId,
    intraOpThreads,
    allowSpinning,
    sessionOptions,
    warmUp: models.warmUp !== 'off',
    packageFolders: [],
  };
}

function packageVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
