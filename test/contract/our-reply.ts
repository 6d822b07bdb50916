import { type JsonLimits, parseJson } from '../../src/schema/json/parse.js';
import type { RawReply } from '../support/raw-http.js';

/** What this host made of a recorded request: a reply, or no start at all. */
export type OurReply = Answered | NoReply | NotStarted;

export interface Answered extends RawReply {
  readonly kind: 'answered';
}

/** The connection ended, or nothing came, before there was a reply. */
export interface NoReply {
  readonly kind: 'no reply';
  readonly why: string;
}

export interface NotStarted {
  readonly kind: 'not started';
  readonly exitCode: number | null;
  readonly output: string;
}

/** A reply of either side, in the one form that is compared. */
export interface Reply {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

export function headerValues({ headers }: Pick<Reply, 'headers'>, name: string): string[] {
  return headers.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value);
}

/** The only value of a header; undefined where there is none, or more than one. */
export function header(reply: Pick<Reply, 'headers'>, name: string): string | undefined {
  const values = headerValues(reply, name);
  return values.length === 1 ? values[0] : undefined;
}

/** Recorded results are as deep as Python's recursion goes. */
const LIMITS: JsonLimits = { depthMax: 10_000 };

/** A body as JSON without loss (integers of any size, NaN as the reference writes it); undefined where it is none. */
export function jsonOf(body: Buffer | string): unknown {
  try {
    return parseJson(body.toString(), LIMITS);
  } catch {
    return undefined;
  }
}

/** A body as JSON by the standard; undefined where it is none. */
export function strictJsonOf(body: Buffer | string): unknown {
  try {
    JSON.parse(body.toString());
  } catch {
    return undefined;
  }
  return jsonOf(body);
}

/** The members of our error bodies. */
export interface ErrorBody {
  readonly message: string;
  readonly code: string;
  readonly requestId: string;
}

/** Our error body, if the reply is an error as this host answers them: JSON with a code, and the id of the reply. */
export function ourError(reply: Reply): ErrorBody | undefined {
  const body = strictJsonOf(reply.body) as (Partial<ErrorBody> & { readonly details?: unknown }) | undefined;
  if (typeof body !== 'object' || body === null || reply.status < 400) return undefined;
  const { message, code, requestId, details: _, ...others } = body;
  const isOurs = typeof message === 'string' && typeof code === 'string' && Object.keys(others).length === 0;
  return isOurs && requestId === header(reply, 'x-request-id') ? (body as ErrorBody) : undefined;
}
