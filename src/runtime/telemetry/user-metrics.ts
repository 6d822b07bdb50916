import type { MetricDefinition, MetricsMessage, ObservedValues } from '../metric-updates.js';
import { BucketCounts } from './bucket-counts.js';
import type { Labels, ScrapedMetrics, Series } from './registry.js';

/** Series that are kept of one metric: label values that callers choose must not fill the memory. */
const SERIES_MAX = 1_000;
/** Metrics that are kept. */
const METRICS_MAX = 500;
/** Lines that a scrape may have of all of them: every call waits while it is written. A histogram has a line for each bucket. */
const LINES_MAX = 20_000;

/** A series; of a gauge, what each worker said last. */
interface KeptSeries {
  readonly labels: Labels;
  value: number;
  readonly byWorker: Map<number, number>;
  readonly observed: BucketCounts;
}

interface KeptMetric {
  readonly definition: MetricDefinition;
  /** Who declared it: what an older worker declares otherwise changes it no more. */
  readonly worker: number;
  readonly series: Map<string, KeptSeries>;
}

/** The metrics of entry modules, of all workers together. Counters keep what workers counted that are gone. */
export class UserMetrics {
  readonly #metrics = new Map<string, KeptMetric>();
  /** What each worker has numbered its metrics to. */
  readonly #numbered = new Map<number, MetricDefinition[]>();
  readonly #warn: (message: string) => void;
  /** What has been warned of. */
  readonly #warned = new Set<string>();
  #lines = 0;
  #dropped = 0;

  /** @param warn - Told once of each limit that is passed, and of each metric that passes it. */
  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** Values that were not kept: there are too many series, or metrics. */
  get dropped(): number {
    return this.#dropped;
  }

  /** @param worker - How many were hired until it was: of two, the later has the greater one. */
  take(worker: number, { defined, updates }: MetricsMessage): void {
    const numbered = this.#numbered.get(worker) ?? [];
    this.#numbered.set(worker, numbered);
    for (const definition of defined) {
      numbered.push(definition);
      this.#define(definition, worker);
    }
    for (const [number, labelValues, value] of updates) {
      const definition = numbered[number];
      const metric = definition && this.#metrics.get(definition.name);
      if (definition && !metric) this.#dropped++;
      // After a reload, an old worker may count what is declared otherwise now.
      if (!metric || !isSame(metric.definition, definition)) continue;
      const series = this.#series(metric, labelValues);
      if (series) update(metric.definition, series, worker, value);
    }
  }

  /** A worker is gone: what it said of the present holds no more. */
  forget(worker: number): void {
    this.#numbered.delete(worker);
    for (const { definition, series } of this.#metrics.values()) {
      if (definition.type !== 'gauge') continue;
      for (const [key, { byWorker }] of series) {
        byWorker.delete(worker);
        if (byWorker.size === 0) this.#remove(definition, series, key);
      }
    }
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
        metrics.gauge(name, help, () =>
          all.map(({ labels, byWorker }): Series<number> => [labels, aggregated(definition, [...byWorker.values()])]),
        );
      }
    }
  }

  #define(definition: MetricDefinition, worker: number): void {
    const found = this.#metrics.get(definition.name);
    if (found && (isSame(found.definition, definition) || worker < found.worker)) return;
    if (!found && this.#metrics.size >= METRICS_MAX) {
      return this.#warnOnce('', `metrics: ${METRICS_MAX} of the entry module are kept, ${definition.name} is not`);
    }
    if (found) for (const key of found.series.keys()) this.#remove(found.definition, found.series, key);
    const metric: KeptMetric = { definition, worker, series: new Map() };
    this.#metrics.set(definition.name, metric);
    // One without labels is there from the start: nobody has to guess whether it is 0, or missing.
    if (definition.labelNames.length === 0 && definition.type !== 'gauge') this.#series(metric, []);
  }

  #series({ definition, series }: KeptMetric, labelValues: readonly string[]): KeptSeries | undefined {
    const key = JSON.stringify(labelValues);
    const found = series.get(key);
    if (found) return found;
    const lines = linesOf(definition);
    if (series.size >= SERIES_MAX || this.#lines + lines > LINES_MAX) return void this.#drop(definition.name);
    const labels = Object.fromEntries(definition.labelNames.map((name, i) => [name, labelValues[i] ?? '']));
    const fresh = { labels, value: 0, byWorker: new Map(), observed: new BucketCounts(definition.buckets ?? []) };
    series.set(key, fresh);
    this.#lines += lines;
    return fresh;
  }

  #remove(definition: MetricDefinition, series: Map<string, KeptSeries>, key: string): void {
    if (series.delete(key)) this.#lines -= linesOf(definition);
  }

  #drop(metric: string): void {
    this.#dropped++;
    this.#warnOnce(metric, `the metric ${metric} has too many series: further values of its labels are not counted`);
  }

  #warnOnce(what: string, message: string): void {
    if (this.#warned.has(what)) return;
    this.#warned.add(what);
    this.#warn(message);
  }
}

/** Lines that a series has in a scrape. */
function linesOf({ type, buckets = [] }: MetricDefinition): number {
  return type === 'histogram' ? buckets.length + 3 : 1;
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
