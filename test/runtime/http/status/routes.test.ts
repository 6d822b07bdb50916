import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { pino } from 'pino';
import request from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../../../src/runtime/config/read.js';
import { AccessLog } from '../../../../src/runtime/http/access-log.js';
import { createHandler } from '../../../../src/runtime/http/handler.js';
import { StatusFeed } from '../../../../src/runtime/http/status/status-feed.js';
import type { Scoring } from '../../../../src/runtime/scoring/scoring.js';

const SEND_STALL_MS = 300;

/** A front without workers, whose events can be made as long as a test wants. */
let version: string;
let feed: StatusFeed;
let server: Server;
beforeEach(async () => {
  version = 'scorehost/test';
  const readiness = () => ({ ready: true, reason: 'ready', workersReady: 1, workersWanted: 1 });
  feed = new StatusFeed(
    {
      get version() {
        return version;
      },
      entryPath: '/app/score.ts',
      entryKind: 'module',
      hasDocs: true,
      readiness,
      isDraining: () => false,
      service: () => undefined,
      models: () => [],
      workers: () => [],
      queuedCalls: () => 0,
      callsInFlight: () => 0,
      counts: undefined,
    },
    SEND_STALL_MS,
  );
  const { config } = await readConfig([], {});
  const log = pino({ level: 'silent' });
  server = createServer(
    createHandler({
      config: config.http,
      scoring: {} as Scoring,
      readiness,
      metrics: () => Promise.reject(new Error('there are none')),
      counts: undefined,
      statusFeed: feed,
      serves: () => true,
      exchangeSettings: { serverVersion: undefined, closing: () => false, sendStallMsMax: SEND_STALL_MS },
      log,
      accessLog: new AccessLog(log, config.log),
      tracing: undefined,
      guard: undefined,
    }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  feed.end();
  server.closeAllConnections();
  server.close();
});

async function watch() {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write('GET /status/events HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'data');
  return socket;
}

describe('GET /status/events', () => {
  it('lets go of a watcher who reads nothing for as long as a client may', async () => {
    const socket = await watch();
    socket.pause();
    version = 'x'.repeat(8 * 1024 * 1024); // more than the kernel takes for him
    feed.watchers.send();
    const open = () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
    expect(await open()).toBe(1);
    await expect.poll(open, { timeout: 10_000 }).toBe(0);
    socket.destroy();
  });

  it('keeps one who reads for longer than that, though he sends nothing', async () => {
    const socket = await watch();
    let bytes = 0;
    socket.on('data', (chunk) => (bytes += chunk.length));
    await new Promise((resolve) => setTimeout(resolve, 4 * SEND_STALL_MS));
    const before = bytes;
    feed.watchers.send();
    await expect.poll(() => bytes).toBeGreaterThan(before);
    socket.destroy();
  });

  it('is 429 for the 21st watcher, until there is a place again', async () => {
    const sockets = [];
    for (let i = 0; i < 20; i++) sockets.push(await watch());
    const { body } = await request(server).get('/status/events').expect(429).expect('Retry-After', '5');
    expect(body).toMatchObject({ code: 'WATCHERS_FULL' });
    sockets[3]?.destroy();
    await expect.poll(() => feed.watchers.isFull).toBe(false);
    await watch();
    for (const socket of sockets) socket.destroy();
  });
});
