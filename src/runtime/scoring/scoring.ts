import type { HostError } from '../../errors.js';
import type { Call, Outcome } from '../pool/call.js';
import type { Pool } from '../pool/pool.js';
import { type CallHead, encodeCallHead, type ReadyMessage } from '../worker/messages.js';

export type { Call };

/** What a call says of itself before its body comes. */
export interface Announcement {
  /** Bytes of the body, where they are declared. */
  readonly bodyBytes: number;
  /** Milliseconds after which the caller wants no answer any more. */
  readonly timeoutMs: number | undefined;
}

/** What every edge shares: a call from its headers to its outcome. It knows no HTTP. */
export class Scoring {
  readonly #pool: Pool;
  #service: ReadyMessage | undefined;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** What the workers said of the entry module; undefined before the first ready. */
  get service(): ReadyMessage | undefined {
    return this.#service;
  }

  setService(service: ReadyMessage): void {
    this.#service = service;
  }

  /**
   * Admits a call: it is submitted with its body then, or withdrawn.
   *
   * @param onOutcome - Called once, unless the call is withdrawn.
   * @throws {HostError} `NOT_READY`, `QUEUE_FULL`, `BODIES_FULL`
   */
  admit(onOutcome: (outcome: Outcome) => void, { bodyBytes, timeoutMs }: Announcement): Call {
    return this.#pool.admit(onOutcome, bodyBytes, timeoutMs);
  }

  /** So much more of the body has come. @returns why it cannot be kept. */
  hold(call: Call, bytes: number): HostError | undefined {
    return this.#pool.hold(call, bytes);
  }

  submit(call: Call, head: CallHead, body: readonly Uint8Array[]): void {
    this.#pool.submit(call, encodeCallHead(head), body);
  }

  /** The client has left, or its body cannot be read. */
  withdraw(call: Call): void {
    this.#pool.withdraw(call);
  }
}
