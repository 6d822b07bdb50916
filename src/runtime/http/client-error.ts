import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { HostError } from '../../errors.js';
import { errorBody } from './error-body.js';
import { closeLingering } from './linger.js';
import { STATUS_CODES } from './node-http.js';

/** What Node's parser found wrong, as one of our errors. */
export function parserError(error: NodeJS.ErrnoException & { reason?: string }): HostError {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return new HostError('HEADERS_TOO_LARGE', 'The request line and headers are larger than the limit.');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new HostError('BODY_TOO_LARGE', 'The chunk extensions of the body are larger than the limit.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new HostError('REQUEST_TIMEOUT', 'The request did not arrive in time.');
    case 'HPE_INVALID_EOF_STATE':
      return new HostError('REQUEST_MALFORMED', 'The request ended before its declared end.');
    default:
      return new HostError(
        'REQUEST_MALFORMED',
        `The request is not valid HTTP: ${error.reason ?? 'it cannot be parsed'}.`,
      );
  }
}

/**
 * Answers a request that the parser refused, of which there is no exchange: the same JSON, with an id.
 *
 * @returns the id; undefined if nobody is there to be answered.
 */
export function answerParserError(
  socket: Socket,
  error: HostError,
  serverVersion: string | undefined,
): string | undefined {
  const requestId = randomUUID();
  const status = error.entry.status ?? 400;
  if (!socket.writable) return void socket.destroy();
  const body = errorBody(error, requestId);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    'x-ms-run-function-failed: False',
    `x-request-id: ${requestId}`,
    `x-ms-request-id: ${requestId}`,
    ...(serverVersion ? [`x-ms-server-version: ${serverVersion}`] : []),
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  closeLingering(socket);
  return requestId;
}
