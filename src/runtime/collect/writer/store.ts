import type { Place } from './place.js';

/** Where files lie. */
export interface Store {
  /**
   * Gets ready, so that what cannot work is known before there is anything to write.
   *
   * @throws {Error} whose message is for a person, and has no secret.
   */
  open(): Promise<void>;

  /**
   * Appends to the file of a place; one that is new begins with the header of the place.
   *
   * @param lines - Whole ones.
   * @throws {Error} whose message is for a person, and has no secret.
   */
  append(place: Place, lines: Buffer): Promise<void>;
}

/** Files of one place: whoever writes other columns into the same place again and again would fill the folder with files. */
export const FILES_MAX = 100;

/** A file that is known, by its place. The oldest is forgotten: it is looked for again. */
export class KnownFiles<T> {
  readonly #files = new Map<string, T>();

  get(place: Place): T | undefined {
    return this.#files.get(keyOf(place));
  }

  set(place: Place, file: T): void {
    const key = keyOf(place);
    this.#files.delete(key);
    this.#files.set(key, file);
    if (this.#files.size <= KNOWN_MAX) return;
    const [oldest] = this.#files.keys();
    if (oldest !== undefined) this.#files.delete(oldest);
  }

  delete(place: Place): void {
    this.#files.delete(keyOf(place));
  }
}

const KNOWN_MAX = 1_000;

/** Lines of other columns go to another file of the place. */
export function keyOf({ name, ending, header }: Place): string {
  return `${name}${ending}\n${header}`;
}

export function tooManyFiles({ name, ending }: Place): Error {
  return new Error(`there are ${FILES_MAX} files of ${name}${ending} already, each with other columns or full`);
}
