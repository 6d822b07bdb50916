/** Counts by a name, of which there are few. */
export class Counts<Name extends string> {
  readonly #counts: Map<Name, number>;

  /** @param names - Told also while they are 0. */
  constructor(names: readonly Name[]) {
    this.#counts = new Map(names.map((name) => [name, 0]));
  }

  count(name: Name): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  entries(): ReadonlyMap<Name, number> {
    return this.#counts;
  }
}
