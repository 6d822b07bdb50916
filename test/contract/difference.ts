import { recordedReply } from './compare.js';
import { type Answered, header, type OurReply, type Reply } from './our-reply.js';
import { type RecordedCase, type RecordedRequest, requestHeaders } from './recorded-case.js';

/**
 * Why a difference is kept. `defect`: the reference is wrong. `language`: Python against TypeScript. `http-stack`:
 * gunicorn against Node. `wording`: the same up to the colon.
 */
export type Reason = 'defect' | 'language' | 'http-stack' | 'wording';

/** A difference that is meant: what it is, why, and how to know it from an accident. */
export interface Difference {
  readonly id: string;
  readonly reason: Reason;
  /** What either side does, in a sentence. `docs/compatibility.md` has it at more length. */
  readonly says: string;
  /** Where the contract of the reference says what the reference does: azureml-server.md. */
  readonly reference: string;
  /** The parts of a reply that it explains; a header by its lower-case name. */
  readonly parts: readonly string[] | ((part: string, both: Both) => boolean);
  /** Whether the recorded reply shows this difference and ours is what is promised instead: both are looked at. */
  readonly applies: (both: Both) => boolean;
}

/** A recorded case beside what this host made of it. */
export interface Both {
  readonly recordedCase: RecordedCase;
  readonly request: RecordedRequest;
  readonly recorded: Reply;
  readonly ours: Answered;
}

/** A difference by which this host does not even start. */
export type StartDifference = Omit<Difference, 'parts' | 'applies'> & {
  readonly appliesToStart: (recordedCase: RecordedCase, exitCode: number | null, output: string) => boolean;
};

export function explains(difference: Difference, part: string, recordedCase: RecordedCase, ours: OurReply): boolean {
  if (ours.kind !== 'answered') return false;
  const both = {
    recordedCase,
    request: recordedCase.request,
    recorded: recordedReply(recordedCase.response),
    ours,
  };
  const { parts, applies } = difference;
  const covers = typeof parts === 'function' ? parts(part, both) : parts.includes(part);
  return covers && applies(both);
}

/** Parts that every answer of `run` has, and a refusal has not. */
export const WHOLE_REPLY = [
  'status',
  'content-type',
  'body',
  'chunks',
  'x-ms-run-function-failed',
  'x-ms-run-fn-exec-ms',
];
export const ID_HEADERS = ['x-request-id', 'x-ms-request-id', 'x-ms-client-request-id', 'traceid'];

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ID_CHARACTERS_MAX = 100;

/** Whether our reply bears the ids of the request, or new ones: what every answer of this host promises. */
export function bearsIds({ request, ours }: Both): boolean {
  const asked = (name: string) => {
    const id = requestHeaders(request, name).join(',').trim();
    return id === '' || id.length > ID_CHARACTERS_MAX ? undefined : id;
  };
  const requestId = header(ours, 'x-request-id') ?? '';
  const isOwn = asked('x-request-id') === undefined ? UUID.test(requestId) : requestId === asked('x-request-id');
  const msRequestId = asked('x-ms-request-id') ?? asked('x-ms-client-request-id') ?? requestId;
  return isOwn && (ours.status === 431 || header(ours, 'x-ms-request-id') === msRequestId);
}

/** The error page of gunicorn, which refuses before the app sees the request, or after the app broke. */
export function isGunicornPage({ headers, body }: Reply): boolean {
  return header({ headers }, 'content-type') === 'text/html' && body.toString().startsWith('<html>\n  <head>');
}

/** A recorded 404 or 405 that the routing made: the ids and CORS of the app do not reach it. */
export function isRoutingRefusal(reply: Reply): boolean {
  return (reply.status === 404 || reply.status === 405) && header(reply, 'x-request-id') === undefined;
}

export function flag({ headers }: Pick<Reply, 'headers'>): string | undefined {
  return header({ headers }, 'x-ms-run-function-failed');
}
