import type { IncomingHttpHeaders } from 'node:http';
import { isSampled, rateOf } from './collect-rules.js';
import type { Collection } from './collection.js';

/** Who asks, by its ids. */
export interface CollectedIds {
  readonly requestId: string;
  readonly clientRequestId: string | undefined;
}

/** A request whose body is there. */
export interface CollectedRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
}

/** Requests and answers of every call, collected without code. */
export class AutomaticCollection {
  readonly #collection: Collection;
  readonly #requestRate: number;
  readonly #responseRate: number;

  private constructor(collection: Collection, requestRate: number, responseRate: number) {
    this.#collection = collection;
    this.#requestRate = requestRate;
    this.#responseRate = responseRate;
  }

  /** @returns undefined where neither is to be collected: then nothing is asked of a call. */
  static of(collection: Collection): AutomaticCollection | undefined {
    const { rules } = collection.plan;
    const [requestRate, responseRate] = [rateOf(rules, 'request'), rateOf(rules, 'response')];
    if (requestRate === 0 && responseRate === 0) return undefined;
    return new AutomaticCollection(collection, requestRate, responseRate);
  }

  onRequest(ids: CollectedIds, { method, target, headers }: CollectedRequest, pieces: readonly Uint8Array[]): void {
    if (!isSampled(ids.requestId, this.#requestRate)) return;
    const contentType = headers['content-type'] ?? '';
    const captured = this.#captured(headers);
    const head = { kind: 'request', atMs: Date.now(), ...idsOf(ids), contentType, method, target } as const;
    this.#collection.addPayload(captured ? { ...head, headers: captured } : head, pieces);
  }

  onResponse(ids: CollectedIds, status: number, contentType: string, body: Uint8Array): void {
    if (!isSampled(ids.requestId, this.#responseRate)) return;
    const head = { kind: 'response', atMs: Date.now(), ...idsOf(ids), contentType, status } as const;
    this.#collection.addPayload(head, [body]);
  }

  #captured(headers: IncomingHttpHeaders): Record<string, string> | undefined {
    const { captureHeaders } = this.#collection.plan;
    if (captureHeaders.length === 0) return undefined;
    const captured = captureHeaders.flatMap((name) => {
      const value = headers[name];
      return value === undefined ? [] : [[name, String(value)] as const];
    });
    return Object.fromEntries(captured);
  }
}

function idsOf({ requestId, clientRequestId }: CollectedIds): CollectedIds {
  return { requestId, clientRequestId };
}
