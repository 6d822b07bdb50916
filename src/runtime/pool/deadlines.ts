import type { Call } from './call.js';
import { TimeoutList } from './timeout-list.js';

/** The deadline of each call, from the end of its headers to the first byte of its reply. */
export class Deadlines {
  readonly #limitMs: number;
  readonly #onPassed: (call: Call) => void;
  readonly #list: TimeoutList<Call>;

  /** @param limitMs - For all calls; 0: none. */
  constructor(limitMs: number, onPassed: (call: Call) => void) {
    this.#limitMs = limitMs;
    this.#onPassed = onPassed;
    this.#list = new TimeoutList(limitMs, onPassed);
  }

  /** @param askedMs - What the caller asks for: it may be less than all calls have, never more. */
  start(call: Call, askedMs: number | undefined): void {
    const own = askedMs !== undefined && (this.#limitMs === 0 || askedMs < this.#limitMs);
    call.limitMs = own ? askedMs : this.#limitMs;
    if (own) call.ownDeadline = setTimeout(this.#onPassed, askedMs, call);
    else call.deadline = this.#list.add(call, call.admittedAtMs);
  }

  stop(call: Call): void {
    if (call.deadline) this.#list.remove(call.deadline);
    clearTimeout(call.ownDeadline);
  }

  clear(): void {
    this.#list.clear();
  }
}

/** Milliseconds that a call has left; Infinity if it has no deadline. */
export function msLeft({ admittedAtMs, limitMs }: Call, nowMs: number): number {
  return limitMs === 0 ? Number.POSITIVE_INFINITY : admittedAtMs + limitMs - nowMs;
}
