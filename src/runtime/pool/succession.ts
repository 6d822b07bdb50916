import { isBusy, type Seat } from './seat.js';

/** Why a worker is replaced that has done nothing wrong. */
export type ReplacementCause = 'reload' | 'calls' | 'memory';

/** What the succession asks of the staff. */
export interface SuccessionEvents {
  /** Starts a worker. */
  hire(): Seat;
  /** A worker that was to be replaced has been, or its successor did not start. */
  onReplaced(old: Seat, cause: ReplacementCause, done: boolean): void;
}

/** That a worker is to be replaced. Orders of one generation stand and fall together. */
interface Order {
  readonly cause: ReplacementCause;
  readonly generation: number;
}

/** A worker whose turn it is. */
interface Handover extends Order {
  readonly old: Seat;
  oldIsGone: boolean;
  /** undefined: the old one goes first. */
  successor: Seat | undefined;
}

/** A worker that could not be replaced is not tried again before. */
const TRY_AGAIN_MS = 60_000;

/**
 * Replaces workers, one at a time: the successor is ready before the old one is given no more calls, and the old one goes
 * when it has answered those that it has. A successor that does not start changes nothing.
 */
export class Succession {
  readonly #inPlace: boolean;
  readonly #events: SuccessionEvents;
  readonly #waiting = new Map<Seat, Order>();
  readonly #failedAtMs = new WeakMap<Seat, number>();
  #generation = 0;
  #current: Handover | undefined;

  /** @param inPlace - Whether the old one goes first: there is no memory for two. */
  constructor(inPlace: boolean, events: SuccessionEvents) {
    this.#inPlace = inPlace;
    this.#events = events;
  }

  /** All of these are to be replaced, also one that is just being started: it may have read what has changed since. */
  reload(seats: Iterable<Seat>): void {
    this.#generation++;
    for (const seat of seats) this.#order(seat, 'reload');
    this.#next();
  }

  /** A worker has become old, or large. */
  recycle(seat: Seat, cause: ReplacementCause): void {
    if (this.#waiting.has(seat) || this.#current?.old === seat) return;
    if (performance.now() - (this.#failedAtMs.get(seat) ?? Number.NEGATIVE_INFINITY) < TRY_AGAIN_MS) return;
    this.#generation++;
    this.#order(seat, cause);
    this.#next();
  }

  onReady(seat: Seat): void {
    if (this.#current?.successor !== seat) return;
    const { old, cause, oldIsGone } = this.#current;
    this.#current = undefined;
    if (!oldIsGone) retire(old);
    this.#events.onReplaced(old, cause, true);
    this.#next();
  }

  /**
   * A worker is gone.
   *
   * @returns whether another is to be started in its place.
   */
  onLost(seat: Seat): boolean {
    this.#waiting.delete(seat);
    if (this.#current?.old === seat) {
      this.#current.oldIsGone = true;
      this.#current.successor ??= this.#events.hire();
      return false;
    }
    if (this.#current?.successor === seat) return this.#giveUp(this.#current);
    return !seat.retiring;
  }

  #order(seat: Seat, cause: ReplacementCause): void {
    if (!seat.retiring) this.#waiting.set(seat, { cause, generation: this.#generation });
  }

  /** The successor did not start, and no other of its generation would. */
  #giveUp({ old, cause, generation, oldIsGone }: Handover): boolean {
    this.#current = undefined;
    this.#failedAtMs.set(old, performance.now());
    for (const [seat, order] of this.#waiting) if (order.generation <= generation) this.#waiting.delete(seat);
    this.#events.onReplaced(old, cause, false);
    this.#next();
    return oldIsGone;
  }

  #next(): void {
    while (!this.#current) {
      const [entry] = this.#waiting;
      if (!entry) return;
      const [old, order] = entry;
      this.#waiting.delete(old);
      if (!old.retiring) this.#handOver(old, order);
    }
  }

  #handOver(old: Seat, order: Order): void {
    this.#current = { ...order, old, oldIsGone: false, successor: undefined };
    if (this.#inPlace) retire(old);
    else this.#current.successor = this.#events.hire();
  }
}

function retire(seat: Seat): void {
  seat.retiring = true;
  leaveIfIdle(seat);
}

/** A worker that is to go, goes when it has nothing to do. */
export function leaveIfIdle(seat: Seat): void {
  if (seat.retiring && !isBusy(seat)) seat.worker.stop();
}
