import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionOptions } from 'node:tls';
import type { RawReply } from './raw-http.js';
import { StrictConnection } from './strict-connection.js';

/** A call, and what its answer must be. */
export interface CheckedCall {
  readonly request: string;
  /** What is wrong with the answer; undefined if nothing is. */
  readonly problemOf: (reply: RawReply) => string | undefined;
}

/** An answer that comes twice comes late: connections are watched for so long behind their last call. */
const QUIET_MS = 100;
/** More of them tell nothing new. */
const PROBLEMS_MAX = 10;

/**
 * Calls over keep-alive connections, one after the other on each, until {@link stop}. Every answer is checked to be the
 * one of its own call, and every byte on a connection to belong to an answer.
 */
export class CheckedLoad {
  readonly #port: number;
  readonly #tls: (() => ConnectionOptions) | undefined;
  readonly #nextCall: (index: number) => CheckedCall;
  readonly #connections: Promise<void>[];
  readonly #problems: string[] = [];
  #sent = 0;
  #answered = 0;
  #stopped = false;

  /**
   * @param nextCall - Makes the calls, each unlike all others.
   * @param tls - Connects with TLS, by these options.
   */
  constructor(
    port: number,
    connections: number,
    nextCall: (index: number) => CheckedCall,
    tls?: () => ConnectionOptions,
  ) {
    this.#port = port;
    this.#tls = tls;
    this.#nextCall = nextCall;
    this.#connections = Array.from({ length: connections }, () => this.#callOn());
  }

  get answered(): number {
    return this.#answered;
  }

  /** Sends no new calls, waits for the answers of those that are out, and tells what was wrong with any of them. */
  async stop(): Promise<readonly string[]> {
    this.#stopped = true;
    await Promise.all(this.#connections);
    return this.#problems;
  }

  async #callOn(): Promise<void> {
    for (;;) {
      const connection = await StrictConnection.open(this.#port, this.#tls?.()).catch((error: Error) => error);
      if (connection instanceof Error) return this.#note(`no connection: ${connection.message}`);
      while (!this.#stopped && connection.ended === undefined) await this.#callOnce(connection);
      if (this.#stopped) await sleep(QUIET_MS);
      if (connection.stray !== '') this.#note(`came unasked: ${connection.stray}`);
      if (connection.ended !== undefined) this.#note(`a connection ended: ${connection.ended}`);
      connection.close();
      if (this.#stopped) return;
    }
  }

  async #callOnce(connection: StrictConnection): Promise<void> {
    const index = this.#sent++;
    const { request, problemOf } = this.#nextCall(index);
    try {
      const problem = problemOf(await connection.call(request));
      this.#answered++;
      if (problem !== undefined) this.#note(`call ${index}: ${problem}`);
    } catch (error) {
      this.#note(`call ${index} got no answer: ${(error as Error).message}`);
    }
  }

  #note(problem: string): void {
    if (this.#problems.length < PROBLEMS_MAX) this.#problems.push(problem);
  }
}
