import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { HostProcess } from '../support/host-process.js';
import { parseReply, type RawReply, rawExchange } from '../support/raw-http.js';
import { headerOf } from '../support/refusal.js';

const ISSUER = 'https://issuer.example';
/** It counts its runs. */
const entry = fileURLToPath(new URL('../fixtures/entries/guarded.ts', import.meta.url));

let issuer: Server;
/** Questions for the keys that have not been answered. */
const asked: ServerResponse[] = [];
let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let host: HostProcess;
beforeAll(async () => {
  keys = await generateKeyPair('ES256');
  issuer = createServer((_, res) => void asked.push(res)).listen(0, '127.0.0.1');
  await new Promise((resolve) => issuer.once('listening', resolve));
  const { port } = issuer.address() as AddressInfo;
  host = await HostProcess.start({
    entry,
    env: {
      SCOREHOST_TOKEN_JWKS: `http://127.0.0.1:${port}/keys`,
      SCOREHOST_TOKEN_ISSUER: ISSUER,
      SCOREHOST_TOKEN_AUDIENCE: 'scoring',
      // Calls that are left behind take the places of all others.
      SCOREHOST_MAX_CONCURRENT_REQUESTS: '2',
    },
  });
});
afterAll(async () => {
  await host.stop();
  issuer.closeAllConnections();
  issuer.close();
});

function token(claims: object = {}): Promise<string> {
  const payload = { iss: ISSUER, aud: 'scoring', exp: Math.floor(Date.now() / 1000) + 600, ...claims };
  return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: 'k1' }).sign(keys.privateKey);
}

async function publish(): Promise<void> {
  const body = JSON.stringify({ keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1' }] });
  for (const res of asked.splice(0)) res.end(body);
}

const request = (bearer: string, headers = '') =>
  `POST /score HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${bearer}\r\nContent-Length: 4\r\n${headers}\r\n`;

async function call(bearer: string): Promise<RawReply> {
  return parseReply(await rawExchange(host.port, [`${request(bearer)}body`]));
}

describe('tokens', () => {
  // The first test finds the keys not known yet.
  it('a call waits for the keys of the issuer, unread; one whose client leaves meanwhile never runs', async () => {
    await vi.waitUntil(() => asked.length > 0);
    const good = await token();
    const get = request(good).replace('POST', 'GET').replace('Content-Length: 4\r\n', '');
    const gone = [`${request(good)}body`, get].map((text) => {
      const socket = connect(host.port, '127.0.0.1').on('error', () => {});
      socket.write(text);
      return socket;
    });
    const waiting = rawExchange(host.port, [request(good, 'Expect: 100-continue\r\n'), 300, 'body']);
    expect((await host.fetch('/health/ready')).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (const socket of gone) socket.destroy();
    await vi.waitUntil(() => host.logs.filter(({ clientLeft }) => clientLeft).length === gone.length);
    await publish();
    const reply = parseReply(await waiting);
    expect(reply).toMatchObject({ status: 200, interim: [100] });
    expect(JSON.parse(String(reply.body))).toMatchObject({ runs: 1 });
    expect(JSON.parse(String((await call(good)).body))).toMatchObject({ runs: 2 });
  });

  it('a body is whole, however much of it came before the token was verified', async () => {
    const good = await token();
    const bodies = ['', 'body', 'x'.repeat(40_000), 'x'.repeat(1_000_000)];
    const requests = bodies.map((body) => request(good).replace('Length: 4', `Length: ${body.length}`) + body);
    const chunked = request(good).replace('Content-Length: 4', 'Transfer-Encoding: chunked');
    const zipped = gzipSync('x'.repeat(5_000));
    const gzip = request(good, 'Content-Encoding: gzip\r\n').replace('Length: 4', `Length: ${zipped.length}`);
    const sent: (string | Buffer | number)[][] = [
      ...requests.map((text) => [text]),
      [`${chunked}4\r\nbody\r\n`, 50, '0\r\n\r\n'],
      [`${chunked}4\r\nbody\r\n0\r\n\r\n`],
      [Buffer.concat([Buffer.from(gzip), zipped])],
    ];
    const read: number[] = [];
    for (const pieces of sent) {
      const reply = parseReply(await rawExchange(host.port, pieces));
      read.push((JSON.parse(String(reply.body)) as { bytes: number }).bytes);
    }
    expect(read).toEqual([0, 4, 40_000, 1_000_000, 4, 4, 5_000]);
  });

  it('calls that are sent ahead are answered in order, a refused one among them', async () => {
    const good = await token();
    const ahead = [`${request(good)}body`, `${request('no-token')}body`, `${request(good)}body`].join('');
    const replies = await rawExchange(host.port, [ahead], {
      isEnough: (bytes) => (bytes.toString('latin1').match(/HTTP\/1\.1 /g)?.length ?? 0) === 3 && bytes.at(-1) === 0x7d,
    });
    expect(replies.toString('latin1').match(/HTTP\/1\.1 \d+/g)).toEqual([
      'HTTP/1.1 200',
      'HTTP/1.1 401',
      'HTTP/1.1 200',
    ]);
  });

  it('one that is not valid is 401 with the reason, and 401 is not logged with what it holds', async () => {
    const reply = await call(await token({ exp: 1, sub: 'caller-42' }));
    expect([reply.status, headerOf(reply, 'www-authenticate')]).toEqual([
      401,
      'Bearer realm="scorehost", error="invalid_token"',
    ]);
    expect(JSON.parse(String(reply.body))).toMatchObject({ message: 'The token is not valid: it has expired.' });
    await host.untilLog(({ code }) => code === 'UNAUTHORIZED');
    expect(host.output).not.toMatch(/caller-42|eyJ/);
  });

  it('without one nothing is told but what to send', async () => {
    for (const path of ['/score', '/metrics', '/nothing']) {
      const reply = await host.fetch(path);
      expect([reply.status, reply.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="scorehost"']);
    }
  });
});
