import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { Authority, createPair } from '../support/certificates.js';
import { CheckedLoad } from '../support/checked-load.js';
import { HostProcess } from '../support/host-process.js';
import { closed, connectTls } from '../support/https.js';
import { hasProc, privateBytes } from '../support/processes.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { echoCall } from './under-load/calls.js';

const entry = fileURLToPath(new URL('../fixtures/entries/under-load.ts', import.meta.url));
const MB = 1024 * 1024;

const authority = new Authority('authority');
const pair = createPair({ issuer: authority });
const folder = temporaryFolder({ 'tls.crt': pair.cert, 'tls.key': pair.key });
const tlsEnv = {
  SCOREHOST_TLS_CERT_FILE: join(folder, 'tls.crt'),
  SCOREHOST_TLS_KEY_FILE: join(folder, 'tls.key'),
};
const trust = { ca: authority.cert };

const hosts: HostProcess[] = [];
afterAll(() => Promise.all(hosts.map((host) => host.stop())));

async function start(tls: boolean, env: Readonly<Record<string, string>>): Promise<HostProcess> {
  const host = await HostProcess.start({ entry, env: { ...env, ...(tls ? tlsEnv : {}) } });
  hosts.push(host);
  return host;
}

/** A connection that goes on sending what `more` gives, for as long as it is let. @returns what it was answered. */
async function drip(socket: Socket, first: string, more: string, everyMs: number): Promise<string> {
  let received = '';
  socket.on('data', (chunk) => (received += chunk)).on('error', () => {});
  if (first !== '') socket.write(first);
  const timer = setInterval(() => more !== '' && socket.writable && socket.write(more), everyMs);
  await closed(socket);
  clearInterval(timer);
  return received;
}

const SLOW_EACH = 50;
/** Short, so that a test can wait for them; the times are those of the settings. */
const limits = {
  SCOREHOST_HEADERS_TIMEOUT_MS: '2000',
  SCOREHOST_BODY_STALL_TIMEOUT_MS: '2000',
  SCOREHOST_REQUEST_TIMEOUT_MS: '2500',
};
const statusesOf = (replies: readonly string[]) =>
  [...new Set(replies.map((reply) => /^HTTP\/1\.1 (\d+)/.exec(reply)?.[1] ?? 'none'))].sort();

/** Garbage is collected early: what is still there is kept. */
const SMALL_HEAPS = '--max-semi-space-size=1 --max-old-space-size=256';

it('a client that sends requests ahead and reads no answer is cut off, before they fill the memory', async () => {
  const host = await start(false, { NODE_OPTIONS: SMALL_HEAPS });
  const ahead = 'GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(12);
  const many = ahead + 'GET / HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(3_000);
  expect((await host.fetch('/docs/swagger-ui-bundle.js')).status).toBe(200); // the page is loaded by its first request
  const before = hasProc ? privateBytes(host.child.pid as number) : 0;
  const sockets = Array.from({ length: 10 }, () => connect(host.port, '127.0.0.1').pause());
  for (const socket of sockets) socket.on('error', () => {}).write(many);
  const refused = async () => {
    const metrics = await (await host.fetch('/metrics')).text();
    return Number(/^scorehost_connections_refused_total (\d+)$/m.exec(metrics)?.[1]);
  };
  await expect.poll(refused, { timeout: 10_000 }).toBe(10);
  // The first 64 KB of each client are read at once: the requests in them would take 12 MB for as long as they wait.
  const grown = async () => {
    await refused(); // a host that does nothing collects nothing
    return privateBytes(host.child.pid as number) - before;
  };
  if (hasProc) await expect.poll(grown, { timeout: 10_000 }).toBeLessThan(64 * MB);
  for (const socket of sockets) socket.destroy();
});

describe.concurrent.each([false, true])('many clients that are slow on purpose, with TLS: %s', (tls) => {
  it('are ended by the limits, cost little memory, and others are answered meanwhile', async () => {
    const host = await start(tls, limits);
    const load = new CheckedLoad(
      host.port,
      2,
      (index) => echoCall(`call-${index}`, 'sleep 5'),
      tls ? () => trust : undefined,
    );
    const bytesBefore = hasProc ? privateBytes(host.child.pid as number) : 0;
    const many = (open: () => Promise<Socket>, first: string, more: string, everyMs: number) =>
      Promise.all(Array.from({ length: SLOW_EACH }, async () => drip(await open(), first, more, everyMs)));
    const plain = async () => {
      const socket = connect(host.port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    };
    const open = tls ? () => connectTls(host.port, trust).catch(() => connectTls(host.port, trust)) : plain;
    const head = 'POST /score HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n';
    const slow = Promise.all([
      many(plain, '', '', 100), // nothing at all
      many(plain, tls ? '\u0016\u0003\u0001\u0002' : 'P', tls ? '\u0000' : '', 100), // a handshake without an end
      many(open, head, 'x', 100), // headers
      many(open, `${head}\r\n`, 'x', 100), // a body
      many(open, `${head}\r\n`, '', 100), // a body that stands still
    ]);
    await sleep(1_500);
    const grown = hasProc ? privateBytes(host.child.pid as number) - bytesBefore : 0;
    const answeredBefore = load.answered;
    const [nothing, handshakes, headers, bodies, stalled] = await slow; // all were ended by the host
    expect([headers, bodies, stalled].map(statusesOf)).toEqual([['408'], ['408'], ['408']]);
    if (tls) expect([nothing, handshakes].map(statusesOf)).toEqual([['none'], ['none']]);
    expect(load.answered).toBeGreaterThan(answeredBefore);
    expect(await load.stop()).toEqual([]);
    console.log(`tls ${tls}: ${SLOW_EACH * 5} slow connections took ${(grown / MB).toFixed(1)} MB`);
    expect(grown).toBeLessThan(64 * MB);
  });
});

describe('a flood of connections', () => {
  it('takes no more than the limit, leaves open connections alone, and is over when it is over', async () => {
    const host = await start(true, { SCOREHOST_CONNECTIONS_MAX: '40' });
    const load = new CheckedLoad(
      host.port,
      2,
      (index) => echoCall(`call-${index}`, 'sleep 5'),
      () => trust,
    );
    while (load.answered < 10) await sleep(5);
    const bytesBefore = hasProc ? privateBytes(host.child.pid as number) : 0;
    const sockets = Array.from({ length: 500 }, () =>
      connect(host.port, '127.0.0.1')
        .on('error', () => {})
        .resume(),
    );
    const isOpen = (socket: Socket) => socket.readyState === 'open';
    const opened = () => sockets.filter(isOpen).length;
    while (opened() > 38 || sockets.some(({ connecting }) => connecting)) await sleep(10);
    const answeredBefore = load.answered;
    while (load.answered < answeredBefore + 20) await sleep(5);
    expect(opened()).toBe(38);
    const grown = hasProc ? privateBytes(host.child.pid as number) - bytesBefore : 0;
    expect(grown).toBeLessThan(48 * MB);
    await expect(connectTls(host.port, trust)).rejects.toThrow();
    for (const socket of sockets) socket.destroy();
    for (let tries = 0; ; tries++) {
      const socket = await connectTls(host.port, trust).catch(() => undefined);
      socket?.destroy();
      if (socket) break;
      expect(tries, 'the places come back').toBeLessThan(500);
      await sleep(10);
    }
    expect(await load.stop()).toEqual([]);
  });
});
