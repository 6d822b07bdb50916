/** What workers tell the front of the metrics that entry modules count. A leaf: it imports nothing of ours. */

/** Of a label value: longer ones are cut. */
export const LABEL_CHARACTERS_MAX = 128;

/** How the values of several workers become one. */
export type GaugeAggregate = 'sum' | 'min' | 'max' | 'average';

/** A metric of an entry module, as it was asked for. */
export interface MetricDefinition {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labelNames: readonly string[];
  /** Upper bounds, in rising order; of a histogram alone. */
  readonly buckets?: readonly number[];
  /** Of a gauge alone. */
  readonly aggregate?: GaugeAggregate;
}

/** What was observed since the last message: how many values fell into each bucket, and their sum. */
export interface ObservedValues {
  readonly counts: number[];
  sum: number;
}

/** What a series has gained since the last message (a counter), what it is now (a gauge), or what was observed meanwhile. */
export type SeriesUpdate = readonly [metric: number, labelValues: readonly string[], value: number | ObservedValues];

/** `metrics`: what has changed since the last of them. */
export interface MetricsMessage {
  /** Those that are new: a worker numbers its metrics from 0, in the order in which it tells them. */
  readonly defined: readonly MetricDefinition[];
  readonly updates: readonly SeriesUpdate[];
}
