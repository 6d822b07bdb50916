import type { FailedCall } from '../../../browser/status/status-event.js';

/** Of one code, or status where there is none. */
const KEPT_OF_A_KIND = 5;
const LISTED_MAX = 20;

/**
 * The last calls that did not end well, a few of each kind: ten thousand refusals a second must not push out the one failure
 * that explains them. There are as many kinds as the table of errors has codes.
 */
export class FailedCalls {
  readonly #kinds = new Map<string, FailedCall[]>();

  add(call: FailedCall): void {
    const kind = call.code ?? String(call.status);
    const kept = this.#kinds.get(kind);
    if (!kept) this.#kinds.set(kind, [call]);
    else if (kept.push(call) > KEPT_OF_A_KIND) kept.shift();
  }

  /** Newest first. */
  list(): FailedCall[] {
    const all = [...this.#kinds.values()].flat();
    return all.sort((a, b) => b.at - a.at).slice(0, LISTED_MAX);
  }
}
