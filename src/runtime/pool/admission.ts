import { type HostError, refusal } from '../../errors.js';
import type { Call } from './call.js';

/** How much may be inside the host at once. */
export interface AdmissionLimits {
  readonly callsMax: number;
  readonly bytesMax: number;
}

/** The places that calls have, and the memory that their bodies share. */
export class Admission {
  readonly #limits: AdmissionLimits;
  /** Ids of the calls that have no outcome yet, or still stream. */
  readonly #active = new Set<number>();
  #lastId = 0;
  #bytes = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /**
   * A place for a call, by its new id.
   *
   * @param declaredBytes - Of a body that is still to come. It is held to the memory that is left, but only takes of it
   *   what comes: a caller who declares much and sends little keeps nobody out.
   * @throws {HostError} `QUEUE_FULL` when all places are taken, `BODIES_FULL` when there is no memory for such a body.
   */
  admit(declaredBytes: number): number {
    const { callsMax } = this.#limits;
    if (this.#active.size >= callsMax) {
      throw refusal('QUEUE_FULL', `Cannot take the call: ${this.#active.size} of ${callsMax} places are taken.`);
    }
    if (this.#lacks(declaredBytes)) throw this.#full(declaredBytes);
    const id = this.#nextId();
    this.#active.add(id);
    return id;
  }

  /** Places that are taken. */
  get calls(): number {
    return this.#active.size;
  }

  /** Memory that is taken. */
  get bytes(): number {
    return this.#bytes;
  }

  /** So much more of a call's body has come. @returns why it cannot be kept. */
  hold(call: Call, bytes: number): HostError | undefined {
    if (this.#lacks(bytes)) return this.#full(bytes);
    this.#bytes += bytes;
    call.bodyBytes += bytes;
    return undefined;
  }

  /** The call is done: its place and its memory are free. */
  release(call: Call): void {
    this.#active.delete(call.id);
    this.#bytes -= call.bodyBytes;
    call.bodyBytes = 0;
  }

  #lacks(bytes: number): boolean {
    return bytes > 0 && this.#bytes + bytes > this.#limits.bytesMax;
  }

  #full(bytes: number): HostError {
    const left = `${this.#bytes} of ${this.#limits.bytesMax} bytes for bodies are taken`;
    return refusal('BODIES_FULL', `Cannot take ${bytes} bytes more: ${left}.`);
  }

  #nextId(): number {
    // Ids wrap after 4 billion calls; one that is still in flight then is not given again.
    do this.#lastId = (this.#lastId + 1) >>> 0;
    while (this.#active.has(this.#lastId));
    return this.#lastId;
  }
}
