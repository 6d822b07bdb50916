import { HostError } from '../../../errors.js';
import type { Outcome } from '../../pool/call.js';
import type { Scoring } from '../../scoring/scoring.js';
import type { CallHead, ReadyMessage, ReplyHead } from '../../worker/messages.js';
import { type BodyLimits, type BodyReader, checkDeclaredBody, contentEncoding } from '../body.js';
import { isPreflight } from '../cors.js';
import { asHostError, type Exchange, type HeaderList } from '../exchange.js';
import { methodNotAllowed } from '../refusals.js';

const RUN_OK: HeaderList = ['x-ms-run-function-failed', 'False'];
const RUN_FAILED: HeaderList = ['x-ms-run-function-failed', 'True'];
const RETRY_AFTER: HeaderList = ['Retry-After', '1'];
/** Codes whose callers do well to come back. */
const RETRY_CODES = new Set(['NOT_READY', 'QUEUE_FULL', 'QUEUE_WAIT_EXCEEDED']);

/** What the front alone may say of a reply; a `Response` of user code cannot. */
const OWN_HEADERS = new Set([
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'trailer',
  'transfer-encoding',
  'traceid',
  'upgrade',
  'x-ms-client-request-id',
  'x-ms-request-id',
  'x-ms-run-fn-exec-ms',
  'x-ms-run-function-failed',
  'x-ms-server-version',
  'x-request-id',
]);

/** GET and POST /score, and for a raw `run` HEAD and OPTIONS too. */
export function scoreRoute(scoring: Scoring, bodies: BodyReader, limits: BodyLimits) {
  return (exchange: Exchange): void => {
    const { service } = scoring;
    const methods = scoreMethods(service);
    if (!methods.includes(exchange.method)) return methodNotAllowed(exchange, methods);
    if (service && !reachesRun(exchange, service)) {
      return exchange.send(200, ['Content-Type', 'text/html; charset=utf-8', ...RUN_OK], '');
    }
    try {
      const admission = scoring.admit((outcome) => answerSafely(exchange, outcome));
      exchange.onGone = () => admission.withdraw();
      if (exchange.method === 'GET' || exchange.method === 'HEAD') return admission.submit(callHead(exchange), []);
      try {
        checkContentType(exchange, service as ReadyMessage);
        checkDeclaredBody(exchange.req, limits);
      } catch (error) {
        admission.withdraw();
        throw error;
      }
      exchange.continue();
      bodies.read(exchange.req, (error, pieces) => {
        if (!error) return admission.submit(callHead(exchange), pieces);
        admission.withdraw();
        refuse(exchange, error);
      });
    } catch (error) {
      refuse(exchange, asHostError(error));
    }
  };
}

/** The methods of /score: only a raw `run` knows what HEAD means for it. */
export function scoreMethods(service: ReadyMessage | undefined): readonly string[] {
  return service?.kind === 'raw' ? ['GET', 'HEAD', 'POST', 'OPTIONS'] : ['GET', 'POST', 'OPTIONS'];
}

/** OPTIONS reaches a raw `run` only, and a browser's preflight only one that asks for it. */
function reachesRun({ req }: Exchange, { kind, answersPreflights }: ReadyMessage): boolean {
  if (req.method !== 'OPTIONS') return true;
  return kind === 'raw' && (answersPreflights || !isPreflight(req));
}

const JSON_TYPE = /^application\/(?:json|[^;\s]+\+json)\s*(?:;|$)/i;
/** Of a header, in a message. */
const VALUE_CHARACTERS_MAX = 100;
const FORM_TYPE = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\s*(?:;|$)/i;

function checkContentType({ req }: Exchange, { kind, bodyTypes }: ReadyMessage): void {
  const type = req.headers['content-type'] ?? '';
  const mediaType = type.split(';', 1)[0]?.trim().toLowerCase() as string;
  if (kind === 'typed' && !JSON_TYPE.test(type) && !bodyTypes.includes(mediaType)) {
    const types = ['application/json', ...bodyTypes].join(' or ');
    const message = `expected the header Content-Type: ${types}, got ${type === '' ? 'none' : shortened(type)}`;
    const details = [{ path: '', message }];
    throw new HostError('CONTENT_TYPE_UNSUPPORTED', 'Expects Content-Type to be application/json', { details });
  }
  if (kind === 'text' && FORM_TYPE.test(type)) {
    const message =
      'A form cannot be scored: send the body with Content-Type: application/json (curl -H "Content-Type: application/json").';
    throw new HostError('CONTENT_TYPE_UNSUPPORTED', message);
  }
}

function shortened(value: string): string {
  return value.length > VALUE_CHARACTERS_MAX ? `${value.slice(0, VALUE_CHARACTERS_MAX)}…` : value;
}

function callHead({ req, ids, method, target }: Exchange): CallHead {
  return {
    requestId: ids.requestId,
    ...(ids.clientRequestId ? { clientRequestId: ids.clientRequestId } : {}),
    ...(ids.traceparent ? { traceparent: ids.traceparent } : {}),
    method,
    target,
    headers: contentEncoding(req) === 'gzip' ? withoutEncoding(req.rawHeaders) : req.rawHeaders,
  };
}

/** The headers of a body that has been inflated: they no longer say that it is compressed. */
function withoutEncoding(raw: readonly string[]): string[] {
  return raw.filter((_, i) => !/^content-(?:encoding|length)$/i.test(raw[i - (i % 2)] as string));
}

/** What user code says may be nothing that HTTP can send: that ends its call, and nobody else's. */
function answerSafely(exchange: Exchange, outcome: Outcome): void {
  try {
    answer(exchange, outcome);
  } catch (error) {
    if (outcome.kind === 'stream') outcome.body.destroy();
    const message = 'The result of run() has a head that HTTP cannot send.';
    refuse(exchange, new HostError('RESULT_INVALID', message, { cause: error }), true);
  }
}

function answer(exchange: Exchange, outcome: Outcome): void {
  // The call has its outcome: from here on a client that leaves ends no call.
  if (outcome.kind !== 'stream') exchange.onGone = undefined;
  switch (outcome.kind) {
    case 'reply': {
      const { head, body, runMs } = outcome;
      if (!head) return exchange.sendJson(200, [...RUN_OK, ...execHeader(runMs)], body);
      return exchange.send(head.status, replyHeaders(exchange, head, runMs), body);
    }
    case 'stream':
      return exchange.sendStream(
        outcome.head.status,
        replyHeaders(exchange, outcome.head, outcome.runMs),
        outcome.body,
      );
    case 'error':
      return refuse(exchange, outcome.error, outcome.runFailed);
  }
}

function refuse(exchange: Exchange, error: HostError, runFailed = false): void {
  exchange.fail(error, [...(runFailed ? RUN_FAILED : RUN_OK), ...(RETRY_CODES.has(error.code) ? RETRY_AFTER : [])]);
}

function replyHeaders(exchange: Exchange, { status, headers }: ReplyHead, runMs: number): string[] {
  const isOwn = (name: string) => OWN_HEADERS.has(name) || (exchange.answersCors && name.startsWith('access-control-'));
  const own = headers.filter(([name]) => !isOwn(name.toLowerCase()));
  return [...own.flat(), ...(status >= 500 || saysFailed(headers) ? RUN_FAILED : RUN_OK), ...execHeader(runMs)];
}

/** A `Response` may blame `run` whatever its status: `x-ms-run-function-failed: True`. */
function saysFailed(headers: ReplyHead['headers']): boolean {
  return headers.some(([name, value]) => /^x-ms-run-function-failed$/i.test(name) && /^true$/i.test(value));
}

function execHeader(runMs: number): string[] {
  return ['x-ms-run-fn-exec-ms', runMs.toFixed(3)];
}
