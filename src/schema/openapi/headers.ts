/** A header of a request or reply, as all versions can describe it. */
export interface Header {
  readonly description: string;
  readonly schema: HeaderSchema;
}

/** A part of JSON Schema that means the same in all versions. */
export interface HeaderSchema {
  readonly type: 'string' | 'number' | 'integer';
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
}

/** A header of a request. */
export interface RequestHeader extends Header {
  /** The path where it means something, if that is not every path. */
  readonly path?: string;
}

/** Headers that a request may have. */
export const requestHeaders = {
  'x-request-id': {
    description: 'The id of this request: the reply and the log bear it. Without it the service makes one up.',
    schema: { type: 'string', maxLength: 100 },
  },
  'x-ms-client-request-id': {
    description: 'An id that the caller gives its work, which may be many requests: the reply and the log bear it.',
    schema: { type: 'string', maxLength: 100 },
  },
  traceparent: {
    description: 'W3C trace context: the log bears it. One that is not well-formed is passed over.',
    schema: { type: 'string' },
  },
  'x-request-timeout-ms': {
    description: 'Milliseconds that the caller waits: then 504. Longer than the scoring timeout, it changes nothing.',
    schema: { type: 'integer', minimum: 1, maximum: 2147483647 },
    path: '/score',
  },
} as const satisfies Record<string, RequestHeader>;

/** The names of those that a path takes. */
export function requestHeadersOf(path: string): string[] {
  const all: [string, RequestHeader][] = Object.entries(requestHeaders);
  return all.filter(([, header]) => (header.path ?? path) === path).map(([name]) => name);
}

/** Headers that replies have. */
export const replyHeaders = {
  'x-request-id': { description: 'The id of this request.', always: true, schema: { type: 'string' } },
  'x-ms-request-id': {
    description: "The caller's id, or else that of this request: what old clients read.",
    always: true,
    schema: { type: 'string' },
  },
  'x-ms-client-request-id': { description: "The caller's id, if it sent one.", schema: { type: 'string' } },
  TraceId: { description: 'The header TraceId of the request, if it had one.', schema: { type: 'string' } },
  'x-ms-server-version': { description: 'What serves the service, and its version.', schema: { type: 'string' } },
  'x-ms-run-function-failed': {
    description: 'Whether it is the code of the service that failed.',
    always: true,
    schema: { type: 'string', enum: ['True', 'False'] },
  },
  'x-ms-run-fn-exec-ms': {
    description: 'Milliseconds that the code of the service ran.',
    always: true,
    schema: { type: 'number' },
  },
  'WWW-Authenticate': {
    description: 'How to authenticate, and error="invalid_token" where the key or token that came is not valid.',
    always: true,
    schema: { type: 'string' },
  },
  'Retry-After': { description: 'Seconds after which to try again.', always: true, schema: { type: 'integer' } },
} as const satisfies Record<string, ReplyHeader>;

/** … and whether a reply that may have it has it always. */
export interface ReplyHeader extends Header {
  readonly always?: true;
}

export type ReplyHeaderName = keyof typeof replyHeaders;

const onAll: readonly ReplyHeaderName[] = [
  'x-request-id',
  'x-ms-request-id',
  'x-ms-client-request-id',
  'TraceId',
  'x-ms-server-version',
];

/** The headers of a reply, by what is answered. */
export const headersOf = {
  plain: onAll,
  document: [...onAll, 'x-ms-run-function-failed'],
  result: [...onAll, 'x-ms-run-function-failed', 'x-ms-run-fn-exec-ms'],
  refusal: [...onAll, 'x-ms-run-function-failed'],
  challenge: [...onAll, 'x-ms-run-function-failed', 'WWW-Authenticate'],
  retried: [...onAll, 'x-ms-run-function-failed', 'Retry-After'],
  unready: [...onAll, 'Retry-After'],
} as const satisfies Record<string, readonly ReplyHeaderName[]>;
