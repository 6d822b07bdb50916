import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HostProcess } from '../support/host-process.js';

const entry = fileURLToPath(new URL('../fixtures/entries/faults.ts', import.meta.url));

let host: HostProcess;

/** One host with these settings for the tests of a `describe`. */
function serve(env: Record<string, string>): void {
  beforeAll(async () => {
    host = await HostProcess.start({ entry, env });
  });
  afterAll(() => host.stop());
}

async function score(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  const response = await host.fetch('/score', {
    method: 'POST',
    body,
    headers: { 'content-type': 'text/plain', ...headers },
  });
  return { status: response.status, headers: response.headers, json: (await response.json()) as { code?: string } };
}

describe('what all calls share', () => {
  serve({ SCORING_TIMEOUT_MS: '15000', SCOREHOST_MAX_CONCURRENT_BYTES: '1000000' });

  describe('the deadline that a caller asks for', () => {
    it('is held where it is shorter than that of all calls, and kills nobody', async () => {
      const pid = (await score('pid')).json;
      const asked = await score('sleep 600', { 'x-request-timeout-ms': '200' });
      expect(asked).toMatchObject({ status: 504, json: { message: 'Scoring timeout after 200 ms' } });
      expect((await score('sleep 10', { 'x-request-timeout-ms': '60000' })).status).toBe(200);
      expect((await score('pid')).json).toBe(pid);
    });

    it('is refused where it is none', async () => {
      for (const ms of ['0', '-1', '1.5', '1e3', 'soon', '2147483648']) {
        const refused = await score('ok', { 'x-request-timeout-ms': ms });
        expect(refused).toMatchObject({ status: 400, json: { code: 'INPUT_INVALID' } });
      }
    });
  });

  describe('the memory for bodies', () => {
    it('is shared by all calls: one that has no room is refused before it is sent', async () => {
      const first = score(`sleep 500 ${'x'.repeat(600_000)}`);
      await sleep(150);
      const socket = connect(host.port, '127.0.0.1').setEncoding('latin1');
      socket.write('POST /score HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 500000\r\n\r\n');
      const [reply] = (await once(socket, 'data')) as [string];
      socket.destroy();
      expect(reply).toMatch(/^HTTP\/1\.1 429 /);
      expect(reply).toMatch(/retry-after: 1\r\n/i);
      expect(reply).toMatch(/connection: close\r\n/i);
      expect(reply).toContain('BODIES_FULL');
      expect((await score('ok')).status).toBe(200);
      expect((await first).status).toBe(200);
      expect((await score(`ok ${'x'.repeat(600_000)}`)).status).toBe(200);
    });

    it('counts what a body inflates to', async () => {
      const first = score(`sleep 400 ${'x'.repeat(600_000)}`);
      await sleep(150);
      const zipped = new Uint8Array(gzipSync(Buffer.alloc(500_000)));
      expect(await score(zipped, { 'content-encoding': 'gzip' })).toMatchObject({
        status: 429,
        json: { code: 'BODIES_FULL' },
      });
      await first;
      expect((await score(zipped, { 'content-encoding': 'gzip' })).status).toBe(200);
    });

    it('is the limit of one body, too: a larger one would never be taken', async () => {
      expect(await score('x'.repeat(1_000_001))).toMatchObject({ status: 413, json: { code: 'BODY_TOO_LARGE' } });
    });
  });
});

describe('a run that takes too long', () => {
  serve({ SCOREHOST_RUN_TIMEOUT_MS: '400', SCORING_TIMEOUT_MS: '20000' });

  it('ends by the limit of runs, before the calls behind it have lost their time', async () => {
    const stuck = score('spin 20000');
    await sleep(50);
    const behind = score('ok 1');
    expect(await stuck).toMatchObject({
      status: 504,
      json: { code: 'DEADLINE_EXCEEDED', message: 'Scoring timeout: its run took longer than 400 ms' },
    });
    expect((await behind).status).toBe(200);
  });
});

describe('several calls at once in one worker', () => {
  serve({ SCOREHOST_WORKER_CONCURRENCY: '4', SCOREHOST_RUN_TIMEOUT_MS: '1000' });
  // Two of these tests end the worker: the next begins when another is there.
  beforeEach(() => score('ok'));

  it('wait together, as many as the setting says', async () => {
    const startedAt = performance.now();
    const calls = await Promise.all(Array.from({ length: 8 }, () => score('sleep 300')));
    const ms = performance.now() - startedAt;
    expect(calls.map(({ status }) => status)).toEqual(new Array(8).fill(200));
    expect(ms).toBeGreaterThan(590); // two rounds
    expect(ms).toBeLessThan(8 * 300);
  });

  it('are run again where one beside them takes too long, which ends alone', async () => {
    const stuck = score('sleep 20000');
    await sleep(600);
    const beside = [score('sleep 600'), score('sleep 600')];
    expect((await stuck).status).toBe(504);
    expect((await Promise.all(beside)).map(({ status }) => status)).toEqual([200, 200]);
  });

  it('die together, and are told apart one by one', async () => {
    const calls = await Promise.all(['sleep 300', 'exit', 'sleep 300', 'ok'].map((body) => score(body)));
    expect(calls.map(({ status }) => status)).toEqual([200, 502, 200, 200]);
  });
});
