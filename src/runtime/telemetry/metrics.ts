import type { Metric, Registry } from 'prom-client';
import { type BucketCounts, bucketHistogram } from './bucket-counts.js';

/** What the host knows of a model at a scrape. */
export interface ModelState {
  readonly name: string;
  readonly executionProvider: string;
  /** The provider that was asked for, where another is in effect. */
  readonly insteadOf?: string;
}

/** Where the values of a scrape come from. */
export interface MetricSources {
  readonly models: () => readonly ModelState[];
  /** Calls of the batches that workers were given. */
  readonly batchCalls: BucketCounts;
  /** How often a worker was to be replaced. */
  readonly replacements: () => readonly ReplacementCount[];
}

export interface ReplacementCount {
  readonly cause: string;
  /** `replaced`, or `failed`: the successor did not start. */
  readonly result: string;
  readonly count: number;
}

/** A scrape in Prometheus' text format. */
export interface Metrics {
  readonly contentType: string;
  readonly scrape: () => Promise<string>;
}

/**
 * Every metric there is. Values are read when they are scraped: nothing is counted twice, and no call pays for it.
 *
 * The library is loaded by the first scrape.
 */
export async function createMetrics({ models, batchCalls, replacements }: MetricSources): Promise<Metrics> {
  // A CommonJS module: its classes are members of its default export.
  const { Counter, Gauge, Registry } = (await import('prom-client')).default;
  const registry: Registry = new Registry();
  new Gauge({
    name: 'scorehost_model_execution_provider',
    help: '1 for the execution provider that a model runs on.',
    labelNames: ['model', 'execution_provider'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { name, executionProvider } of models())
        this.set({ model: name, execution_provider: executionProvider }, 1);
    },
  });
  new Gauge({
    name: 'scorehost_model_execution_provider_fallback',
    help: '1 for a model that does not run on the execution provider that was asked for, but on another one.',
    labelNames: ['model', 'wanted', 'execution_provider'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { name, executionProvider, insteadOf } of models()) {
        if (insteadOf) this.set({ model: name, wanted: insteadOf, execution_provider: executionProvider }, 1);
      }
    },
  });
  const batches = bucketHistogram('scorehost_batch_calls', 'Calls that a worker was given at once.', batchCalls);
  registry.registerMetric(batches as unknown as Metric); // all that a registry asks of it is there
  new Counter({
    name: 'scorehost_worker_replacements_total',
    help: 'Workers that were to be replaced by a reload, or recycled.',
    labelNames: ['cause', 'result'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { count, ...labels } of replacements()) this.inc(labels, count);
    },
  });
  return { contentType: registry.contentType, scrape: () => registry.metrics() };
}
