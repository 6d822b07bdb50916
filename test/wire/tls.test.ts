import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Authority, createPair } from '../support/certificates.js';
import { HostProcess } from '../support/host-process.js';
import { askHttps, closed, connectTls } from '../support/https.js';
import { parseReply, rawExchange } from '../support/raw-http.js';
import { headerOf, refusalIn } from '../support/refusal.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const entry = fileURLToPath(new URL('../fixtures/entries/text-length.ts', import.meta.url));
const KEY = 'primary-key-that-nobody-knows';

const authority = new Authority('authority of hosts');
const clients = new Authority('authority of clients');
const pair = createPair({ issuer: authority });
const client = createPair({ issuer: clients, name: 'client' });
const folder = temporaryFolder({
  'tls.crt': pair.cert + authority.cert,
  'tls.key': pair.key,
  'other.key': createPair().key,
  'clients.crt': clients.cert,
});
const file = (name: string) => join(folder, name);
const tlsEnv = { SCOREHOST_TLS_CERT_FILE: file('tls.crt'), SCOREHOST_TLS_KEY_FILE: file('tls.key') };
const trust = { ca: authority.cert };

describe('HTTPS', () => {
  let host: HostProcess;
  beforeAll(async () => {
    const env = { ...tlsEnv, SCOREHOST_TLS_PLAIN_HTTP: 'redirect', SCOREHOST_BODY_BYTES_MAX: '2000000' };
    host = await HostProcess.start({ entry, env });
  });
  afterAll(() => host.stop());

  it('answers calls, large ones too, to a client that verifies the whole chain', async () => {
    const ask = { tls: trust, headers: { 'content-type': 'text/plain' } };
    const small = await askHttps(host.port, '/score', { ...ask, body: 'four' });
    const large = await askHttps(host.port, '/score', { ...ask, body: 'x'.repeat(1_900_000) });
    expect([small, large].map(({ status, body }) => [status, body])).toEqual([
      [200, '4'],
      [200, '1900000'],
    ]);
    expect(await askHttps(host.port, '/score', { ...ask, body: 'x'.repeat(2_100_000) })).toMatchObject({ status: 413 });
  });

  it('is refused by clients that do not know its authority', async () => {
    await expect(askHttps(host.port, '/', { tls: {} })).rejects.toThrow(/certificate/);
  });

  it('speaks no older TLS than 1.2', async () => {
    const old = { ...trust, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' } as const;
    await expect(connectTls(host.port, old)).rejects.toThrow();
    const socket = await connectTls(host.port, { ...trust, maxVersion: 'TLSv1.2' });
    expect(socket.getProtocol()).toBe('TLSv1.2');
    socket.destroy();
  });

  it('answers what is no HTTP within TLS as it does without', async () => {
    const socket = await connectTls(host.port, trust);
    const received: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => received.push(chunk)).write('garbage\r\n\r\n');
    await once(socket, 'end');
    refusalIn(Buffer.concat(received), 400, 'REQUEST_MALFORMED');
  });

  it.each([
    ['/score?a=1', '127.0.0.1'],
    ['/', 'localhost:8443'],
    ['//elsewhere.example/x', 'LOCALHOST'],
  ])('sends plain HTTP for %s at %s to the same place with https', async (target, name) => {
    const request = `POST ${target} HTTP/1.1\r\nHost: ${name}\r\nContent-Length: 3\r\n\r\nabc`;
    const reply = parseReply(await rawExchange(host.port, [request]));
    expect([reply.status, headerOf(reply, 'location')]).toEqual([308, `https://${name}${target}`]);
    expect(headerOf(reply, 'connection')).toBe('close');
  });

  it.each([
    ['a name that the certificate does not have', '/', 'elsewhere.example'],
    ['a name with more behind it', '/', 'localhost@elsewhere.example'],
    ['no name', '/', ''],
    ['an absolute target', 'http://elsewhere.example/', 'localhost'],
  ])('sends plain HTTP nowhere for %s', async (_, target, name) => {
    const request = `GET ${target} HTTP/1.1\r\nHost: ${name}\r\n\r\n`;
    refusalIn(await rawExchange(host.port, [request]), 400, 'TLS_REQUIRED');
  });

  it('answers plain HTTP that is none with 400, and what is neither ends', async () => {
    refusalIn(await rawExchange(host.port, ['garbage\r\n\r\n']), 400, 'REQUEST_MALFORMED');
    const handshake = Buffer.from([0x16, 3, 1, 0, 4, 9, 9, 9, 9]);
    const received = await rawExchange(host.port, [handshake], { isEnough: () => false });
    expect(received.toString('latin1')).not.toContain('HTTP/');
  });

  it('takes a connection that ends before it says anything, or in the middle of its handshake', async () => {
    for (const said of ['', '\u0016\u0003\u0001']) {
      const socket = connect(host.port, '127.0.0.1').end(said);
      await closed(socket);
    }
    expect((await askHttps(host.port, '/', { tls: trust })).status).toBe(200);
  });

  it('drains: a call is answered, and what has no call is closed', async () => {
    // Nothing but the drain ends what is not set up, within the time of this test.
    const env = { SCOREHOST_KEEP_ALIVE_TIMEOUT_MS: '300', SCOREHOST_HEADERS_TIMEOUT_MS: '60000' };
    const own = await HostProcess.start({ entry, env: { ...tlsEnv, ...env } });
    const idle = await connectTls(own.port, trust);
    const busy = await connectTls(own.port, trust);
    const silent = connect(own.port, '127.0.0.1').on('error', () => {});
    const halfway = connect(own.port, '127.0.0.1').on('error', () => {});
    halfway.write('\u0016\u0003\u0001');
    const ended = [idle, silent, halfway].map(closed);
    busy.write('POST /score HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nfo');
    await new Promise((resolve) => setTimeout(resolve, 50));
    own.child.kill('SIGTERM');
    await own.untilOutput(/SIGTERM/);
    const [[answer]] = await Promise.all([once(busy, 'data'), busy.write('ur')]);
    const reply = parseReply(answer as Buffer);
    expect([reply.status, String(reply.body), headerOf(reply, 'connection')]).toEqual([200, '4', 'close']);
    await Promise.all(ended);
    expect(await own.exited).toEqual({ code: 0, signal: null });
    expect(own.output).toMatch(/SIGTERM: answering what is open \(connections: 4\)/);
  });
});

describe('with client certificates', () => {
  let host: HostProcess;
  beforeAll(async () => {
    const env = { ...tlsEnv, SCOREHOST_TLS_CLIENT_CA_FILE: file('clients.crt'), SCOREHOST_PRIMARY_KEY: KEY };
    host = await HostProcess.start({ entry, env });
  });
  afterAll(() => host.stop());

  const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'text/plain' };
  const call = (tls: object) => askHttps(host.port, '/score', { tls: { ...trust, ...tls }, headers, body: 'four' });

  it('a call needs one of the authority, and a key', async () => {
    expect(await call(client)).toMatchObject({ status: 200, body: '4' });
    const withoutKey = await askHttps(host.port, '/score', { tls: { ...trust, ...client } });
    expect(withoutKey.status).toBe(401);
  });

  it.each<[string, object]>([
    ['none', {}],
    ['one of another authority', createPair({ issuer: authority })],
    ['one that signed itself', createPair({ name: 'client' })],
    [
      'one that has expired',
      createPair({ issuer: clients, notBefore: new Date('2020-01-01'), notAfter: new Date('2021-01-01') }),
    ],
  ])('with %s a call is 403, whatever the version of TLS', async (_, tls) => {
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3']) {
      const reply = await call({ ...tls, maxVersion });
      expect(reply.status).toBe(403);
      expect(JSON.parse(reply.body)).toMatchObject({ code: 'CLIENT_CERTIFICATE_REQUIRED' });
    }
  });

  it('nobody comes in by resuming a session that began without one', async () => {
    const first = await connectTls(host.port, trust);
    const given = once(first, 'session');
    first.on('data', () => {}).write('GET / HTTP/1.1\r\n\r\n');
    const [session] = (await given) as [Buffer];
    first.destroy();
    for (let tries = 0; tries < 2; tries++) expect((await call({ session })).status).toBe(403);
  });

  it('probes, and scorehost health, need neither certificate nor key', async () => {
    for (const path of ['/', '/health/ready']) {
      expect((await askHttps(host.port, path, { tls: trust })).status).toBe(200);
    }
    const { PATH = '' } = process.env;
    const options = { env: { PATH, ...tlsEnv, SCOREHOST_PORT: String(host.port) }, cwd: '/' };
    const said = await new Promise((resolve) => {
      execFile(process.execPath, [MAIN, 'health'], options, (error, stdout) => resolve([error, stdout]));
    });
    expect(said).toEqual([null, expect.stringContaining('"ready":true')]);
  });

  it('plain HTTP is refused, and said why', async () => {
    const { message } = refusalIn(
      await rawExchange(host.port, ['GET / HTTP/1.1\r\nHost: x\r\n\r\n']),
      400,
      'TLS_REQUIRED',
    );
    expect(message).toBe('This port speaks HTTPS: begin the URL with https://.');
  });
});

// What else is wrong with certificates: test/runtime/http/tls/pair.test.ts.
describe('a start', () => {
  const env = (cert: string, key: string) => ({
    SCOREHOST_TLS_CERT_FILE: file(cert),
    SCOREHOST_TLS_KEY_FILE: file(key),
  });
  it.concurrent.each<[string, Readonly<Record<string, string>>, string]>([
    [
      'with the key of another',
      env('tls.crt', 'other.key'),
      `The key in ${file('other.key')} is not that of the first certificate in ${file('tls.crt')}.`,
    ],
    ['with a file that is not there', env('none.crt', 'tls.key'), `Cannot read ${file('none.crt')}: ENOENT`],
    [
      'without a key',
      { SCOREHOST_TLS_CERT_FILE: file('tls.crt') },
      'SCOREHOST_TLS_CERT_FILE is set, but not SCOREHOST_TLS_KEY_FILE.',
    ],
  ])('%s fails with exit code 3, and names the file', async (_, given, message) => {
    const { code, errors } = await HostProcess.runToEnd({ entry, env: given });
    expect(errors).toContain(`scorehost cannot start: ${message}`);
    expect(errors).toContain('\n\nExit code 3, TLS_INVALID: ');
    expect(code).toBe(3);
  });
});
