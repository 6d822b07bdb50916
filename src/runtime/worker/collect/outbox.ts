import { type CollectRules, isSampled, rateOf } from '../../collect/collect-rules.js';
import type { Channel } from '../channel.js';
import { CollectKind, type CollectMessage, encodeCollect } from '../frames.js';
import { type CollectHead, encodeMessage } from '../messages.js';
import type { LogSink } from '../request-context.js';

/** Records that may wait for the front: user code can collect faster than a socket takes. */
const WAITING_BYTES_MIN = 8 * 1024 * 1024;
const NOTHING = Buffer.alloc(0);

/** Where a worker's records wait until its answers have left, and go to the front. */
export class Outbox {
  readonly rules: CollectRules;
  readonly log: LogSink;
  readonly #channel: Channel;
  readonly #waitingBytesMax: number;
  #waiting: CollectMessage[] = [];
  #waitingBytes = 0;

  constructor(rules: CollectRules, channel: Channel, log: LogSink) {
    this.rules = rules;
    this.log = log;
    this.#channel = channel;
    // The front may end the pair between an answer and the next turn, in which its records would leave.
    channel.beforeEnd = () => this.#flush();
    this.#waitingBytesMax = Math.max(WAITING_BYTES_MIN, 2 * rules.recordBytesMax);
  }

  /** Whether a record of a call is wanted; what is collected outside of calls is of none, and is where anything is. */
  wants(collection: string, requestId: string | undefined): boolean {
    const rate = rateOf(this.rules, collection);
    return requestId === undefined ? rate > 0 : isSampled(requestId, rate);
  }

  send(head: CollectHead, data: Uint8Array): void {
    if (data.length > this.rules.recordBytesMax) return this.giveUp(CollectKind.tooLarge);
    if (this.#waitingBytes + data.length + this.#channel.backlogBytes > this.#waitingBytesMax) {
      return this.giveUp(CollectKind.full);
    }
    this.#add({ kind: CollectKind.record, head: encodeMessage(head), data });
  }

  /** Has the front count a record that is not collected. */
  giveUp(kind: CollectKind): void {
    this.#add({ kind, head: NOTHING, data: NOTHING });
  }

  #add(message: CollectMessage): void {
    if (this.#waiting.length === 0) setImmediate(() => this.#flush());
    this.#waiting.push(message);
    this.#waitingBytes += message.data.length;
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const message of waiting) this.#channel.send(encodeCollect(message));
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
