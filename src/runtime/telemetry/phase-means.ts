import type { BucketCounts } from './bucket-counts.js';

/** A phase of calls, and the milliseconds that it took of each, on average. */
export interface PhaseMean {
  readonly name: string;
  readonly ms: number;
}

/** What the counters stood at: calls, and seconds by phase. */
interface Totals {
  readonly calls: number;
  readonly seconds: readonly number[];
}

/** Where the time of the last calls went: the growth of the counters that metrics have, over some steps. */
export class PhaseMeans {
  readonly #names: readonly string[];
  readonly #counts: readonly BucketCounts[];
  /** At the ends of the last steps, oldest first. */
  readonly #ends: Totals[] = [];
  readonly #stepsMax: number;

  /**
   * @param counts - Seconds of all calls by phase.
   * @param stepsMax - How many steps are looked back.
   */
  constructor(names: readonly string[], counts: readonly BucketCounts[], stepsMax: number) {
    this.#names = names;
    this.#counts = counts;
    this.#stepsMax = stepsMax;
    this.endStep();
  }

  endStep(): void {
    this.#ends.push(this.#totals());
    if (this.#ends.length > this.#stepsMax) this.#ends.shift();
  }

  /** Of the calls of these steps and the one that is open; none if there were no calls. */
  means(): PhaseMean[] {
    const [before] = this.#ends as [Totals];
    const { calls, seconds } = this.#totals();
    const counted = calls - before.calls;
    if (counted === 0) return [];
    return this.#names.map((name, i) => {
      const ms = (1000 * ((seconds[i] as number) - (before.seconds[i] as number))) / counted;
      return { name, ms: Number(ms.toPrecision(3)) };
    });
  }

  #totals(): Totals {
    const calls = this.#counts[0]?.counts.reduce((sum, count) => sum + count, 0) ?? 0; // each call counts in all phases
    return { calls, seconds: this.#counts.map(({ sum }) => sum) };
  }
}
