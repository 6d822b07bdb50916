import type { Call, Outcome } from '../pool/call.js';
import type { Pool } from '../pool/pool.js';
import { type CallHead, encodeMessage, type ReadyMessage } from '../worker/messages.js';

/** A call that has been admitted: it is submitted with its body, or withdrawn. */
export interface Admission {
  submit(head: CallHead, body: readonly Uint8Array[]): void;
  /** The client has left, or its body cannot be read. */
  withdraw(): void;
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
   * @param onOutcome - Called once, unless the call is withdrawn.
   * @throws {HostError} `NOT_READY`, `QUEUE_FULL`
   */
  admit(onOutcome: (outcome: Outcome) => void): Admission {
    const call: Call = this.#pool.admit(onOutcome);
    return {
      submit: (head, body) => this.#pool.submit(call, encodeMessage(head), body),
      withdraw: () => this.#pool.withdraw(call),
    };
  }
}
