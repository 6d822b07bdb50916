import type { IncomingMessage } from 'node:http';
import { HostError } from '../../../errors.js';
import type { AutomaticCollection } from '../../collect/automatic.js';
import type { Outcome } from '../../pool/call.js';
import type { Call, Scoring } from '../../scoring/scoring.js';
import type { CallHead, ReadyMessage, ReplyHead } from '../../worker/messages.js';
import { withoutAuthorization } from '../auth/bearer.js';
import { type BodyLimits, type BodyReader, checkDeclaredBody, contentEncoding, declaredBytes } from '../body.js';
import { isPreflight } from '../cors.js';
import { asHostError, type Exchange, type HeaderList } from '../exchange.js';
import { methodNotAllowed } from '../refusals.js';

const RUN_OK: HeaderList = ['x-ms-run-function-failed', 'False'];
const RUN_FAILED: HeaderList = ['x-ms-run-function-failed', 'True'];
const EXEC_HEADER = 'x-ms-run-fn-exec-ms';
const RETRY_AFTER: HeaderList = ['Retry-After', '1'];

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
export function scoreRoute(scoring: Scoring, bodies: BodyReader, limits: BodyLimits, collection?: AutomaticCollection) {
  return (exchange: Exchange): void => {
    const { service } = scoring;
    const methods = scoreMethods(service);
    if (!methods.includes(exchange.method)) return methodNotAllowed(exchange, methods);
    if (service && !reachesRun(exchange, service)) {
      return exchange.send(200, ['Content-Type', 'text/html; charset=utf-8', ...RUN_OK], '');
    }
    try {
      const hasBody = exchange.method !== 'GET' && exchange.method !== 'HEAD';
      if (hasBody && service) checkBody(exchange, service, limits);
      const onOutcome = (outcome: Outcome) => {
        answerSafely(exchange, outcome);
        if (collection) collectAnswer(collection, exchange, outcome);
      };
      const call = scoring.admit(onOutcome, {
        bodyBytes: hasBody ? declaredBytes(exchange.req) : 0,
        timeoutMs: askedTimeout(exchange.req),
      });
      exchange.call = call;
      exchange.onGone = () => scoring.withdraw(call);
      const submit = (pieces: readonly Buffer[]) => {
        scoring.submit(call, callHead(exchange), pieces);
        if (collection) collectRequest(collection, exchange, pieces);
      };
      if (!hasBody) return submit([]);
      exchange.continue();
      readBody(exchange, call, scoring, bodies, submit);
    } catch (error) {
      refuse(exchange, asHostError(error));
    }
  };
}

/** What can be said of a body before it comes. @throws {HostError} */
function checkBody(exchange: Exchange, service: ReadyMessage, limits: BodyLimits): void {
  checkContentType(exchange, service);
  checkDeclaredBody(exchange.req, limits);
}

function readBody(
  exchange: Exchange,
  call: Call,
  scoring: Scoring,
  bodies: BodyReader,
  submit: (pieces: readonly Buffer[]) => void,
): void {
  const body = bodies.read(exchange.req, {
    hold: (bytes) => scoring.hold(call, bytes),
    onBody: (error, pieces) => {
      if (!error) return submit(pieces);
      scoring.withdraw(call);
      refuse(exchange, error);
    },
  });
  exchange.onGone = () => {
    body.abandon();
    scoring.withdraw(call);
  };
}

/**
 * How long the caller waits, where it says so: less than the scoring timeout, or it changes nothing.
 *
 * @throws {HostError} `INPUT_INVALID` for what is no number of milliseconds.
 */
function askedTimeout({ headers }: IncomingMessage): number | undefined {
  const asked = headers['x-request-timeout-ms'];
  if (asked === undefined) return undefined;
  const ms = typeof asked === 'string' && /^\d{1,10}$/.test(asked) ? Number(asked) : 0;
  if (ms >= 1 && ms < 2 ** 31) return ms;
  throw new HostError(
    'INPUT_INVALID',
    `The header x-request-timeout-ms must be a whole number of milliseconds, 1 or more.`,
  );
}

const READ_WRITE = ['GET', 'POST', 'OPTIONS'];
const RAW = ['GET', 'HEAD', 'POST', 'OPTIONS'];

/** The methods of /score: only a raw `run` knows what HEAD means for it. */
export function scoreMethods(service: ReadyMessage | undefined): readonly string[] {
  return service?.kind === 'raw' ? RAW : READ_WRITE;
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
  if (type === 'application/json') return;
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

function callHead({ req, ids, method, target, traceparent, authorizationTaken }: Exchange): CallHead {
  const { requestId, clientRequestId } = ids;
  // The key is the host's: no log of user code, and no collected request, can show it.
  const own = authorizationTaken ? withoutAuthorization(req.rawHeaders) : req.rawHeaders;
  const headers = contentEncoding(req) === 'gzip' ? withoutEncoding(own) : own;
  return { requestId, clientRequestId, traceparent, method, target, headers };
}

/** The headers of a body that has been inflated: they no longer say that it is compressed. */
function withoutEncoding(raw: readonly string[]): string[] {
  return raw.filter((_, i) => !/^content-(?:encoding|length)$/i.test(raw[i - (i % 2)] as string));
}

/** Once it is on its way to a worker. What HEAD and OPTIONS ask for is no input. */
function collectRequest(collection: AutomaticCollection, exchange: Exchange, pieces: readonly Buffer[]): void {
  const { ids, method, target, req } = exchange;
  if (method === 'POST' || method === 'GET')
    collection.onRequest(ids, { method, target, headers: req.headers }, pieces);
}

/** What `run` has answered, once it is on its way to the client; a stream is nowhere whole. */
function collectAnswer(collection: AutomaticCollection, { ids, method }: Exchange, outcome: Outcome): void {
  if (outcome.kind !== 'reply' || (method !== 'POST' && method !== 'GET')) return;
  const { head, body } = outcome;
  const [, contentType = ''] = head?.headers.find(([name]) => name.toLowerCase() === 'content-type') ?? [];
  collection.onResponse(ids, head?.status ?? 200, head ? contentType : 'application/json', body);
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
      if (!head)
        return exchange.sendJson(200, ['x-ms-run-function-failed', 'False', EXEC_HEADER, runMs.toFixed(3)], body);
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
  exchange.fail(error, [...(runFailed ? RUN_FAILED : RUN_OK), ...(error.entry.retried ? RETRY_AFTER : [])]);
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
  return [EXEC_HEADER, runMs.toFixed(3)];
}
