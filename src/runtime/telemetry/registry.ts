import type { Metric, Registry } from 'prom-client';
import type { BucketCounts } from './bucket-counts.js';

/** Labels of one series, by name. */
export type Labels = Readonly<Record<string, string | number>>;
/** One series of a metric at a scrape. */
export type Series<T> = readonly [labels: Labels, value: T];

/** What is said of a metric. */
interface Described {
  readonly name: string;
  readonly help: string;
}

/** What a registry asks of a metric. */
interface Scraped extends Described {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly aggregator: string;
  readonly values: readonly { readonly metricName?: string; readonly labels: Labels; readonly value: number }[];
}

/**
 * Metrics whose values are kept elsewhere, and read when they are scraped: nothing is counted twice, and no call pays for it.
 * The library only writes them.
 */
export class ScrapedMetrics {
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  counter(name: string, help: string, read: () => Iterable<Series<number>>): void {
    this.#add({ name, help }, 'counter', () => valuesOf(read()));
  }

  gauge(name: string, help: string, read: () => Iterable<Series<number>>): void {
    this.#add({ name, help }, 'gauge', () => valuesOf(read()));
  }

  histogram(name: string, help: string, read: () => Iterable<Series<BucketCounts>>): void {
    this.#add({ name, help }, 'histogram', () =>
      [...read()].flatMap(([labels, counts]) => buckets(name, labels, counts)),
    );
  }

  #add({ name, help }: Described, type: Scraped['type'], values: () => Scraped['values']): void {
    const get = async (): Promise<Scraped> => ({ name, help, type, aggregator: 'sum', values: values() });
    this.#registry.registerMetric({ name, get } as unknown as Metric); // all that a registry asks of it is there
  }
}

function valuesOf(series: Iterable<Series<number>>): Scraped['values'] {
  return [...series].map(([labels, value]) => ({ labels, value }));
}

function buckets(name: string, labels: Labels, { counts, bounds, sum }: BucketCounts): Scraped['values'] {
  let count = 0;
  const upTo = [...counts].map((inBucket, i) => {
    count += inBucket;
    return { metricName: `${name}_bucket`, labels: { ...labels, le: bounds[i] ?? '+Inf' }, value: count };
  });
  return [
    ...upTo,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
