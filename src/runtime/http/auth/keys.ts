import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

export type KeyName = 'primary' | 'secondary';

/**
 * The keys in effect. They are kept and compared as hashes, salted anew in every process: of equal length, so that the time
 * a comparison takes tells nothing of a key, and of no use to whoever sees them.
 */
export class Keys {
  readonly #salt = randomBytes(32).toString('hex');
  #primary = this.#none();
  #secondary = this.#none();

  set(name: KeyName, key: string): void {
    if (name === 'primary') this.#primary = this.#hash(key);
    else this.#secondary = this.#hash(key);
  }

  accepts(candidate: string): boolean {
    const hashed = this.#hash(candidate);
    const isPrimary = timingSafeEqual(hashed, this.#primary);
    const isSecondary = timingSafeEqual(hashed, this.#secondary); // compared in any case
    return isPrimary || isSecondary;
  }

  #hash(key: string): Buffer {
    return hash('sha256', this.#salt + key, 'buffer');
  }

  /** What no key has as its hash. */
  #none(): Buffer {
    return randomBytes(32);
  }
}
