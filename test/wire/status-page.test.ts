import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StatusEvent } from '../../src/browser/status/status-event.js';
import { PHASES } from '../../src/runtime/pool/phases.js';
import { HostProcess } from '../support/host-process.js';
import { parseReply, rawExchange } from '../support/raw-http.js';
import { statusOf, watchStatus } from '../support/status-events.js';

const entry = fileURLToPath(new URL('../fixtures/entries/faults.ts', import.meta.url));

let host: HostProcess;
beforeAll(async () => {
  host = await HostProcess.start({ entry, env: { WORKER_COUNT: '2', AML_CORS_ORIGINS: 'https://app.example' } });
});
afterAll(() => host.stop());

describe('GET /status', () => {
  it('is one page that lets in nothing but its own style and script, with the headers of every answer', async () => {
    const reply = await host.fetch('/status', { headers: { 'x-request-id': 'r1', origin: 'https://app.example' } });
    const html = await reply.text();
    const hash = (tag: string) => {
      const blocks = [...html.matchAll(new RegExp(`<${tag}[^>]*>(.*?)</${tag}>`, 'gs'))];
      expect(blocks.length, tag).toBe(1);
      const text = blocks[0]?.[1] as string;
      expect(text.length).toBeGreaterThan(1000);
      return createHash('sha256').update(text).digest('base64');
    };
    expect(reply.status).toBe(200);
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': [
        "default-src 'none'",
        `style-src 'sha256-${hash('style')}'`,
        `script-src 'sha256-${hash('script')}'`,
        "connect-src 'self'",
        'img-src data:',
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ].join('; '),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
      'x-request-id': 'r1',
      'x-ms-server-version': expect.stringContaining('scorehost/'),
      'access-control-allow-origin': 'https://app.example',
    });
  });

  it('leads there from the path with a slash, by an address that holds behind a path prefix too', async () => {
    const reply = await host.fetch('/status/', { redirect: 'manual' });
    expect([reply.status, reply.headers.get('location')]).toEqual([302, '../status']);
  });

  it('asks for nothing from elsewhere, and holds nothing of the service', async () => {
    const html = await (await host.fetch('/status')).text();
    const links = [...html.matchAll(/\s(?:href|src|action)="(.*?)"/g)].map(([, link]) => link);
    expect(links).toEqual(['data:,', 'metrics', 'docs/', 'swagger.json?version=3.1']);
    expect(html.match(/https?:\/\/[^"'`\s)]*/g)?.filter((url) => !url.startsWith('http://www.w3.org/'))).toEqual([]);
    for (const data of [String(host.child.pid), 'faults', 'scorehost/0']) expect(html).not.toContain(data);
  });

  it.each(['/status', '/status/events'])('%s answers HEAD, OPTIONS and no other method', async (path) => {
    const head = parseReply(
      await rawExchange(host.port, [`HEAD ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`]),
    );
    expect([head.status, head.body.length]).toEqual([200, 0]);
    const options = await host.fetch(path, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([200, 'GET, HEAD, OPTIONS']);
    const post = await host.fetch(path, { method: 'POST', body: 'x' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });

  it.each(['/status/nothing', '/status/events/', '/Status', '/status/status.html', '/status.html'])(
    '%s is no route',
    async (path) => {
      expect((await host.fetch(path)).status).toBe(404);
    },
  );
});

describe('GET /status/events', () => {
  it('is a stream of what the host is doing, each second', async () => {
    const { reply, next, leave } = await watchStatus(host);
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    const first = (await next()) as StatusEvent;
    const second = (await next()) as StatusEvent;
    leave();
    expect(second.at - first.at).toBeGreaterThan(500);
    expect(first).toMatchObject({
      state: 'ready',
      reason: 'ready',
      workersWanted: 2,
      version: expect.stringMatching(/^scorehost\/\d/),
      pid: host.child.pid,
      entryPath: entry,
      entryKind: 'module',
      hasDocs: true,
      service: { kind: 'text', batchCallsMax: 1, loads: expect.any(Number) },
      models: [],
      deaths: 0,
      lastDeath: null,
      stepMs: 5000,
      stepsMax: 120,
    });
    expect(first.workers).toHaveLength(2);
    expect(first.workers.map(({ number }) => number).sort()).toEqual([1, 2]);
    expect(first.workers.every(({ pid = 0, state }) => pid > 0 && state === 'idle')).toBe(true);
  });

  it('is in the log when its watcher has left, who broke nothing off', async () => {
    const abort = new AbortController();
    const headers = { 'x-request-id': 'a-watcher' };
    await (await host.fetch('/status/events', { headers, signal: abort.signal })).body?.getReader().read();
    abort.abort();
    const line = await host.untilLog(({ requestId }) => requestId === 'a-watcher');
    expect(line).toMatchObject({ level: 'info', method: 'GET', path: '/status/events', status: 200 });
    expect(line).not.toHaveProperty('clientLeft');
  });

  it('counts every call once, by what became of it, and names those that failed', async () => {
    const counted = await HostProcess.start({ entry });
    try {
      for (let i = 0; i < 7; i++) await (await counted.score('ok')).text();
      const failed = await counted.score('sleep 30000', { 'x-request-timeout-ms': '50' });
      const id = failed.headers.get('x-request-id');
      expect([failed.status, (await counted.score('x', { 'content-encoding': 'br' })).status]).toEqual([504, 415]);
      // An exchange ends just behind its reply.
      await expect
        .poll(async () => (await statusOf(counted)).lastMinute.calls)
        .toEqual({
          ok: 7,
          refused: 1,
          overload: 0,
          failed: 1,
          left: 0,
        });
      const { failedCalls, lastMinute, phases, workers } = await statusOf(counted);
      expect(failedCalls).toMatchObject([
        { status: 415, code: 'ENCODING_UNSUPPORTED', method: 'POST', path: '/score' },
        { status: 504, code: 'DEADLINE_EXCEEDED', requestId: id },
      ]);
      expect(phases.map(({ name }) => name)).toEqual([...PHASES]);
      expect(phases.find(({ name }) => name === 'run')?.ms).toBeGreaterThan(0);
      expect(lastMinute.batches).toBe(8);
      expect(lastMinute.latency?.p50).toBeGreaterThan(0);
      expect(workers[0]?.calls).toBe(7); // one still runs
    } finally {
      await counted.stop();
    }
  });

  it('ends with the host, which does not wait for whoever watches', async () => {
    const ending = await HostProcess.start({ entry, env: { SCOREHOST_DRAIN_DELAY_MS: '1300' } });
    const { next } = await watchStatus(ending);
    expect((await next())?.state).toBe('ready');
    const startedAt = Date.now();
    ending.child.kill('SIGTERM');
    const states: (string | undefined)[] = [];
    for (let event = await next(); event; event = await next()) states.push(event.state);
    expect(states.at(-1)).toBe('draining');
    expect(states.length).toBeGreaterThan(1); // it is told so from the first second on
    expect(await ending.exited).toEqual({ code: 0, signal: null });
    expect(Date.now() - startedAt).toBeLessThan(4500); // a silent connection would have held it for 5 s
  });
});
