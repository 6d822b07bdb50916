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
export function readIds(req: IncomingMessage): { readonly ids: RequestIds; readonly error: HostError | undefined } {
  const requestId = header(req, 'x-request-id');
  const legacyId = header(req, 'x-ms-request-id');
  const clientId = header(req, 'x-ms-client-request-id');
  const traceparent = header(req, 'traceparent');
  const common = {
    traceId: header(req, 'traceid'),
    traceparent: traceparent && TRACEPARENT.test(traceparent) ? traceparent : undefined,
  };
  if (tooLong(requestId)) return refused('x-request-id must not exceed 100 characters', common);
  if (tooLong(legacyId) || tooLong(clientId)) {
    const message = 'x-ms-request-id and x-ms-client-request-id must not exceed 100 characters';
    return refused(message, common, requestId);
  }
  return { ids: compose(common, requestId, clientId ?? legacyId, legacyId), error: undefined };
}

type CommonIds = Pick<RequestIds, 'traceId' | 'traceparent'>;

function compose(common: CommonIds, given?: string, clientRequestId?: string, legacyId?: string): RequestIds {
  const requestId = given ?? randomUUID();
  return { requestId, clientRequestId, msRequestId: legacyId ?? clientRequestId ?? requestId, ...common };
}

function refused(message: string, common: CommonIds, requestId?: string) {
  return { ids: compose(common, requestId), error: new HostError('ID_TOO_LONG', message) };
}

function tooLong(id: string | undefined): boolean {
  return id !== undefined && id.length > ID_CHARACTERS_MAX;
}

/** Repeated headers are joined as the reference joins them, with a bare comma; an empty one is none. */
function header(req: IncomingMessage, name: string): string | undefined {
  const value = req.headers[name] as string | undefined;
  if (value === undefined) return undefined;
  const joined = value.includes(', ') ? (req.headersDistinct[name]?.join(',') ?? value) : value;
  return joined.trim() || undefined;
}
