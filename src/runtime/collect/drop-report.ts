import type { DropReason } from '../telemetry/collection-counts.js';

/** A line for each dropped record would fill the log when the sink is what is broken. */
const LINE_MS = 60_000;

/** Says in the log what was not collected: at once, and then once a minute while there is more. */
export class DropReport {
  readonly #warn: (message: string) => void;
  readonly #dropped = new Map<DropReason, number>();
  #problem = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** @param problem - What stands behind it, for a person. */
  add(reason: DropReason, records: number, problem = ''): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + records);
    if (problem !== '') this.#problem = problem;
    if (this.#timer === undefined) this.#say();
  }

  /** Says what has not been said. */
  end(): void {
    clearTimeout(this.#timer);
    if (this.#dropped.size > 0) this.#warn(this.#line());
  }

  #say(): void {
    this.#warn(this.#line());
    this.#dropped.clear();
    this.#problem = '';
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#dropped.size > 0) this.#say();
    }, LINE_MS).unref();
  }

  #line(): string {
    const counts = [...this.#dropped].map(([reason, records]) => `${reason} ${records}`);
    const total = [...this.#dropped.values()].reduce((sum, records) => sum + records, 0);
    const problem = this.#problem === '' ? '' : `: ${this.#problem}`;
    return `data collection: records that were dropped: ${total} (${counts.join(', ')})${problem}`;
  }
}
