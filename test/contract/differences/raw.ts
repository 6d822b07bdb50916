import { isDeepStrictEqual } from 'node:util';
import { type Both, type Difference, flag, isGunicornPage, WHOLE_REPLY } from '../difference.js';
import { header, headerValues, type Reply, strictJsonOf } from '../our-reply.js';
import { entryName, requestBody, requestHeader, requestHeaders, requestLine } from '../recorded-case.js';

const FORM_TYPE = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i;
const JSON_TYPE = /^application\/(?:json|[^;]+\+json)\s*(?:;|$)/i;
const SERVER_HEADERS = ['x-ms-server-version', 'x-ms-run-fn-exec-ms', 'x-ms-run-function-failed'];

/** The operation that the query asks of the entry script `rawhttp`. */
function operation({ recordedCase, request }: Both): string | undefined {
  if (entryName(recordedCase) !== 'rawhttp') return undefined;
  return new URLSearchParams(requestLine(request)?.target.split('?')[1] ?? '').get('op') ?? 'echo';
}

function isScriptFailure(reply: Reply): boolean {
  return reply.status === 500 && flag(reply) === 'True' && reply.body.includes('error occurred in scoring script');
}

function returned(reply: Reply): boolean {
  return headerValues(reply, 'x-ms-run-fn-exec-ms').length > 0;
}

export const rawDifferences: readonly Difference[] = [
  {
    id: 'response-content-type',
    reason: 'language',
    says: 'A response without a Content-Type is text/html there; here it has the one of the web standard: text/plain, or none.',
    reference: 'section 3, AMLResponse: "`text/html; charset=utf-8` unless Content-Type is in the headers"',
    parts: ['content-type'],
    applies: ({ recorded, ours }) => {
      const type = header(ours, 'content-type');
      const isPlain = type === undefined || type === 'text/plain;charset=UTF-8';
      const theirs = header(recorded, 'content-type');
      const isDefault =
        theirs === 'text/html; charset=utf-8' || (theirs === 'application/json' && ours.body.length === 0);
      return returned(recorded) && returned(ours) && isDefault && isPlain;
    },
  },
  {
    id: 'response-without-body',
    reason: 'defect',
    says: 'A response of None has the body `{}` and a Content-Type of its own there; a Response of null is empty here.',
    reference: 'section 3, AMLResponse: "message None | body `{}` with application/json"',
    parts: ['body', 'content-type'],
    applies: ({ recorded, ours }) =>
      returned(recorded) &&
      headerValues(recorded, 'content-type')[0] === 'application/json' &&
      recorded.body.toString() === '{}' &&
      ours.status === recorded.status &&
      ours.body.length === 0 &&
      header(ours, 'content-type') === headerValues(recorded, 'content-type')[1],
  },
  {
    id: 'response-of-anything',
    reason: 'language',
    says: 'A response of a number breaks, of a dict is its keys there; here Response makes any value a text.',
    reference: 'section 3, AMLResponse: "a dict without json_str | keys joined as text; an int body is an HTML 500"',
    parts: [...WHOLE_REPLY, 'x-request-id', 'x-ms-request-id', 'x-ms-server-version'],
    applies: (both) => {
      const promised: Readonly<Record<string, string>> = { int_body: '5', dict_not_json: '[object Object]' };
      const body = both.ours.body.toString();
      return returned(both.ours) && both.ours.status === 200 && body === promised[operation(both) ?? ''];
    },
  },
  {
    id: 'response-status-range',
    reason: 'language',
    says: 'Any number is a status there, 99 and 600 too; here Response takes 200 to 599, and run fails with others.',
    reference: 'section 3, AMLResponse: "status | any: 99 and 600 pass"',
    parts: WHOLE_REPLY,
    applies: ({ recorded, ours }) =>
      returned(recorded) && (recorded.status < 200 || recorded.status > 599) && isScriptFailure(ours),
  },
  {
    id: 'header-values-stay-whole',
    reason: 'defect',
    says: 'The values of response headers are split at commas there, dates too; here they are sent as they are.',
    reference: 'section 3, AMLResponse: "every value is **split on commas** into repeated headers"',
    parts: (part, { recorded, ours }) => {
      const torn = headerValues(recorded, part);
      const whole = header(ours, part)?.split(',');
      return (
        torn.length > 1 &&
        isDeepStrictEqual(
          whole?.map((value) => value.trim()),
          torn,
        )
      );
    },
    applies: ({ recorded, ours }) => returned(recorded) && returned(ours),
  },
  {
    id: 'header-values-of-any-type',
    reason: 'language',
    says: 'A header value that is no string raises there; here Headers makes it a text.',
    reference: 'section 3, AMLResponse: "a non-string value or a newline raises (500)"',
    parts: [...WHOLE_REPLY, 'x-num'],
    applies: (both) =>
      operation(both) === 'header_nonstr' &&
      isScriptFailure(both.recorded) &&
      both.ours.status === 200 &&
      header(both.ours, 'x-num') === '3',
  },
  {
    id: 'own-headers-once',
    reason: 'defect',
    says: "A header of the server that a response sets as well is sent twice there; here once, the server's.",
    reference: 'section 3, AMLResponse: "sent **twice** (user\'s and server\'s)"',
    parts: SERVER_HEADERS,
    applies: ({ recorded, ours }) =>
      SERVER_HEADERS.some((name) => headerValues(recorded, name).length === 2) &&
      SERVER_HEADERS.every((name) => headerValues(ours, name).length === 1) &&
      /^scorehost\/[\d.]+$/.test(header(ours, 'x-ms-server-version') ?? '') &&
      /^\d+\.\d{3}$/.test(header(ours, 'x-ms-run-fn-exec-ms') ?? '') &&
      flag(ours) === (ours.status >= 500 ? 'True' : 'False'),
  },
  {
    id: 'run-failed-on-every-score',
    reason: 'defect',
    says: 'A plain response of the framework lacks x-ms-run-function-failed there; here every answer of /score has it.',
    reference: 'section 3: "plain flask.Response below 500 | no x-ms-run-function-failed header at all"',
    parts: ['x-ms-run-function-failed'],
    applies: ({ recorded, ours }) =>
      returned(recorded) && recorded.status < 500 && flag(recorded) === undefined && flag(ours) === 'False',
  },
  {
    id: 'streams-may-read-the-request',
    reason: 'defect',
    says: 'A stream that looks at the request breaks there; here the request is there as long as the stream.',
    reference: 'section 3: "stream touches `request` | HTML 500: outside the request context"',
    parts: [...WHOLE_REPLY, 'x-request-id', 'x-ms-request-id', 'x-ms-server-version'],
    applies: (both) =>
      operation(both) === 'stream_ctx' &&
      isGunicornPage(both.recorded) &&
      both.ours.status === 200 &&
      both.ours.body.toString() === both.request.method,
  },
  {
    id: 'telemetry-never-buffers',
    reason: 'defect',
    says: 'With App Insights a stream is read whole before it leaves, or fails as a 500, there; here it streams.',
    reference: 'section 3: "App Insights on … **streaming is defeated**"',
    parts: WHOLE_REPLY,
    applies: (both) => {
      const { AML_APP_INSIGHTS_ENABLED: on, APP_INSIGHTS_LOG_RESPONSE_ENABLED: body = 'true' } = both.recordedCase.env;
      const cutOff = both.recorded.status === 500 && operation(both) === 'stream_break';
      const { chunks, terminated } = both.ours;
      const streams = both.ours.status === 200 && chunks !== undefined && terminated === !cutOff;
      return on === 'true' && body === 'true' && streams && (cutOff || both.recorded.body.equals(both.ours.body));
    },
  },
  {
    id: 'request-json-of-any-type',
    reason: 'language',
    says: 'request.json wants a JSON content type there, and raises; here Request.json() reads whatever the type.',
    reference: 'section 3, raw request facts: "`request.json` with a wrong content type … gives 500"',
    parts: WHOLE_REPLY,
    applies: (both) =>
      operation(both) === 'json' &&
      !JSON_TYPE.test(requestHeader(both.request, 'content-type') ?? '') &&
      isScriptFailure(both.recorded) &&
      both.ours.status === 200 &&
      isDeepStrictEqual(strictJsonOf(both.ours.body), { json: strictJsonOf(requestBody(both.request) ?? '') }),
  },
  {
    id: 'request-bytes-of-forms',
    reason: 'language',
    says: 'The bytes of a form are no longer there for request.data; here arrayBuffer() gives them.',
    reference: 'section 3, raw request facts: "`request.data` is empty for form and multipart"',
    parts: ['body'],
    applies: (both) =>
      operation(both) === 'data' &&
      FORM_TYPE.test(requestHeader(both.request, 'content-type') ?? '') &&
      both.recorded.body.length === 0 &&
      both.ours.body.equals(requestBody(both.request) ?? Buffer.alloc(0)),
  },
  {
    id: 'no-body-with-get',
    reason: 'language',
    says: 'A raw run reads the body of a GET there; here a Request of method GET or HEAD has none.',
    reference: 'not recorded: the web standard has no such Request',
    parts: ['body'],
    applies: (both) => {
      const sent = requestBody(both.request) ?? Buffer.alloc(0);
      if (both.request.method !== 'GET' || sent.length === 0 || both.ours.status !== 200) return false;
      const [theirs, own] = [both.recorded, both.ours].map(({ body }) => strictJsonOf(body) as object | undefined);
      if (operation(both) === 'data') return both.recorded.body.equals(sent) && both.ours.body.length === 0;
      return operation(both) === 'echo' && isDeepStrictEqual({ ...theirs, data_len: 0 }, own);
    },
  },
  {
    id: 'repeated-headers-joined-raw',
    reason: 'language',
    says: 'A raw run sees the values of a repeated header joined by a bare comma there; here by comma and blank.',
    reference: 'section 4: "Duplicate request headers are joined `one,two`"',
    parts: ['body'],
    applies: (both) => {
      const sent = requestHeaders(both.request, 'x-custom');
      const [theirs, own] = [both.recorded, both.ours].map(({ body }) => strictJsonOf(body) as object | undefined);
      const joined = { x_custom: sent.join(',') };
      return (
        sent.length > 1 && isDeepStrictEqual(theirs, { ...own, ...joined }) && both.ours.body.includes(sent.join(', '))
      );
    },
  },
  {
    id: 'preflights-are-answered',
    reason: 'defect',
    says: "A browser's preflight runs the user code of a raw run there; here the host answers it, unless run asks for it.",
    reference: 'section 5: "rawhttp OPTIONS | user code runs for preflights"',
    parts: WHOLE_REPLY,
    applies: (both) =>
      operation(both) !== undefined &&
      both.request.method === 'OPTIONS' &&
      requestHeader(both.request, 'access-control-request-method') !== undefined &&
      both.ours.status === 200 &&
      both.ours.body.length === 0 &&
      !returned(both.ours),
  },
  {
    id: 'raw-request-class',
    reason: 'defect',
    says: 'A raw run gets an object that is no AMLRequest there; here it gets what it is promised, a Request.',
    reference: 'section 3, raw request facts: "the object is Flask\'s Request, not an instance of AMLRequest"',
    parts: ['body'],
    applies: (both) =>
      operation(both) === 'echo_type' &&
      both.recorded.body.toString() === '"False"' &&
      both.ours.body.toString() === '"true"',
  },
];
