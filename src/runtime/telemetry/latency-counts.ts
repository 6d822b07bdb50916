/** Upper bound of the first bucket. */
const LEAST_MS = 0.05;
/** Each bucket is 15 % wider than the one before: an estimate is at most so wrong. */
const BUCKETS_PER_DOUBLING = 5;
/** Up to 3.5 minutes; what takes longer is in the last bucket. */
const DOUBLINGS = 22;
const BUCKETS = 1 + BUCKETS_PER_DOUBLING * DOUBLINGS + 1;

/** Durations, counted by bucket: as many calls as there may be, it takes the memory of 112 numbers. */
export class LatencyCounts {
  readonly #counts = new Uint32Array(BUCKETS);

  observe(ms: number): void {
    (this.#counts[bucketOf(ms)] as number)++;
  }

  /** Adds what another one has counted. */
  add(other: LatencyCounts): void {
    for (let i = 0; i < BUCKETS; i++) (this.#counts[i] as number) += other.#counts[i] as number;
  }

  /**
   * Milliseconds below which such shares of the durations are, as if they lay evenly within each bucket.
   *
   * @param shares - From 0 to 1.
   * @returns a value for each, or undefined if there are no durations.
   */
  percentiles(shares: readonly number[]): number[] | undefined {
    const total = this.#counts.reduce((sum, count) => sum + count, 0);
    return total === 0 ? undefined : shares.map((share) => this.#valueAt(share * total));
  }

  /** @param rank - So many durations are below it. */
  #valueAt(rank: number): number {
    let below = 0;
    for (let bucket = 0; bucket < BUCKETS - 1; bucket++) {
      const count = this.#counts[bucket] as number;
      if (count > 0 && below + count >= rank) {
        const [low, high] = [lowerBound(bucket), lowerBound(bucket + 1)];
        return low + (high - low) * ((rank - below) / count);
      }
      below += count;
    }
    return lowerBound(BUCKETS - 1);
  }
}

function bucketOf(ms: number): number {
  if (!(ms > LEAST_MS)) return 0;
  return Math.min(1 + Math.floor(Math.log2(ms / LEAST_MS) * BUCKETS_PER_DOUBLING), BUCKETS - 1);
}

function lowerBound(bucket: number): number {
  return bucket === 0 ? 0 : LEAST_MS * 2 ** ((bucket - 1) / BUCKETS_PER_DOUBLING);
}
