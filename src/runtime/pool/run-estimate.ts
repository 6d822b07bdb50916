import type { Call } from './call.js';
import { msLeft } from './deadlines.js';

/** How much one batch moves the mean. */
const WEIGHT = 0.1;

/** How long a batch takes, by those that were answered last: a call that has less time left would be run for nobody. */
export class RunEstimate {
  #meanMs: number | undefined;

  /** How many batches take so long together. */
  batchesIn(ms: number): number {
    return this.#meanMs === undefined ? 0 : Math.floor(ms / this.#meanMs);
  }

  answered(ms: number): void {
    this.#meanMs = this.#meanMs === undefined ? ms : this.#meanMs + (ms - this.#meanMs) * WEIGHT;
  }

  /** Whether a call cannot be run in time. One with half its time left always can: or one slow run would end all others. */
  isLate(call: Call, nowMs: number): boolean {
    return this.#meanMs !== undefined && msLeft(call, nowMs) < Math.min(this.#meanMs, call.limitMs / 2);
  }
}
