import { METHODS } from 'node:http';
import { type Both, bearsIds, type Difference, ID_HEADERS, isGunicornPage, isRoutingRefusal } from '../difference.js';
import { header, headerValues, ourError } from '../our-reply.js';
import { entryName, requestHeader, requestLine } from '../recorded-case.js';
import { CORS_HEADERS, configuredOrigins } from './cors.js';

const READ_METHODS = ['GET', 'HEAD', 'OPTIONS'];
const methods: Readonly<Record<string, readonly string[]>> = {
  '/': READ_METHODS,
  '/swagger.json': READ_METHODS,
  '/score': ['GET', 'OPTIONS', 'POST'],
};

function allowed({ recordedCase, request }: Both): readonly string[] | undefined {
  const path =
    requestLine(request)
      ?.target.replace(/^https?:\/\/[^/]*/, '')
      .split('?')[0] ?? '';
  const found = methods[decodeURIComponent(path).replace(/\/+/g, '/')];
  // Only a raw run knows what HEAD means for it.
  return found === methods['/score'] && entryName(recordedCase) === 'rawhttp'
    ? ['GET', 'HEAD', 'OPTIONS', 'POST']
    : found;
}

export const routingDifferences: readonly Difference[] = [
  {
    id: 'ids-on-404-405',
    reason: 'defect',
    says: 'A 404 or 405 of the routing has no ids and no server version there; here every answer has them.',
    reference: 'section 1: "404 and 405 made by routing bypass the blueprint hooks"; section 10: "404/405 without ids"',
    parts: [...ID_HEADERS, 'x-ms-server-version'],
    applies: (both) => isRoutingRefusal(both.recorded) && both.ours.status === both.recorded.status && bearsIds(both),
  },
  {
    id: 'allow-on-405',
    reason: 'defect',
    says: 'A 405 does not say which methods the path has there; here Allow lists them.',
    reference: 'section 1: "405 JSON, no Allow header"',
    parts: ['allow'],
    applies: (both) =>
      both.recorded.status === 405 &&
      header(both.recorded, 'allow') === undefined &&
      header(both.ours, 'allow')?.split(', ').sort().join() === allowed(both)?.join(),
  },
  {
    id: 'cors-on-404-405',
    reason: 'defect',
    says: 'A 404 or 405 of the routing has no CORS headers there, so that a page cannot read it; here it has them.',
    reference: 'section 5: "404/405 from routing | no CORS headers"',
    parts: CORS_HEADERS,
    applies: ({ recordedCase, request, recorded, ours }) => {
      const [first] = configuredOrigins(recordedCase);
      const origin = header(ours, 'access-control-allow-origin');
      return (
        isRoutingRefusal(recorded) && origin !== undefined && origin === (requestHeader(request, 'origin') ?? first)
      );
    },
  },
  {
    id: 'ids-on-431',
    reason: 'defect',
    says: 'Where an id is too long, the answer leaves ids out there; here it has them, a new one for the one refused.',
    reference: 'section 3: "x-request-id over 100 chars … no id headers in the answer"',
    parts: ['x-request-id', 'x-ms-request-id', 'traceid'],
    applies: (both) =>
      both.recorded.status === 431 &&
      !isGunicornPage(both.recorded) &&
      both.ours.status === 431 &&
      (both.request.method === 'HEAD' || ourError(both.ours)?.code === 'ID_TOO_LONG') &&
      bearsIds(both),
  },
  {
    id: 'id-never-empty',
    reason: 'defect',
    says: 'An empty x-request-id makes an answer without one there; here it counts as none, and a new one is made.',
    reference: 'section 4: "sent empty means none in the answer"',
    parts: ['x-request-id', 'x-ms-request-id'],
    applies: (both) =>
      requestHeader(both.request, 'x-request-id')?.trim() === '' &&
      headerValues(both.recorded, 'x-request-id').join('') === '' &&
      bearsIds(both),
  },
  {
    id: 'unknown-method',
    reason: 'http-stack',
    says: "A word that is no HTTP method reaches the routing there (405, 404); here Node's parser refuses it: 400.",
    reference: 'section 1: "other method on a known route | PUT, DELETE, PATCH, TRACE, unknown words"',
    parts: ['status', 'body', 'x-ms-server-version', 'x-request-id', 'x-ms-request-id'],
    applies: ({ request, recorded, ours }) =>
      isRoutingRefusal(recorded) &&
      !METHODS.includes(requestLine(request)?.method ?? '') &&
      ours.status === 400 &&
      ourError(ours)?.code === 'REQUEST_MALFORMED',
  },
];
