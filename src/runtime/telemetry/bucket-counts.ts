/** Values counted by bucket. To count one is an addition in an array: it costs a call next to nothing. */
export class BucketCounts {
  /** Upper bounds, the last bucket has none. */
  readonly bounds: readonly number[];
  readonly #counts: Float64Array;
  #sum = 0;

  /** @param bounds - In rising order. */
  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    let bucket = 0;
    while (bucket < this.bounds.length && value > (this.bounds[bucket] as number)) bucket++;
    (this.#counts[bucket] as number)++;
    this.#sum += value;
  }

  /** In each bucket, those of the smaller ones not counted again. */
  get counts(): Float64Array {
    return this.#counts;
  }

  get sum(): number {
    return this.#sum;
  }
}

/** As prom-client has a histogram that counts by itself: it asks for the values when they are scraped. */
export function bucketHistogram(name: string, help: string, values: BucketCounts) {
  const samples = () => {
    let count = 0;
    const buckets = [...values.counts].map((inBucket, i) => {
      count += inBucket;
      return { metricName: `${name}_bucket`, labels: { le: values.bounds[i] ?? '+Inf' }, value: count };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels: {}, value: values.sum },
      { metricName: `${name}_count`, labels: {}, value: count },
    ];
  };
  return { name, get: async () => ({ name, help, type: 'histogram', values: samples(), aggregator: 'sum' }) };
}
