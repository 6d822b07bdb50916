import { type Difference, ID_HEADERS, isGunicornPage, WHOLE_REPLY } from '../difference.js';
import { type Answered, header, ourError } from '../our-reply.js';
import { type RecordedRequest, requestBytes, requestHeader, requestHeaders } from '../recorded-case.js';

/** gunicorn's own answers have none of what the app adds. */
const ALL_PARTS = [...WHOLE_REPLY, ...ID_HEADERS, 'x-ms-server-version', 'allow', 'interim'];
/** Bytes of the request line and headers together, unless set: SCOREHOST_HEADER_BYTES_MAX. */
const HEADER_BYTES_MAX = 16_384;

function headBytes(request: RecordedRequest): number {
  const head = requestBytes(request)?.head.toString('latin1') ?? '';
  return head.split('\r\n\r\n', 1)[0]?.length ?? 0;
}

/** Our own limit is one for line and headers together: below it the app answers, above it is 431. */
function holdsOwnHeaderLimit(request: RecordedRequest, ours: Answered): boolean {
  if (headBytes(request) > HEADER_BYTES_MAX) return ours.status === 431 && ourError(ours)?.code === 'HEADERS_TOO_LARGE';
  return (
    ours.status !== 431 && ourError(ours)?.code !== 'REQUEST_MALFORMED' && header(ours, 'x-request-id') !== undefined
  );
}

/** Whether the bytes of a request break the grammar of HTTP/1.1 in a way that lenient servers overlook. */
function breaksGrammar(request: RecordedRequest): boolean {
  const bytes = requestBytes(request);
  const text = bytes ? Buffer.concat([bytes.head, bytes.body]).toString('latin1') : '';
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const isChunked = /chunked/i.test(requestHeader(request, 'transfer-encoding') ?? '');
  const chunks = /^(?:[0-9a-f]+(?:;[^\r\n]*)?\r\n[\s\S]*?\r\n)*?0+\r\n/i;
  return (
    /(?<!\r)\n|\r\n[ \t]|[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(head) ||
    /[^\x21-\x7e ]/.test(head.split('\r\n', 1)[0] ?? '') ||
    (isChunked && !chunks.test(rest.join('\r\n\r\n')))
  );
}

export const wireDifferences: readonly Difference[] = [
  {
    id: 'parser-errors-are-json',
    reason: 'http-stack',
    says: 'What is no HTTP is refused by an HTML page of gunicorn there; here by the same JSON as all errors, with ids.',
    reference: 'section 4: "Below the app (gunicorn, HTML bodies, no ids)"',
    parts: ['body', 'content-type', 'x-ms-run-function-failed', 'x-ms-server-version', ...ID_HEADERS],
    applies: ({ recorded, ours }) =>
      isGunicornPage(recorded) &&
      recorded.status < 500 &&
      ours.status === recorded.status &&
      ['REQUEST_MALFORMED', 'HEADERS_TOO_LARGE'].includes(ourError(ours)?.code ?? ''),
  },
  {
    id: 'request-line-limit',
    reason: 'http-stack',
    says: 'A request line over 4,094 bytes is 400 there; here line and headers together have a limit of 16 KiB: 431.',
    reference: 'section 4: "request line over 4094: 400"',
    parts: ALL_PARTS,
    applies: ({ request, recorded, ours }) =>
      isGunicornPage(recorded) &&
      recorded.status === 400 &&
      recorded.body.includes('Request Line is too large') &&
      holdsOwnHeaderLimit(request, ours),
  },
  {
    id: 'header-limits',
    reason: 'http-stack',
    says: 'A header over 8,190 bytes or more than 100 headers are 431 there; here the limit is 16 KiB in all.',
    reference: 'section 4: "header over 8190 or over 100 headers: 431"',
    parts: ALL_PARTS,
    applies: ({ request, recorded, ours }) =>
      isGunicornPage(recorded) && recorded.status === 431 && holdsOwnHeaderLimit(request, ours),
  },
  {
    id: 'transfer-coding',
    reason: 'http-stack',
    says: 'A transfer coding other than chunked is 501, or passed over, there; here it is 400.',
    reference: 'section 4: "unknown transfer coding: 501"',
    parts: ALL_PARTS,
    applies: ({ request, recorded, ours }) =>
      requestHeaders(request, 'transfer-encoding').join().toLowerCase() !== 'chunked' &&
      requestHeader(request, 'transfer-encoding') !== undefined &&
      (recorded.status === 501 || recorded.status === 200) &&
      ours.status === 400 &&
      ourError(ours)?.code === 'REQUEST_MALFORMED',
  },
  {
    id: 'short-body',
    reason: 'http-stack',
    says: 'A client that closes its side before its declared length is answered from what came there; here 400.',
    reference: 'section 3: "a body shorter than Content-Length when the client half-closes"',
    parts: ['status', 'body', 'content-type', 'x-ms-run-fn-exec-ms'],
    applies: ({ request, recorded, ours }) => {
      const bytes = requestBytes(request)?.head ?? Buffer.alloc(0);
      const sent = bytes.length - bytes.indexOf('\r\n\r\n') - 4;
      return (
        request.method === undefined &&
        recorded.status === 200 &&
        sent < Number(requestHeader(request, 'content-length')) &&
        ours.status === 400 &&
        ourError(ours)?.code === 'REQUEST_MALFORMED'
      );
    },
  },
  {
    id: 'strict-parser',
    reason: 'http-stack',
    says: 'Lines that end in a bare LF, folded headers, raw bytes in a target, broken chunks get as far as the app there; here 400.',
    reference: 'section 4: "Below the app" lists what gunicorn refuses; these are not in it',
    parts: ALL_PARTS,
    applies: ({ request, recorded, ours }) =>
      !isGunicornPage(recorded) &&
      breaksGrammar(request) &&
      ours.status === 400 &&
      ourError(ours)?.code === 'REQUEST_MALFORMED',
  },
  {
    id: 'unknown-expectation',
    reason: 'http-stack',
    says: 'An Expect header other than 100-continue is passed over there; here it is 417.',
    reference: 'not recorded: gunicorn 23 looks for 100-continue only',
    parts: ALL_PARTS,
    applies: ({ request, recorded, ours }) =>
      (requestHeader(request, 'expect') ?? '100-continue').toLowerCase() !== '100-continue' &&
      recorded.status !== 417 &&
      ours.status === 417 &&
      ourError(ours)?.code === 'EXPECTATION_FAILED',
  },
];
