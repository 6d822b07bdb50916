const SECOND_MS = 1_000;

/** So many lines a second, and one that says how many there were besides. */
export class LineBudget {
  readonly #perSecondMax: number;
  readonly #onLeftOut: (lines: number) => void;
  #secondFromMs = Number.NEGATIVE_INFINITY;
  #written = 0;
  #leftOut = 0;

  /** @param perSecondMax - 0: there is no limit. */
  constructor(perSecondMax: number, onLeftOut: (lines: number) => void) {
    this.#perSecondMax = perSecondMax;
    this.#onLeftOut = onLeftOut;
  }

  /** Whether a line may be written. @param nowMs - On a clock that only goes forward. */
  take(nowMs: number): boolean {
    if (this.#perSecondMax === 0) return true;
    if (nowMs - this.#secondFromMs >= SECOND_MS) {
      this.#secondFromMs = nowMs;
      this.#written = 0;
    }
    if (this.#written < this.#perSecondMax) {
      this.#written++;
      return true;
    }
    // By a timer: the next line may be long in coming.
    if (this.#leftOut === 0) setTimeout(() => this.#tell(), this.#secondFromMs + SECOND_MS - nowMs).unref();
    this.#leftOut++;
    return false;
  }

  #tell(): void {
    const lines = this.#leftOut;
    this.#leftOut = 0;
    this.#onLeftOut(lines);
  }
}
