/** Tells the death of a worker that the kernel ended, because the container's memory was used up, from others by SIGKILL. */
export class OomKills {
  readonly #count: () => number;
  #known: number;

  /** @param count - How many processes of the container have been ended so. */
  constructor(count: () => number) {
    this.#count = count;
    this.#known = count();
  }

  /** Those until now were others: processes of the container of which nobody is told here. */
  forget(): void {
    this.#known = this.#count();
  }

  /** Whether there was one since it was asked last. */
  rose(): boolean {
    const known = this.#known;
    this.forget();
    return this.#known > known;
  }
}
