import type { Call } from './call.js';
import { TimeoutList } from './timeout-list.js';

/** The calls that wait for a worker, in order of arrival. */
export class CallQueue {
  // A Set, so that a call that is given up leaves in constant time.
  #calls = new Set<Call>();
  readonly #waits: TimeoutList<Call>;

  /** @param onWaited - Called with a call that has waited as long as one may. It is still in the queue. */
  constructor(waitMsMax: number, onWaited: (call: Call) => void) {
    this.#waits = new TimeoutList(waitMsMax, onWaited);
  }

  get size(): number {
    return this.#calls.size;
  }

  /** Those that wait; one that leaves meanwhile is passed over. */
  [Symbol.iterator](): Iterator<Call> {
    return this.#calls.values();
  }

  add(call: Call): void {
    call.state = 'waiting';
    call.queuedAtMs = performance.now();
    call.queueWait = this.#waits.add(call, call.queuedAtMs);
    this.#calls.add(call);
  }

  /** Calls that have been in a worker before wait before all others, in their order, and as long as they need. */
  putBack(calls: readonly Call[]): void {
    if (calls.length === 0) return;
    for (const call of calls) call.state = 'waiting';
    this.#calls = new Set([...calls, ...this.#calls]);
  }

  /** A call that waits leaves, to be run or given up: whoever takes it out says what it is from now on. */
  remove(call: Call, state: 'running' | 'done'): void {
    call.state = state;
    if (call.queueWait) this.#waits.remove(call.queueWait);
    this.#calls.delete(call);
  }

  clear(): void {
    this.#waits.clear();
  }
}
