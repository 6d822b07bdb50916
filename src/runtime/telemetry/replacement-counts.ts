import type { ReplacementCount } from './metrics.js';

/** How often workers were to be replaced, by cause and by what came of it. */
export class ReplacementCounts {
  readonly #counts = new Map<string, ReplacementCount>();

  count(cause: string, done: boolean): void {
    const result = done ? 'replaced' : 'failed';
    const key = `${cause} ${result}`;
    this.#counts.set(key, { cause, result, count: (this.#counts.get(key)?.count ?? 0) + 1 });
  }

  list(): readonly ReplacementCount[] {
    return [...this.#counts.values()];
  }
}
