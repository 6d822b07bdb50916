import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { endAtOnce } from '../../../src/runtime/http/end-at-once.js';

let server: Server;
afterEach(() => void server.close());

/** What a client gets of a response that is ended with this body. */
async function answered(body: Uint8Array): Promise<{ head: string | undefined; body: Buffer }> {
  server = createServer((_, res) => {
    res.writeHead(200, 'OK', ['x-name', 'Zürich', 'Content-Length', String(body.length)]);
    endAtOnce(res, body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new Promise((resolve, reject) => {
    const call = request({ port: (server.address() as AddressInfo).port, agent: false }, async (res) => {
      const pieces = await res.toArray();
      resolve({ head: res.headers['x-name'] as string, body: Buffer.concat(pieces) });
    });
    call.on('error', reject).end();
  });
}

describe('a whole body', () => {
  it.each([
    ['of every byte', Uint8Array.from({ length: 256 }, (_, i) => i)],
    [
      'that is part of a larger buffer',
      new Uint8Array(Uint8Array.from({ length: 300 }, (_, i) => i % 251).buffer, 7, 20),
    ],
    ['that is empty', new Uint8Array(0)],
    ['that is too large to be copied', Uint8Array.from({ length: 100_000 }, (_, i) => i % 253)],
  ])('%s comes as it is, behind a head in Latin-1', async (_, body) => {
    const { head, body: got } = await answered(body);
    expect(head).toBe('Zürich');
    expect(Buffer.compare(got, body)).toBe(0);
  });
});
