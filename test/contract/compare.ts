import { isDeepStrictEqual } from 'node:util';
import { type Answered, headerValues, jsonOf, type OurReply, ourError, type Reply, strictJsonOf } from './our-reply.js';
import type { RecordedCase, RecordedResponse } from './recorded-case.js';

/** A part of a reply that is not as recorded. */
export interface Divergence {
  /** `status`, `body`, `chunks`, `interim`, `start`, or the lower-case name of a header. */
  readonly part: string;
  readonly recorded: string;
  readonly ours: string;
}

/** Headers of the connection and of the server in front, which have no meaning to a caller of the reference. */
const NOT_COMPARED = new Set([
  'connection',
  'content-length', // the body itself is compared; ours writes JSON without blanks
  'date',
  'keep-alive',
  'server',
  'transfer-encoding', // `chunks` says it
]);
/** Headers whose value is a list in no order. */
const LISTS = new Set(['allow', 'access-control-allow-headers', 'access-control-allow-methods']);

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const MILLISECONDS = /^\d+\.\d{3}$/;
const VERSION = /^[a-z]+\/\d+\.\d+\.\d+$/;

/** Everything in our reply that a caller would find different. */
export function compare({ request, response }: RecordedCase, ours: OurReply): Divergence[] {
  if (ours.kind === 'not started') {
    return [{ part: 'start', recorded: `answered ${response.status}`, ours: `exit ${ours.exitCode}` }];
  }
  if (ours.kind === 'no reply') return [{ part: 'reply', recorded: String(response.status), ours: ours.why }];
  const recorded = recordedReply(response);
  const found = [
    divergence('status', response.status, ours.status),
    divergence('interim', response.interim ?? [], ours.interim),
    ...headerNames(recorded, ours).map((name) => compareHeader(name, recorded, ours)),
    request.method === 'HEAD' ? undefined : compareChunks(response, ours),
    response.body_note === undefined ? compareBody(recorded, ours) : undefined,
    compareGeneratedIds(recorded, ours),
  ];
  return found.filter((part) => part !== undefined);
}

export function recordedReply({ status, headers, body, body_base64 }: RecordedResponse): Reply {
  return {
    status,
    headers,
    body: body_base64 === undefined ? Buffer.from(body ?? '') : Buffer.from(body_base64, 'base64'),
  };
}

function divergence(part: string, recorded: unknown, ours: unknown): Divergence | undefined {
  return isDeepStrictEqual(recorded, ours) ? undefined : { part, recorded: shown(recorded), ours: shown(ours) };
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function headerNames(...replies: readonly Pick<Reply, 'headers'>[]): string[] {
  const names = replies.flatMap(({ headers }) => headers.map(([name]) => name.toLowerCase()));
  return [...new Set(names)].filter((name) => !NOT_COMPARED.has(name));
}

function compareHeader(name: string, recorded: Reply, ours: Answered): Divergence | undefined {
  const [theirs, own] = [headerValues(recorded, name), headerValues(ours, name)].map((values) =>
    LISTS.has(name)
      ? values
          .flatMap((value) => value.split(','))
          .map((item) => item.trim())
          .sort()
      : values,
  ) as [string[], string[]];
  const same = theirs.length === own.length && theirs.every((value, i) => sameValue(name, value, own[i] as string));
  return same ? undefined : { part: name, recorded: theirs.join(' | ') || '(none)', ours: own.join(' | ') || '(none)' };
}

function sameValue(name: string, recorded: string, ours: string): boolean {
  if (recorded === '<uuid>') return UUID.test(ours);
  if (recorded === '<ms>') return MILLISECONDS.test(ours);
  if (name === 'x-ms-server-version') return VERSION.test(recorded) === VERSION.test(ours);
  return recorded === ours;
}

/** An id that the server made up is the same in both headers that bear it. */
function compareGeneratedIds(recorded: Reply, ours: Answered): Divergence | undefined {
  const names = ['x-request-id', 'x-ms-request-id'] as const;
  if (names.some((name) => headerValues(recorded, name)[0] !== '<uuid>')) return undefined;
  const [id, msId] = names.map((name) => headerValues(ours, name)[0]);
  return divergence('x-ms-request-id', id, msId);
}

function compareChunks(response: RecordedResponse, { chunks, terminated }: Answered): Divergence | undefined {
  const recorded =
    response.chunks === undefined ? 'not chunked' : chunked(response.chunks, response.chunked_terminated);
  return divergence('chunks', recorded, chunks === undefined ? 'not chunked' : chunked(chunks.length, terminated));
}

function chunked(count: number, terminated: boolean | undefined): string {
  return `${count} chunks, ${terminated ? 'and the last' : 'cut off'}`;
}

/** JSON is compared as JSON. An error has the recorded message, and may say more. */
function compareBody(recorded: Reply, ours: Answered): Divergence | undefined {
  const difference = { part: 'body', recorded: recorded.body.toString(), ours: ours.body.toString() };
  if (recorded.body.equals(ours.body)) return undefined;
  const theirs = jsonOf(recorded.body);
  if (theirs === undefined) return difference;
  const own = isError(theirs) && ourError(ours) ? { message: ourError(ours)?.message } : strictJsonOf(ours.body);
  return isDeepStrictEqual(theirs, own) ? undefined : difference;
}

function isError(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Object.keys(body).join() === 'message';
}
