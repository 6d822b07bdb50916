import { request } from 'node:https';
import type { Socket } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';

export interface HttpsReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** One request with HTTPS, on a connection of its own. @param options.tls - Whom to trust, and who asks. */
export function askHttps(
  port: number,
  path: string,
  { tls, body, headers = {} }: { tls: ConnectionOptions; body?: string; headers?: Readonly<Record<string, string>> },
): Promise<HttpsReply> {
  const options = { host: '127.0.0.1', port, path, headers, agent: false, method: body === undefined ? 'GET' : 'POST' };
  return new Promise((resolve, reject) => {
    const asked = request({ ...options, ...tls }, (reply) => {
      let text = '';
      reply.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      reply.on('end', () => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body: text }));
    });
    asked.on('error', reject).end(body);
  });
}

/** A connection on which TLS is set up. */
export function connectTls(port: number, options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ...options }, () => resolve(socket));
    socket.on('error', reject); // an error that comes later is for whoever reads the end of the connection
  });
}

/** Until a connection is closed, by an error or without: `once()` would reject for the former. */
export function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) return resolve();
    socket.on('error', () => {}).once('close', () => resolve());
    socket.resume();
  });
}
