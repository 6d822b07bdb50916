import { newHttpCounts } from './http/measure.js';
import { memoryGroup } from './limits/memory-limit.js';
import { memoryUsed, oomKills } from './limits/memory-use.js';
import { DEATH_CAUSES } from './pool/death-cause.js';
import type { Pool, PoolEvents } from './pool/pool.js';
import { WORKER_STATES } from './pool/worker-view.js';
import { BucketCounts } from './telemetry/bucket-counts.js';
import type { CollectionCounts } from './telemetry/collection-counts.js';
import { Counts } from './telemetry/counts.js';
import type { Metrics, ModelState } from './telemetry/metrics.js';
import { ReplacementCounts } from './telemetry/replacement-counts.js';
import { UserMetrics } from './telemetry/user-metrics.js';

/** Buckets of the histogram of batches. */
const BATCH_CALLS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/** What a scrape asks of the host. */
export interface MeasuredHost {
  readonly version: string;
  readonly pool: Pool;
  readonly ready: () => boolean;
  readonly connections: () => number;
  readonly models: () => readonly ModelState[];
  readonly collection: () => CollectionCounts | undefined;
}

/** All that the host counts, and how it is scraped. */
export class HostMetrics {
  readonly http = newHttpCounts();
  readonly #batchCalls = new BucketCounts(BATCH_CALLS);
  readonly #replacements = new ReplacementCounts();
  readonly #deaths = new Counts(DEATH_CAUSES);
  readonly #user: UserMetrics;
  #connectionsRefused = 0;
  #metrics: Promise<Metrics> | undefined;

  /** @param warn - Told once of what is not kept of the metrics of the entry module. */
  constructor(warn: (message: string) => void) {
    this.#user = new UserMetrics(warn);
  }

  /** Those events of the pool that are counted. */
  readonly poolEvents: Pick<PoolEvents, 'onBatch' | 'onReplaced' | 'onDied' | 'onMetrics'> = {
    onBatch: (calls) => this.#batchCalls.observe(calls),
    onReplaced: (cause, done) => this.#replacements.count(cause, done),
    onDied: (cause) => this.#deaths.count(cause),
    onMetrics: (worker, metrics) => (metrics ? this.#user.take(worker, metrics) : this.#user.forget(worker)),
  };

  /** A connection was closed as it came, or had sent too many requests ahead. */
  connectionRefused(): void {
    this.#connectionsRefused++;
  }

  /** Made for the first scrape, and the same for all ports. */
  scraped(host: MeasuredHost): Promise<Metrics> {
    this.#metrics ??= this.#create(host);
    return this.#metrics;
  }

  async #create({ version, pool, ready, connections, models, collection }: MeasuredHost): Promise<Metrics> {
    // With a library: no start waits for it.
    const { createMetrics } = await import('./telemetry/metrics.js');
    const group = memoryGroup();
    return createMetrics({
      version,
      http: this.http,
      connections,
      connectionsRefused: () => this.#connectionsRefused,
      ready,
      queuedCalls: () => pool.queuedCalls,
      callsInFlight: () => pool.callsInFlight,
      bodyBytes: () => pool.bodyBytes,
      batchCalls: this.#batchCalls,
      models,
      workers: () => pool.workers,
      workerStates: WORKER_STATES,
      replacements: () => this.#replacements.list(),
      deaths: () => this.#deaths.entries(),
      memory: () => group && { limitBytes: group.limitBytes, usedBytes: memoryUsed(group), oomKills: oomKills(group) },
      collection,
      user: this.#user,
    });
  }
}
