import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { HostError } from '../../errors.js';

/** What a request is known by: see the ids of the reference, section 4. */
export interface RequestIds {
  /** `x-request-id` of the client, else a new UUID. */
  readonly requestId: string;
  /** `x-ms-client-request-id`, or its deprecated name `x-ms-request-id`. */
  readonly clientRequestId: string | undefined;
  /** What the reply says in `x-ms-request-id`, which old clients read. */
  readonly msRequestId: string;
  /** `TraceId`, echoed as it came. */
  readonly traceId: string | undefined;
  /** W3C trace context, if it is well-formed. */
  readonly traceparent: string | undefined;
}

const ID_CHARACTERS_MAX = 100;
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-|$)/;

/** The ids of a request, and what is wrong with them: an error reply needs ids too. */
export interface ReadIds {
  readonly ids: RequestIds;
  readonly error: HostError | undefined;
}

export function readIds(req: IncomingMessage): ReadIds {
  const { headers } = req;
  const requestId = headerValue(req, 'x-request-id', headers['x-request-id']);
  const legacyId = headerValue(req, 'x-ms-request-id', headers['x-ms-request-id']);
  const clientId = headerValue(req, 'x-ms-client-request-id', headers['x-ms-client-request-id']);
  const traceId = headerValue(req, 'traceid', headers.traceid);
  const traceparent = wellFormed(headerValue(req, 'traceparent', headers.traceparent));
  if (tooLong(requestId)) {
    const message = 'x-request-id must not exceed 100 characters';
    return refused(message, idsOf(undefined, undefined, undefined, traceId, traceparent));
  }
  if (tooLong(legacyId) || tooLong(clientId)) {
    const message = 'x-ms-request-id and x-ms-client-request-id must not exceed 100 characters';
    return refused(message, idsOf(requestId, undefined, undefined, traceId, traceparent));
  }
  return { ids: idsOf(requestId, clientId ?? legacyId, legacyId, traceId, traceparent), error: undefined };
}

function idsOf(
  given: string | undefined,
  clientRequestId: string | undefined,
  legacyId: string | undefined,
  traceId: string | undefined,
  traceparent: string | undefined,
): RequestIds {
  const requestId = given ?? randomUUID();
  return { requestId, clientRequestId, msRequestId: legacyId ?? clientRequestId ?? requestId, traceId, traceparent };
}

function refused(message: string, ids: RequestIds): ReadIds {
  return { ids, error: new HostError('ID_TOO_LONG', message) };
}

function tooLong(id: string | undefined): boolean {
  return id !== undefined && id.length > ID_CHARACTERS_MAX;
}

function wellFormed(traceparent: string | undefined): string | undefined {
  return traceparent !== undefined && TRACEPARENT.test(traceparent) ? traceparent : undefined;
}

/**
 * Repeated headers are joined as the reference joins them, with a bare comma; an empty one is none.
 *
 * @param value - As Node has it. It is looked up by the caller, by a name that is written out: most requests have none of
 *   these headers, and such a look-up costs a fraction of one by a variable.
 */
function headerValue(req: IncomingMessage, name: string, value: string | string[] | undefined): string | undefined {
  if (typeof value !== 'string') return undefined;
  const joined = value.includes(', ') ? (req.headersDistinct[name]?.join(',') ?? value) : value;
  return joined.trim() || undefined;
}
