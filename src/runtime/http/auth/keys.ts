import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

export type KeyName = 'primary' | 'secondary';

/** Of SHA-256 in hex: a text costs a fifth of what a new Buffer does. */
const HASH_CHARACTERS = 64;

/**
 * The keys in effect. They are kept and compared as hashes, salted anew in every process: of equal length, so that the time
 * a comparison takes tells nothing of a key, and of no use to whoever sees them.
 */
export class Keys {
  readonly #salt = randomBytes(32).toString('hex');
  /** Where there is no key: what no key has as its hash. */
  readonly #primary = randomBytes(HASH_CHARACTERS);
  readonly #secondary = randomBytes(HASH_CHARACTERS);
  readonly #candidate = Buffer.alloc(HASH_CHARACTERS);

  set(name: KeyName, key: string): void {
    this.#hash(key, name === 'primary' ? this.#primary : this.#secondary);
  }

  /** Whether both are set to the same. */
  get areEqual(): boolean {
    return this.#primary.equals(this.#secondary);
  }

  accepts(candidate: string): boolean {
    this.#hash(candidate, this.#candidate);
    const isPrimary = timingSafeEqual(this.#candidate, this.#primary);
    const isSecondary = timingSafeEqual(this.#candidate, this.#secondary); // compared in any case
    return isPrimary || isSecondary;
  }

  #hash(key: string, into: Buffer): void {
    into.write(hash('sha256', this.#salt + key), 'latin1');
  }
}
