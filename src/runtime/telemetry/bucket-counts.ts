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

  /** Takes values over that were counted elsewhere, in the same buckets. */
  add(counts: readonly number[], sum: number): void {
    for (const [bucket, count] of counts.entries()) if (bucket < this.#counts.length) this.#counts[bucket]! += count;
    this.#sum += sum;
  }

  /** In each bucket, those of the smaller ones not counted again. */
  get counts(): Float64Array {
    return this.#counts;
  }

  get sum(): number {
    return this.#sum;
  }
}
