import { type CollectRules, isSampled, rateOf } from '../../collect/collect-rules.js';
import type { Channel } from '../channel.js';
import { COLLECT_HOLD_MS, CollectKind, encodeGivenUp, encodeRecord } from '../frames.js';
import type { LogSink } from '../request-context.js';

/** Records that may wait for the front: user code can collect faster than a socket takes. */
const WAITING_BYTES_MIN = 8 * 1024 * 1024;
/** The front is told this often how many records were given up: a frame for each would cost what they save. */
const TELL_MS = 100;

/** What a worker collects, on its way to the front: behind the answers, which nothing must keep waiting. */
export class Outbox {
  readonly rules: CollectRules;
  readonly log: LogSink;
  readonly #channel: Channel;
  readonly #waitingBytesMax: number;
  /** By kind, what the front has not been told of. */
  readonly #givenUp = new Map<CollectKind, number>();
  #heldUntilMs = 0;

  constructor(rules: CollectRules, channel: Channel, log: LogSink) {
    this.rules = rules;
    this.log = log;
    this.#channel = channel;
    channel.beforeEnd = () => this.#tellGivenUp();
    this.#waitingBytesMax = Math.max(WAITING_BYTES_MIN, 2 * rules.recordBytesMax);
  }

  /** Whether a record of a call is wanted; what is collected outside of calls is of none, and is where anything is. */
  wants(collection: string, requestId: string | undefined): boolean {
    const rate = rateOf(this.rules, collection);
    return requestId === undefined ? rate > 0 : isSampled(requestId, rate);
  }

  /** The front has no room. For a while records are given up before they are written, which is what costs. */
  hold(): void {
    this.#heldUntilMs = performance.now() + COLLECT_HOLD_MS;
  }

  get isHeld(): boolean {
    return performance.now() < this.#heldUntilMs;
  }

  /** @param head - JSON of a `CollectHead`. */
  send(head: string, data: Uint8Array): void {
    if (data.length > this.rules.recordBytesMax) return this.giveUp(CollectKind.tooLarge);
    if (data.length + this.#channel.backlogBytes > this.#waitingBytesMax) return this.giveUp(CollectKind.full);
    this.#channel.sendLater(encodeRecord({ head: Buffer.from(head), data }));
  }

  /** Has the front count a record that is not collected. */
  giveUp(kind: CollectKind): void {
    if (this.#givenUp.size === 0) setTimeout(() => this.#tellGivenUp(), TELL_MS);
    this.#givenUp.set(kind, (this.#givenUp.get(kind) ?? 0) + 1);
  }

  #tellGivenUp(): void {
    for (const [kind, records] of this.#givenUp) this.#channel.sendLater(encodeGivenUp(kind, records));
    this.#givenUp.clear();
  }
}

let outbox: Outbox | undefined;

/** Told once, before the entry module is loaded; without it nothing is collected. */
export function collectInto(one: Outbox | undefined): void {
  outbox = one;
}

/** Undefined where data collection is off, and outside of a worker. */
export function currentOutbox(): Outbox | undefined {
  return outbox;
}
