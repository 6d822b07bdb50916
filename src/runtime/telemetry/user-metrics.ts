import type { MetricDefinition, MetricsMessage, ObservedValues } from '../metric-updates.js';
import { BucketCounts } from './bucket-counts.js';
import type { Labels, ScrapedMetrics, Series } from './registry.js';

/** Series that are kept of one metric: label values that callers choose must not fill the memory. */
const SERIES_MAX = 1_000;
/** Metrics that are kept. */
const METRICS_MAX = 500;

/** A series; of a gauge, what each worker said last. */
interface KeptSeries {
  readonly labels: Labels;
  value: number;
  readonly byWorker: Map<number, number>;
  readonly observed: BucketCounts;
}

interface KeptMetric {
  readonly definition: MetricDefinition;
  readonly series: Map<string, KeptSeries>;
}

/** The metrics of entry modules, of all workers together. Counters keep what workers counted that are gone. */
export class UserMetrics {
  readonly #metrics = new Map<string, KeptMetric>();
  /** What each worker has numbered its metrics to. */
  readonly #numbered = new Map<number, MetricDefinition[]>();
  readonly #onDropped: (metric: string) => void;
  /** Metrics of which a series has been dropped. */
  readonly #full = new Set<string>();
  #dropped = 0;

  /** @param onDropped - Called with the name of a metric when a series of it is the first that is not kept. */
  constructor(onDropped: (metric: string) => void) {
    this.#onDropped = onDropped;
  }

  /** Values that were not kept, as their metric has too many series. */
  get dropped(): number {
    return this.#dropped;
  }

  /** @param worker - Its process id. */
  take(worker: number, { defined, updates }: MetricsMessage): void {
    const numbered = this.#numbered.get(worker) ?? [];
    this.#numbered.set(worker, numbered);
    for (const definition of defined) {
      numbered.push(definition);
      this.#define(definition);
    }
    for (const [number, labelValues, value] of updates) {
      const definition = numbered[number];
      const metric = definition && this.#metrics.get(definition.name);
      // After a reload, an old worker may count what is declared otherwise now.
      if (!metric || !isSame(metric.definition, definition)) continue;
      const series = this.#series(metric, labelValues);
      if (series) update(metric.definition, series, worker, value);
    }
  }

  /** A worker is gone: what it said of the present holds no more. */
  forget(worker: number): void {
    this.#numbered.delete(worker);
    for (const { series } of this.#metrics.values())
      for (const { byWorker } of series.values()) byWorker.delete(worker);
  }

  /** Adds all that there are to a scrape. */
  addTo(metrics: ScrapedMetrics): void {
    for (const { definition, series } of this.#metrics.values()) {
      const { name, help, type } = definition;
      const all = [...series.values()];
      if (type === 'histogram') {
        metrics.histogram(name, help, () =>
          all.map(({ labels, observed }): Series<BucketCounts> => [labels, observed]),
        );
      } else if (type === 'counter') {
        metrics.counter(name, help, () => all.map(({ labels, value }): Series<number> => [labels, value]));
      } else {
        const present = all.filter(({ byWorker }) => byWorker.size > 0);
        metrics.gauge(name, help, () =>
          present.map(
            ({ labels, byWorker }): Series<number> => [labels, aggregated(definition, [...byWorker.values()])],
          ),
        );
      }
    }
  }

  #define(definition: MetricDefinition): void {
    const found = this.#metrics.get(definition.name);
    if (found && isSame(found.definition, definition)) return;
    if (!found && this.#metrics.size >= METRICS_MAX) return this.#drop(definition.name);
    const metric: KeptMetric = { definition, series: new Map() };
    this.#metrics.set(definition.name, metric);
    // One without labels is there from the start: nobody has to guess whether it is 0, or missing.
    if (definition.labelNames.length === 0 && definition.type !== 'gauge') this.#series(metric, []);
  }

  #series({ definition, series }: KeptMetric, labelValues: readonly string[]): KeptSeries | undefined {
    const key = labelValues.join('\0');
    const found = series.get(key);
    if (found) return found;
    if (series.size >= SERIES_MAX) return void this.#drop(definition.name);
    const labels = Object.fromEntries(definition.labelNames.map((name, i) => [name, labelValues[i] ?? '']));
    const fresh = { labels, value: 0, byWorker: new Map(), observed: new BucketCounts(definition.buckets ?? []) };
    series.set(key, fresh);
    return fresh;
  }

  #drop(metric: string): void {
    this.#dropped++;
    if (this.#full.has(metric)) return;
    this.#full.add(metric);
    this.#onDropped(metric);
  }
}

function update({ type }: MetricDefinition, series: KeptSeries, worker: number, value: number | ObservedValues): void {
  if (typeof value !== 'number') series.observed.add(value.counts, value.sum);
  else if (type === 'counter') series.value += value;
  else series.byWorker.set(worker, value);
}

function aggregated({ aggregate = 'sum' }: MetricDefinition, values: readonly number[]): number {
  if (aggregate === 'min') return Math.min(...values);
  if (aggregate === 'max') return Math.max(...values);
  const sum = values.reduce((total, value) => total + value, 0);
  return aggregate === 'average' ? sum / values.length : sum;
}

function isSame(a: MetricDefinition, b: MetricDefinition): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
