import type { Seat } from './seat.js';

/** How often an idle worker is asked whether it is there, and how long it may take to say so. */
const PING_MS = 500;
const PONG_MS_MAX = 1_000;

/** What the heartbeat tells the staff. */
export interface HeartbeatEvents {
  /** A worker with nothing to do does not answer. */
  onSilence(seat: Seat): void;
  /** … and has not for as long as a run may take. */
  onDead(seat: Seat): void;
  /** It answers again. */
  onRevived(seat: Seat): void;
}

/**
 * Readiness is what workers show, not what they once said: one whose event loop stands still while it has nothing to
 * do, in a timer of user code for instance, is given no calls until it answers again. Real calls have the deadline.
 */
export class Heartbeat {
  readonly #silenceMsMax: number;
  readonly #events: HeartbeatEvents;
  #timer: NodeJS.Timeout | undefined;

  /** @param silenceMsMax - How long a worker may be silent; 0: for ever. */
  constructor(silenceMsMax: number, events: HeartbeatEvents) {
    this.#silenceMsMax = silenceMsMax;
    this.#events = events;
  }

  start(seats: ReadonlySet<Seat>): void {
    this.#timer = setInterval(() => {
      for (const seat of seats) this.#ask(seat);
    }, PING_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  onPong(seat: Seat): void {
    seat.pingedAtMs = undefined;
    if (seat.responsive) return;
    seat.responsive = true;
    this.#events.onRevived(seat);
  }

  #ask(seat: Seat): void {
    const nowMs = performance.now();
    if (seat.worker.state !== 'ready' || seat.batches.length > 0) seat.pingedAtMs = undefined;
    else if (seat.pingedAtMs === undefined) {
      seat.pingedAtMs = nowMs;
      seat.worker.ping();
    } else this.#judge(seat, nowMs - seat.pingedAtMs);
  }

  #judge(seat: Seat, silentMs: number): void {
    if (seat.responsive && silentMs > PONG_MS_MAX) {
      seat.responsive = false;
      this.#events.onSilence(seat);
    }
    if (this.#silenceMsMax === 0 || silentMs <= this.#silenceMsMax) return;
    seat.pingedAtMs = performance.now(); // once, though it may take a while until it is gone
    this.#events.onDead(seat);
  }
}
