/**
 * How many calls go to a worker at once: as many as it takes, while it runs all that it is given. Where the shapes of calls
 * differ it hands most of them back; then it is given fewer, so that they are not sent to and fro.
 */
export class BatchLimit {
  #callsMax = 1;
  #calls = 1;

  /** What a worker takes: it says so when it is ready. */
  set callsMax(callsMax: number) {
    this.#callsMax = callsMax;
    this.#calls = callsMax;
  }

  get calls(): number {
    return this.#calls;
  }

  /** @param again - How many of the calls the worker has handed back. */
  answered(calls: number, again: number): void {
    this.#calls = again > 0 ? Math.max(1, calls - again) : Math.min(this.#callsMax, this.#calls * 2);
  }
}
