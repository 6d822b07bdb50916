/** A timer with more fires at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** An item of a {@link TimeoutList}, to take it out again. */
export interface TimeoutEntry<T> {
  readonly item: T;
  readonly dueAtMs: number;
  previous: TimeoutEntry<T> | undefined;
  next: TimeoutEntry<T> | undefined;
  listed: boolean;
}

/**
 * Items that all may last equally long, with one timer for all of them.
 *
 * A linked list, because thousands of calls come and go within one limit: an entry that is taken out leaves nothing
 * behind, where an array would hold on to every finished call until its time had come.
 */
export class TimeoutList<T> {
  readonly #limitMs: number;
  readonly #onExpire: (item: T) => void;
  #first: TimeoutEntry<T> | undefined;
  #last: TimeoutEntry<T> | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param limitMs - 0: nothing ever expires. */
  constructor(limitMs: number, onExpire: (item: T) => void) {
    this.#limitMs = limitMs;
    this.#onExpire = onExpire;
  }

  /** @param nowMs - Where the time is known already; never before that of an entry that is listed. */
  add(item: T, nowMs = performance.now()): TimeoutEntry<T> {
    const dueAtMs = nowMs + this.#limitMs;
    const listed = this.#limitMs !== 0;
    const entry: TimeoutEntry<T> = {
      item,
      dueAtMs,
      previous: listed ? this.#last : undefined,
      next: undefined,
      listed,
    };
    if (!listed) return entry;
    if (this.#last) this.#last.next = entry;
    else this.#first = entry;
    this.#last = entry;
    this.#timer ??= setTimeout(() => this.#expire(), Math.min(this.#limitMs, TIMER_MS_MAX));
    return entry;
  }

  /** Taking an entry out twice, or after it expired, does nothing. */
  remove(entry: TimeoutEntry<T>): void {
    if (!entry.listed) return;
    entry.listed = false;
    if (entry.previous) entry.previous.next = entry.next;
    else this.#first = entry.next;
    if (entry.next) entry.next.previous = entry.previous;
    else this.#last = entry.previous;
    // An entry that the collector takes for old would else keep alive what came behind it, whatever became of that.
    entry.previous = undefined;
    entry.next = undefined;
  }

  /** Forgets all entries, and lets the process end. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#first) this.remove(this.#first);
  }

  #expire(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (let entry = this.#first; entry && entry.dueAtMs <= now; entry = this.#first) {
      this.remove(entry);
      this.#onExpire(entry.item);
    }
    // The timer is never moved when an entry goes: it fires at most once per limit without cause.
    if (this.#first)
      this.#timer ??= setTimeout(() => this.#expire(), Math.min(Math.max(1, this.#first.dueAtMs - now), TIMER_MS_MAX));
  }
}
