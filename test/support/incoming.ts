import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';

/** A request with these headers, names and values in turn, as Node's parser would give it. */
export function incoming(rawHeaders: readonly string[], method = 'POST'): IncomingMessage {
  const req = new IncomingMessage(new Socket());
  req.method = method;
  req.rawHeaders = [...rawHeaders];
  // What http.Server does with the headers that its parser has read.
  (req as unknown as { _addHeaderLines(headers: readonly string[], count: number): void })._addHeaderLines(
    rawHeaders,
    rawHeaders.length,
  );
  return req;
}
