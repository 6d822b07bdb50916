import { type ErrorCode, errorTable } from '../../errors.js';
import type { ServiceSchema } from '../service-schema.js';

/** What can be asked of a service, by the names that the documents have for it. */
export type OperationId =
  | 'ServiceHealthCheck'
  | 'RunMLService'
  | 'RunMLServiceByQuery'
  | 'GetSwaggerSpec'
  | 'ServiceReadinessCheck';

/** Codes that a caller can be answered; those without a status end a process. */
export type ReplyCode = {
  [Code in ErrorCode]: (typeof errorTable)[Code] extends { readonly status: number } ? Code : never;
}[ErrorCode];

const every: readonly OperationId[] = [
  'ServiceHealthCheck',
  'RunMLService',
  'RunMLServiceByQuery',
  'GetSwaggerSpec',
  'ServiceReadinessCheck',
];
const calls: readonly OperationId[] = ['RunMLService', 'RunMLServiceByQuery'];
/** What a host may ask for a key. */
const guarded: readonly OperationId[] = [...calls, 'GetSwaggerSpec'];
const bodies: readonly OperationId[] = ['RunMLService'];

/** Which operations can be answered which code: a new code does not compile before it is said here. */
export const operationsOf: Readonly<Record<ReplyCode, readonly OperationId[]>> = {
  REQUEST_MALFORMED: every,
  INPUT_INVALID: calls,
  TLS_REQUIRED: [], // of another scheme
  UNAUTHORIZED: guarded,
  CLIENT_CERTIFICATE_REQUIRED: guarded,
  ROUTE_UNKNOWN: [], // of paths that are none
  VERSION_UNKNOWN: ['GetSwaggerSpec'],
  METHOD_NOT_ALLOWED: [], // of methods that are none of these operations
  REQUEST_TIMEOUT: every,
  BODY_TOO_LARGE: bodies,
  CONTENT_TYPE_UNSUPPORTED: bodies,
  ENCODING_UNSUPPORTED: bodies,
  EXPECTATION_FAILED: every,
  QUEUE_FULL: calls,
  BODIES_FULL: bodies,
  QUEUE_WAIT_EXCEEDED: calls,
  WATCHERS_FULL: [], // of /status/events
  ID_TOO_LONG: every,
  HEADERS_TOO_LARGE: every,
  RUN_FAILED: calls,
  RESULT_INVALID: calls,
  INTERNAL: every,
  WORKER_LOST: calls,
  NOT_READY: [...calls, 'GetSwaggerSpec'],
  TOKEN_KEYS_UNAVAILABLE: guarded,
  DEADLINE_EXCEEDED: calls,
};

export const replyCodes = Object.keys(operationsOf) as readonly ReplyCode[];

/** The codes of one status that an operation can be answered. */
export interface Refusal {
  readonly status: number;
  readonly codes: readonly ReplyCode[];
  /** Whether the reply has `Retry-After`. */
  readonly retried: boolean;
}

/** What an operation of a service can be answered besides its result, by status. */
export function refusalsOf(operation: OperationId, { kind }: ServiceSchema): readonly Refusal[] {
  const given = replyCodes.filter(
    (code) => operationsOf[code].includes(operation) && !(kind === 'raw' && code === 'CONTENT_TYPE_UNSUPPORTED'),
  );
  const statuses = [...new Set(given.map((code) => errorTable[code].status))].sort((a, b) => a - b);
  return statuses.map((status) => {
    const codes = given.filter((code) => errorTable[code].status === status);
    return { status, codes, retried: codes.some((code) => 'retried' in errorTable[code]) };
  });
}

/** What the codes of a status mean, a line each. */
export function meaningOf({ codes }: Refusal): string {
  return codes.map((code) => `${code}: ${errorTable[code].meaning}`).join('\n\n');
}
