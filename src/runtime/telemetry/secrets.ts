/** What stands in the place of a secret. */
const REDACTED = '[redacted]';
/** A shorter one would take letters out of every line. */
const SECRET_CHARACTERS_MIN = 4;

/** Texts that nothing may tell: keys, connection strings. Their owners may change them while the host runs. */
export class Secrets {
  readonly #byOwner = new Map<string, readonly string[]>();
  #pattern: RegExp | undefined;

  /** @param owner - Whose they are: what it named before is given up. */
  set(owner: string, secrets: readonly string[]): void {
    this.#byOwner.set(owner, secrets);
    this.#pattern = patternOf([...this.#byOwner.values()].flat());
  }

  /** The text with `[redacted]` in the place of every secret. It costs nothing while there are none. */
  redact(text: string): string {
    return this.#pattern ? text.replace(this.#pattern, REDACTED) : text;
  }
}

function patternOf(secrets: readonly string[]): RegExp | undefined {
  const long = secrets.filter(({ length }) => length >= SECRET_CHARACTERS_MIN);
  // As they are, and as a line of JSON has them; of two that begin alike the longer one is looked for first.
  const written = new Set(long.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]));
  if (written.size === 0) return undefined;
  const alternatives = [...written].sort((a, b) => b.length - a.length).map(literally);
  return new RegExp(alternatives.join('|'), 'g');
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
