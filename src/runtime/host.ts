import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { HostError } from '../errors.js';
import { MANIFEST } from '../package-files.js';
import { AutomaticCollection } from './collect/automatic.js';
import type { Collection } from './collect/collection.js';
import { createCollection } from './collect/create-collection.js';
import type { Config } from './config/settings.js';
import { HostMetrics } from './host-metrics.js';
import { withModels } from './host-readiness.js';
import { loadMessage, poolSettings } from './host-settings.js';
import { traceFields } from './http/access-log.js';
import { openSecurity, type Security } from './http/security.js';
import { StatusFeed, type StatusSources } from './http/status/status-feed.js';
import { memoryGroup } from './limits/memory-limit.js';
import { memoryShortage } from './limits/worker-heap.js';
import { Listeners } from './listeners.js';
import { MemoryWatch, type ResidentBytes } from './memory-watch.js';
import type { ModelReport } from './models/model-settings.js';
import { type OwnDocuments, readOwnDocuments } from './own-documents.js';
import { Pool } from './pool/pool.js';
import type { Readiness } from './pool/staff.js';
import { Scoring } from './scoring/scoring.js';
import type { Log } from './telemetry/log.js';
import type { Secrets } from './telemetry/secrets.js';
import type { Tracing } from './telemetry/tracing/tracing.js';
import { tracingWanted } from './telemetry/tracing/tracing-wanted.js';
import type { EntryKind } from './worker/entry/find-entry.js';
import type { LoadMessage, LogMessage, ReadyMessage } from './worker/messages.js';

export type { LoadMessage, ReadyMessage };

/** `scorehost/0.1.0` */
export const SERVER_VERSION = `scorehost/${packageVersion()}`;

/** How long a drain may wait for what was collected to be written: what is left of its time, between these. */
const COLLECTED_MS_MIN = 250;
const COLLECTED_MS_MAX = 5_000;

/** What is no setting, but the command's own. */
export interface HostOptions {
  /** Whether a process more is kept ready, so that a reload takes no start of one. */
  readonly spareWorker?: boolean;
  /** So many are started, though each has the share of the machine that it would have among those of the settings. */
  readonly workers?: number;
  /** What the log is not to tell. */
  readonly secrets: Secrets;
}

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
  readonly #secrets: Secrets;
  /** Where optional packages may be, besides the host's own. */
  readonly #packageFolders: readonly string[];
  /** Whoever follows the calls. */
  #tracing: Tracing | undefined;
  readonly #pool: Pool;
  readonly #scoring: Scoring;
  #security: Security | undefined;
  #listeners: Listeners | undefined;
  /** The file that is served. */
  readonly entryPath: string;
  /** Whether that is user code, or a model by itself. */
  readonly entryKind: EntryKind;
  /** Of the worker that told last: they all load the same. */
  #models: readonly ModelReport[] = [];
  readonly #bodyBytesMax: number;
  #ownDocuments: OwnDocuments;
  readonly #metrics = new HostMetrics((message) => this.#log.warn(message));
  /** None where data collection is off. */
  readonly #collection: Collection | undefined;
  readonly #statusFeed: StatusFeed | undefined;
  /** None without a limit. */
  readonly #memoryWatch: MemoryWatch | undefined;
  #draining = false;

  /**
   * @throws {HostError} `ENTRY_INVALID` if there is no entry module, `DOCUMENT_INVALID` for a document of the user.
   */
  constructor(config: Config, log: Log, events: HostEvents, options: HostOptions) {
    const { spareWorker = false, workers, secrets } = options;
    this.#config = config;
    this.#log = log;
    this.#secrets = secrets;
    const load = loadMessage(config);
    this.entryPath = load.entryPath;
    this.entryKind = load.entryKind;
    this.#packageFolders = [dirname(load.entryPath), load.appRoot, process.cwd()];
    const packageFolders = this.#packageFolders;
    this.#collection = createCollection(config, { packageFolders, agent: SERVER_VERSION, log, secrets });
    // At the start and by a reload alone: a file that is changed meanwhile must not stop a worker from being replaced.
    this.#ownDocuments = readOwnDocuments(load.appRoot);
    const group = memoryGroup();
    const pool = poolSettings(config.pool, group);
    // One that all the memory for bodies cannot hold is too large whenever it comes.
    this.#bodyBytesMax = Math.min(config.http.bodyBytesMax, pool.bytesMax);
    this.#pool = new Pool({ ...pool, workers: workers ?? pool.workers, spareWorker }, this.#withCollection(load), {
      onCollect: (record) => this.#collection?.onRecord(record) ?? true,
      onModels: (models) => {
        this.#models = models;
      },
      onReady: events.onReady,
      onService: (ready) => {
        const documents = { ...ready.documents, ...this.#ownDocuments };
        this.#scoring.setService({ ...ready, documents });
      },
      ...this.#metrics.poolEvents,
      onBatch: (calls) => {
        this.#metrics.poolEvents.onBatch(calls);
        this.#statusFeed?.onBatch(calls);
      },
      onDied: (cause) => {
        this.#metrics.poolEvents.onDied(cause);
        this.#statusFeed?.onDied(cause);
      },
      onLog: (line, worker) => this.#logLine(line, worker),
      onFatal: (error) => void this.#onFatal(error, events),
    });
    this.#scoring = new Scoring(this.#pool);
    if (config.http.status === 'on')
      this.#statusFeed = new StatusFeed(this.#statusSources(), config.http.sendStallMsMax);
    const shortage = memoryShortage(config.pool.workers, group?.limitBytes);
    if (shortage) log.warn(shortage);
    if (group)
      this.#memoryWatch = new MemoryWatch(
        group,
        () => this.#residentBytes(),
        (message) => log.warn(message),
      );
  }

  /**
   * Listens, and has the workers load the entry module: `/` answers from here on, calls once the workers are ready.
   *
   * @param firstWorker - A process that was started beforehand, of `spawnWorker()`.
   * @returns the URL it listens on.
   * @throws {HostError} `AUTH_INVALID`, `TLS_INVALID`, `LISTEN_FAILED`, before a worker is told to load anything.
   */
  async start(firstWorker?: ChildProcess): Promise<string> {
    const security = await this.#openSecurity();
    if (tracingWanted(this.#config.tracing)) await this.#startTracing();
    this.#listeners = this.#createListeners(security);
    const url = await this.#listeners.open();
    this.#pool.start(firstWorker);
    this.#collection?.start();
    this.#memoryWatch?.start();
    return url;
  }

  /**
   * Reads what a start reads, and starts the workers only, to see whether they become ready.
   *
   * @throws {HostError} `AUTH_INVALID`, `TLS_INVALID`
   */
  async startWorkers(firstWorker: ChildProcess): Promise<void> {
    await this.#openSecurity();
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
    const untilMs = performance.now() + drainGraceMs;
    this.#statusFeed?.end();
    await this.#listeners?.drain(drainGraceMs);
    await this.#endServing();
    const leftMs = untilMs - performance.now();
    const collected = this.#collection?.close(Math.min(COLLECTED_MS_MAX, Math.max(COLLECTED_MS_MIN, leftMs)));
    await Promise.all([collected, this.#tracing?.close()]);
  }

  /**
   * Loads the entry module and its models again, in successors of the workers: calls go on meanwhile. What cannot be loaded
   * changes nothing but the log.
   */
  reload(): void {
    if (this.#draining) return;
    try {
      const load = loadMessage(this.#config);
      this.#ownDocuments = readOwnDocuments(load.appRoot);
      this.#log.info(`reload: ${load.entryPath}`);
      this.#pool.reload(this.#withCollection(load));
    } catch (error) {
      this.#log.error({ err: error }, 'not reloaded: the workers go on as they are');
    }
  }

  /** Stops the workers; what still runs is lost. */
  async stop(): Promise<void> {
    await this.#endServing();
    await this.#tracing?.close();
  }

  async #endServing(): Promise<void> {
    this.#security?.stop();
    this.#memoryWatch?.stop();
    this.#statusFeed?.end();
    await this.#pool.stop();
  }

  /** Ends at once. */
  kill(): void {
    this.#pool.kill();
    this.#collection?.kill();
    this.#listeners?.destroyConnections();
  }

  /** Whether callers need a key or a token. Known once it has started. */
  get asksForKey(): boolean {
    return this.#security?.guard?.takesAuthorization ?? false;
  }

  get connectionCount(): number {
    return this.#listeners?.connectionCount ?? 0;
  }

  #withCollection(load: LoadMessage): LoadMessage {
    return this.#collection ? { ...load, collect: this.#collection.plan.rules } : load;
  }

  #createListeners(security: Security): Listeners {
    const { http, tls, log: logConfig } = this.#config;
    const parts = {
      http: { ...http, bodyBytesMax: this.#bodyBytesMax },
      tls,
      logConfig,
      serverVersion: SERVER_VERSION,
      scoring: this.#scoring,
      collection: this.#collection && AutomaticCollection.of(this.#collection),
      readiness: () => this.readiness,
      metrics: () => this.#scraped(),
      counts: this.#counts,
      statusFeed: this.#statusFeed,
      tracing: this.#tracing,
      log: this.#log,
      events: {
        onRefused: ({ code }: HostError) => this.#metrics.http.countError(code),
        onDropped: () => this.#metrics.connectionRefused(),
      },
    };
    return new Listeners(parts, security);
  }

  async #openSecurity(): Promise<Security> {
    this.#security = await openSecurity(this.#config, this.#log, this.#secrets, () =>
      // Who watches by a key that is none any more must not go on.
      this.#statusFeed?.watchers.endAll(),
    );
    return this.#security;
  }

  /** Whoever follows the host is told why it ends before it does: nothing else will tell. */
  async #onFatal(error: HostError, { onFatal }: HostEvents): Promise<void> {
    if (this.#tracing) {
      this.kill();
      const exception = { type: error.code, message: error.message };
      this.#tracing.line({ level: 'error', message: error.message, exception });
      await this.#tracing.close();
    }
    onFatal(error);
  }

  /** With packages that only those have, and load, who want traces. */
  async #startTracing(): Promise<void> {
    const { startTracing } = await import('./telemetry/tracing/start-tracing.js');
    this.#tracing = startTracing({
      config: this.#config.tracing,
      serviceName: this.#config.service.name,
      version: packageVersion(),
      packageFolders: this.#packageFolders,
      secrets: this.#secrets,
      warn: (message) => this.#log.warn(message),
    });
  }

  #scraped() {
    return this.#metrics.scraped({
      version: SERVER_VERSION,
      pool: this.#pool,
      ready: () => this.readiness.ready,
      connections: () => this.connectionCount,
      models: () => this.#models,
      collection: () => this.#collection?.counts,
    });
  }

  /** undefined: nothing is counted. */
  get #counts() {
    return this.#config.http.metricsPort === 'off' ? undefined : this.#metrics.http;
  }

  #statusSources(): StatusSources {
    return {
      version: SERVER_VERSION,
      entryPath: this.entryPath,
      entryKind: this.entryKind,
      hasDocs: this.#config.http.docs === 'on',
      readiness: () => withModels(this.#pool.readiness, this.#models),
      isDraining: () => this.#draining,
      service: () => this.#scoring.service,
      models: () => this.#models,
      workers: () => this.#pool.workers,
      queuedCalls: () => this.#pool.queuedCalls,
      callsInFlight: () => this.#pool.callsInFlight,
      counts: this.#counts,
    };
  }

  #residentBytes(): ResidentBytes {
    const workers = this.#pool.workers.map(({ pid, residentBytes }) => [`worker ${pid}`, residentBytes] as const);
    return new Map([['front', process.memoryUsage.rss()], ...workers]);
  }

  #logLine(line: LogMessage, worker: number | undefined): void {
    const { level, message, requestId, traceparent } = line;
    // A call that is followed has the trace context of its own span.
    const trace = this.#tracing ? traceFields(undefined, traceparent) : traceFields(traceparent, undefined);
    this.#log[level]({ ...(requestId ? { requestId } : {}), ...trace, worker }, message);
    this.#tracing?.line(line);
  }
}

function packageVersion(): string {
  return (JSON.parse(readFileSync(MANIFEST, 'utf8')) as { version: string }).version;
}
