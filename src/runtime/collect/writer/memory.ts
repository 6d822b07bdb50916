/** Characters of keys that are kept: they may be names that user code makes up. */
const CHARACTERS_MAX = 1_000_000;

/**
 * What has been made out of texts that come again with nearly every record. When the texts are too many, all are forgotten:
 * then they do not come again.
 */
export class Memory<T> {
  readonly #made = new Map<string, T>();
  #characters = 0;

  /** @param make - Is called for a key that is new. */
  get(key: string, make: (key: string) => T): T {
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const made = make(key);
    this.#characters += key.length;
    if (this.#characters > CHARACTERS_MAX) {
      this.#made.clear();
      this.#characters = key.length;
    }
    this.#made.set(key, made);
    return made;
  }
}
