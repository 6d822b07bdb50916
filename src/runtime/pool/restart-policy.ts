/** How a worker died, as far as it matters for its successor. */
export interface WorkerDeath {
  readonly wasReady: boolean;
  /** Whether it was running calls: a caller may have caused it. */
  readonly wasRunning: boolean;
}

/** Deaths before ready or while idle, in a row, after which the host gives up. */
const EARLY_DEATHS_MAX = 5;
const BACK_OFF_FIRST_MS = 200;
const BACK_OFF_MAX_MS = 10_000;

/**
 * When the next worker starts. One that died under a call is replaced at once and costs nothing, so that no caller can
 * take the host down; those that die on their own come back ever more slowly, and then not at all.
 */
export class RestartPolicy {
  #earlyDeaths = 0;

  /** @returns milliseconds to wait, or undefined to give up. */
  afterDeath({ wasReady, wasRunning }: WorkerDeath): number | undefined {
    if (wasReady && wasRunning) return 0;
    this.#earlyDeaths++;
    if (this.#earlyDeaths >= EARLY_DEATHS_MAX) return undefined;
    if (this.#earlyDeaths === 1) return 0;
    return Math.min(BACK_OFF_FIRST_MS * 2 ** (this.#earlyDeaths - 2), BACK_OFF_MAX_MS);
  }

  /** A call was answered: the workers work. */
  succeeded(): void {
    this.#earlyDeaths = 0;
  }
}
