import {
  type GaugeAggregate,
  LABEL_CHARACTERS_MAX,
  type MetricDefinition,
  type MetricsMessage,
  type ObservedValues,
  type SeriesUpdate,
} from '../metric-updates.js';

/** Labels of a series by their names, as they were declared. */
export type MetricLabels = Readonly<Record<string, string | number | boolean>>;

/** How a metric is called, and what it is told apart by. */
export interface MetricOptions {
  /** Letters, digits, `_` and `:`; by custom with its unit, and `_total` behind a counter. `scorehost_` is the host's. */
  readonly name: string;
  /** What it says, in a sentence: it stands beside the name wherever the metric is looked at. */
  readonly help: string;
  /** Labels that each value is given with. Default: none. Their values must be few (1000 series of a
   *  metric are kept) and short (128 characters). */
  readonly labelNames?: readonly string[];
}

export interface GaugeOptions extends MetricOptions {
  /** How the values of several workers become the one that is shown. Default: `sum`. */
  readonly aggregate?: GaugeAggregate;
}

export interface HistogramOptions extends MetricOptions {
  /** Upper bounds of the buckets, in rising order. Default: 0.005 to 10, for seconds. */
  readonly buckets?: readonly number[];
}

/** What only rises. */
export interface CounterMetric {
  /** @param value - 0 or more. Default: 1. */
  inc(value?: number): void;
  inc(labels: MetricLabels, value?: number): void;
}

/** What rises and falls. */
export interface GaugeMetric {
  set(value: number): void;
  set(labels: MetricLabels, value: number): void;
}

/** How values are distributed. */
export interface HistogramMetric {
  observe(value: number): void;
  observe(labels: MetricLabels, value: number): void;
}

/** Those of prom-client, which people know. */
const DEFAULT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;

/** A metric, with what has changed since the front was told. */
interface Known {
  readonly place: number;
  readonly definition: MetricDefinition;
  readonly changed: Map<string, { readonly labelValues: readonly string[]; value: number | ObservedValues }>;
}

const known = new Map<string, Known>();
let untold: MetricDefinition[] = [];
const changed = new Set<Known>();

/**
 * Metrics of the entry module: what is counted here comes out of `/metrics`, for all workers together. What `run()` counts is
 * there when its answer is. To ask for a metric a second time gives the same one.
 *
 * @example
 * ```ts
 * const rejected = metrics.counter({ name: 'orders_rejected_total', help: 'Orders that were rejected.', labelNames: ['reason'] });
 * rejected.inc({ reason: 'amount' });
 * ```
 */
export const metrics = {
  /** @throws {TypeError} for a name that is none, or is taken by a metric of another kind. */
  counter(options: MetricOptions): CounterMetric {
    const metric = define({ ...described(options), type: 'counter' });
    return {
      inc(...args: readonly unknown[]) {
        const { labelValues, value } = given(
          metric,
          args.length === 0 ? [1] : isLabels(args) ? [args[0], args[1] ?? 1] : args,
        );
        if (value < 0) throw new TypeError(`${metric.definition.name} is a counter, which cannot fall: got ${value}.`);
        change(metric, labelValues, (old) => finite(((old as number) ?? 0) + value));
      },
    };
  },

  /** @throws {TypeError} for a name that is none, or is taken by a metric of another kind. */
  gauge(options: GaugeOptions): GaugeMetric {
    const metric = define({ ...described(options), type: 'gauge', aggregate: options.aggregate ?? 'sum' });
    return {
      set(...args: readonly unknown[]) {
        const { labelValues, value } = given(metric, args);
        change(metric, labelValues, () => value);
      },
    };
  },

  /** @throws {TypeError} for a name that is none, buckets that do not rise, or a name that is taken otherwise. */
  histogram(options: HistogramOptions): HistogramMetric {
    const buckets = options.buckets ?? DEFAULT_BUCKETS;
    if (!buckets.every((bound, i) => Number.isFinite(bound) && (i === 0 || bound > (buckets[i - 1] as number)))) {
      throw new TypeError(`The buckets of ${options.name} must be numbers that rise: got ${buckets.join(', ')}.`);
    }
    const metric = define({ ...described(options), type: 'histogram', buckets });
    return {
      observe(...args: readonly unknown[]) {
        const { labelValues, value } = given(metric, args);
        change(metric, labelValues, (old) => observed(buckets, old as ObservedValues | undefined, value));
      },
    };
  },
};

/** What has changed since it was asked last, for the front; undefined if nothing has. */
export function takeMetricUpdates(): MetricsMessage | undefined {
  if (untold.length === 0 && changed.size === 0) return undefined;
  const updates: SeriesUpdate[] = [];
  for (const metric of changed) {
    for (const { labelValues, value } of metric.changed.values()) updates.push([metric.place, labelValues, value]);
    metric.changed.clear();
  }
  const message = { defined: untold, updates };
  untold = [];
  changed.clear();
  return message;
}

function described({ name, help, labelNames = [] }: MetricOptions) {
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw new TypeError(`A metric cannot be called '${name}': letters, digits, _ and : are allowed, no digit first.`);
  }
  if (name.startsWith('scorehost_'))
    throw new TypeError(`${name}: names that begin with scorehost_ are the host's own.`);
  if (typeof help !== 'string' || help === '') throw new TypeError(`${name} needs a help: what does it say?`);
  for (const label of labelNames) {
    if (!LABEL.test(label) || label === 'le') throw new TypeError(`A label of ${name} cannot be called '${label}'.`);
  }
  return { name, help, labelNames: [...labelNames] };
}

function define(definition: MetricDefinition): Known {
  const found = known.get(definition.name);
  if (found) {
    if (JSON.stringify(found.definition) === JSON.stringify(definition)) return found;
    throw new TypeError(`There is a metric ${definition.name} already, which is declared otherwise.`);
  }
  const metric: Known = { place: known.size, definition, changed: new Map() };
  known.set(definition.name, metric);
  untold.push(definition);
  return metric;
}

function isLabels(args: readonly unknown[]): boolean {
  return typeof args[0] === 'object' && args[0] !== null;
}

/** Labels and value as they were given, held to what was declared. */
function given({ definition: { name, labelNames } }: Known, args: readonly unknown[]) {
  const [labels, value] = isLabels(args) ? [args[0] as MetricLabels, args[1]] : [{} as MetricLabels, args[0]];
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new TypeError(`${name} was given ${String(value)}, but must be given a number.`);
  }
  const unknown = Object.keys(labels).find((label) => !labelNames.includes(label));
  if (unknown !== undefined) throw new TypeError(`${name} has no label ${unknown}: declare it in labelNames.`);
  return { labelValues: labelNames.map((label) => labelValue(labels, label)), value };
}

function labelValue(labels: MetricLabels, label: string): string {
  return Object.hasOwn(labels, label) ? String(labels[label] ?? '').slice(0, LABEL_CHARACTERS_MAX) : '';
}

function change(
  metric: Known,
  labelValues: readonly string[],
  next: (old: number | ObservedValues | undefined) => number | ObservedValues,
): void {
  const key = JSON.stringify(labelValues);
  const series = metric.changed.get(key);
  if (series) series.value = next(series.value);
  else metric.changed.set(key, { labelValues, value: next(undefined) });
  changed.add(metric);
}

function observed(buckets: readonly number[], old: ObservedValues | undefined, value: number): ObservedValues {
  const values = old ?? { counts: new Array<number>(buckets.length + 1).fill(0), sum: 0 };
  const place = buckets.findIndex((bound) => value <= bound);
  values.counts[place < 0 ? buckets.length : place]!++;
  values.sum = finite(values.sum + value);
  return values;
}

/** JSON has no infinity: the front would be told `null`. */
function finite(value: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(value, Number.MAX_VALUE));
}
