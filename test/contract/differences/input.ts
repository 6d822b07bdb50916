import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import type { Difference } from '../difference.js';
import { jsonOf, ourError, type Reply, strictJsonOf } from '../our-reply.js';
import { type RecordedRequest, requestBody, requestHeader, requestHeaders, requestLine } from '../recorded-case.js';

const FORM_TYPE = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i;
const REPLY = ['status', 'body', 'content-type', 'x-ms-run-function-failed', 'x-ms-run-fn-exec-ms'];

export const inputDifferences: readonly Difference[] = [
  {
    id: 'form-is-415',
    reason: 'defect',
    says: 'The body of a form content type is lost, and run gets an empty text there; here 415 says what to send.',
    reference: 'section 3: "undecorated, form or multipart content type | 200, body lost"',
    parts: REPLY,
    applies: ({ request, recorded, ours }) =>
      FORM_TYPE.test(requestHeader(request, 'content-type') ?? '') &&
      recorded.status !== 415 &&
      ours.status === 415 &&
      ourError(ours)?.code === 'CONTENT_TYPE_UNSUPPORTED',
  },
  {
    id: 'gzip-is-inflated',
    reason: 'defect',
    says: 'A compressed body reaches run, or fails, as compressed bytes there; here gzip is inflated first.',
    reference: 'section 3: "Request Content-Encoding is never decoded"',
    parts: REPLY,
    applies: ({ request, recorded, ours }) => {
      const inflated = inflatedBody(request);
      if (inflated === undefined || ours.status !== 200) return false;
      return recorded.status === 400 || !recorded.body.equals(ours.body) ? showsBody(ours, inflated) : false;
    },
  },
  {
    id: 'content-encoding-is-read',
    reason: 'defect',
    says: 'Content-Encoding is passed over there; here a coding other than gzip is 415, and what is not gzip 400.',
    reference: 'section 3: "Request Content-Encoding is never decoded"',
    parts: REPLY,
    applies: ({ request, recorded, ours }) => {
      const encoding = requestHeader(request, 'content-encoding')?.trim().toLowerCase() ?? 'identity';
      if (encoding === 'identity' || inflatedBody(request) !== undefined || recorded.status === 415) return false;
      const isGzip = /^(?:x-)?gzip$/.test(encoding);
      return isGzip
        ? ours.status === 400 && ourError(ours)?.code === 'INPUT_INVALID'
        : ours.status === 415 && ourError(ours)?.code === 'ENCODING_UNSUPPORTED';
    },
  },
  {
    id: 'query-number-spelling',
    reason: 'language',
    says: 'In the JSON text made of a query, 1.0 stays 1.0 there; here it is 1: JavaScript has one number type.',
    reference: 'section 3: "GET: each query value is parsed as JSON"',
    parts: ['body'],
    applies: ({ request, recorded, ours }) => {
      const [theirs, own] = innerTexts(request, recorded, ours);
      return (
        theirs !== undefined && theirs !== own && isDeepStrictEqual(withoutNonFinite(jsonOf(theirs)), strictJsonOf(own))
      );
    },
  },
  {
    id: 'query-is-valid-json',
    reason: 'defect',
    says: 'NaN and Infinity in a query make a text that is not JSON there; here the words stay strings, numbers are null.',
    reference: 'section 3: "returns NaN/Infinity"; section 10: "NaN emitted as invalid JSON"',
    parts: ['body'],
    applies: ({ request, recorded, ours }) => {
      const [theirs, own] = innerTexts(request, recorded, ours);
      if (theirs === undefined || strictJsonOf(theirs) !== undefined) return false;
      const words = new URLSearchParams(requestLine(request)?.target.split('?')[1] ?? '');
      return isDeepStrictEqual(withoutNonFinite(jsonOf(theirs), words), strictJsonOf(own));
    },
  },
  {
    id: 'repeated-headers-joined',
    reason: 'language',
    says: 'A repeated request header is joined by a bare comma there; here by comma and blank, as Headers does it.',
    reference: 'section 3: "repeats joined with `,` without a space"',
    parts: ['body'],
    applies: ({ request, recorded, ours }) => headersDiffer(request, recorded, ours, isJoinedOtherwise),
  },
  {
    id: 'underscore-headers',
    reason: 'http-stack',
    says: 'A request header with an underscore in its name is dropped there; here it is one like any other.',
    reference: 'section 4: "Names with underscores are dropped (gunicorn >= 22)"',
    parts: ['body'],
    applies: ({ request, recorded, ours }) => headersDiffer(request, recorded, ours, hasUnderscore),
  },
];

/** The body that the request declares to be gzip, inflated; undefined where it is no such body. */
function inflatedBody(request: RecordedRequest): Buffer | undefined {
  if (!/^(?:x-)?gzip$/i.test(requestHeader(request, 'content-encoding') ?? '')) return undefined;
  try {
    return gunzipSync(requestBody(request) ?? '');
  } catch {
    return undefined;
  }
}

/** Whether a reply is of a body: it gives it back as JSON text or as bytes, or tells its length. */
function showsBody({ body }: Reply, inflated: Buffer): boolean {
  const json = strictJsonOf(body);
  const length = (json as { length?: number; data_len?: number } | undefined)?.data_len;
  return json === inflated.toString() || body.equals(inflated) || length === inflated.length;
}

/** The JSON texts that both sides made of a query, where the entry module gives its input back. */
function innerTexts(
  { method }: RecordedRequest,
  recorded: Reply,
  ours: Reply,
): [string, string] | [undefined, undefined] {
  const [theirs, own] = [strictJsonOf(recorded.body), strictJsonOf(ours.body)];
  return method === 'GET' && typeof theirs === 'string' && typeof own === 'string'
    ? [theirs, own]
    : [undefined, undefined];
}

/** A value with null for numbers that JSON does not have; a bare word of the query stays the word. */
function withoutNonFinite(value: unknown, words?: URLSearchParams): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map((item) => withoutNonFinite(item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => {
    const asked = words?.getAll(key) ?? [];
    const word = (text: string | undefined) => (/^\s*-?(?:NaN|Infinity)\s*$/.test(text ?? '') ? text : undefined);
    if (asked.length === 1) return [key, word(asked[0]) ?? withoutNonFinite(item)];
    if (asked.length > 1 && Array.isArray(item))
      return [key, item.map((each, i) => word(asked[i]) ?? withoutNonFinite(each))];
    return [key, withoutNonFinite(item)];
  });
  return Object.fromEntries(entries);
}

type HeaderDict = Readonly<Record<string, string | undefined>>;
/** A way in which one header may differ between the two dicts; `sent` are its values in the request. */
type HeaderWay = (name: string, sent: readonly string[], theirs?: string, own?: string) => boolean;

const isJoinedOtherwise: HeaderWay = (_name, sent, theirs, own) =>
  sent.length > 1 && theirs === sent.join(',') && own === sent.join(', ');
const hasUnderscore: HeaderWay = (name, sent, theirs, own) =>
  name.includes('_') && theirs === undefined && own === sent.join(', ');

/** Whether the headers that two replies show differ in one way at least once, and in no way that is not meant. */
function headersDiffer(request: RecordedRequest, recorded: Reply, ours: Reply, way: HeaderWay): boolean {
  const [theirs, own] = [recorded, ours].map(({ body }) => strictJsonOf(body) as { headers?: HeaderDict } | undefined);
  if (!theirs?.headers || !own?.headers) return false;
  const [theirHeaders, ownHeaders] = [theirs.headers, own.headers];
  const names = [...new Set([...Object.keys(theirHeaders), ...Object.keys(ownHeaders)])];
  const differing = names.filter((name) => theirHeaders[name] !== ownHeaders[name]);
  const differsBy = (name: string) => (each: HeaderWay) =>
    each(name, requestHeaders(request, name.toLowerCase()), theirHeaders[name], ownHeaders[name]);
  return (
    isDeepStrictEqual({ ...theirs, headers: undefined }, { ...own, headers: undefined }) &&
    differing.some((name) => differsBy(name)(way)) &&
    differing.every((name) => [isJoinedOtherwise, hasUnderscore].some(differsBy(name)))
  );
}
