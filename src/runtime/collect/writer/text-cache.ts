/** Characters that are kept: they may be of names that user code, or a caller, makes up. */
const CHARACTERS_MAX = 1_000_000;

/**
 * Texts that have been made out of others, which come again with nearly every record. When they are too many, all are
 * forgotten: then they do not come again.
 */
export class TextCache {
  readonly #made = new Map<string, string>();
  #characters = 0;

  /** @param make - Is called for a key that is new. */
  get(key: string, make: (key: string) => string): string {
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const made = make(key);
    this.#characters += key.length + made.length;
    if (this.#characters > CHARACTERS_MAX) {
      this.#made.clear();
      this.#characters = key.length + made.length;
    }
    this.#made.set(key, made);
    return made;
  }
}
