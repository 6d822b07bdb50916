import { closeSync, openSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type HostOptions, HostProcess, isAlive } from '../support/host-process.js';

const file = (name: string) => fileURLToPath(new URL(`../fixtures/entries/${name}.ts`, import.meta.url));
const entry = file('faults');

let host: HostProcess;

/** One for all tests of a `describe`. */
function share(options: HostOptions): void {
  beforeAll(async () => {
    host = await HostProcess.start(options);
  });
  afterAll(() => host.stop());
}

/** One for this test. */
async function start(options: HostOptions): Promise<void> {
  host = await HostProcess.start(options);
  onTestFinished(async () => void (await host.stop()));
}

/** How much the host had written before the test. */
let mark = 0;
beforeEach(() => {
  mark = host?.output.length ?? 0;
});
const written = () => host.output.slice(mark);
/** A line may come behind the answer that it tells of. */
const untilWritten = (pattern: RegExp, times = 1) =>
  vi.waitUntil(() => written().split(pattern).length > times, { timeout: 10_000, interval: 10 });

async function score(body: string, headers?: Record<string, string>) {
  const response = await host.score(body, headers);
  return { status: response.status, headers: response.headers, json: JSON.parse(await response.text()) };
}

const workerPid = async () => (await score('pid')).json as number;

describe('with one worker', () => {
  share({ entry, env: { SCOREHOST_SEND_STALL_TIMEOUT_MS: '2000', SCOREHOST_STREAM_IDLE_MS: '1000' } });

  describe('a worker that dies', () => {
    it.each([
      ['exit', /exited with code 5/],
      ['abort', /SIGABRT/],
      ['reject', /exited with code 1/],
    ])('under a call that makes it die (%s) twice: 502, and everybody else is served', async (poison, ending) => {
      const poisoned = score(poison);
      const others = await Promise.all(Array.from({ length: 5 }, (_, i) => score(`ok ${i}`)));
      expect(others.map(({ status, json }) => [status, json])).toEqual([0, 1, 2, 3, 4].map((i) => [200, String(i)]));
      const { status, json, headers } = await poisoned;
      expect(status).toBe(502);
      expect(json).toMatchObject({ code: 'WORKER_LOST', requestId: headers.get('x-request-id') });
      await untilWritten(ending, 2);
    });

    it('leaves the host ready: calls wait for its successor', async () => {
      process.kill(await workerPid(), 'SIGKILL');
      await untilWritten(/was ended by SIGKILL/);
      expect((await score('ok')).status).toBe(200);
      expect((await host.fetch('/health/ready')).status).toBe(200);
    });
  });

  describe('a worker', () => {
    it('gets no signals of the terminal', async () => {
      const pid = await workerPid();
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pid, signal);
      await sleep(100);
      expect(await workerPid()).toBe(pid);
    });

    it('that is blocked keeps nobody from the health of the host', async () => {
      const busy = score('block 1000');
      await sleep(50);
      for (const path of ['/', '/health/ready', '/swagger.json']) expect((await host.fetch(path)).status).toBe(200);
      expect(await Promise.race([busy.then(() => 'done'), sleep(0).then(() => 'still busy')])).toBe('still busy');
      await busy;
    });

    it('that is idle and does not answer is not ready, until it does again', async () => {
      await score('block-later 5000');
      await expect.poll(() => host.isReady(), { timeout: 6000, interval: 100 }).toBe(false);
      expect(await (await host.fetch('/health/ready')).json()).toMatchObject({ ready: false, workersReady: 0 });
      await expect.poll(() => host.isReady(), { timeout: 6000, interval: 100 }).toBe(true);
    });
  });

  describe('a client that leaves', () => {
    it('fires the signal of its running call, and its waiting call is never run', async () => {
      const [first, second] = [new AbortController(), new AbortController()];
      const call = (body: string, { signal }: AbortController) =>
        host.fetch('/score', { method: 'POST', body, signal });
      const running = expect(call('until-aborted', first)).rejects.toThrow();
      await sleep(100);
      const waiting = expect(call('exit', second)).rejects.toThrow();
      await sleep(100);
      second.abort();
      await untilWritten(/client left/);
      first.abort();
      await Promise.all([running, waiting]);
      await untilWritten(/the signal fired/);
      expect((await score('ok')).status).toBe(200);
      expect(written()).not.toContain('exited with code 5');
    });

    it('ends all requests that it has sent ahead: each run is told', async () => {
      const one = 'POST /score HTTP/1.1\r\nHost: x\r\nContent-Length: 13\r\n\r\nuntil-aborted';
      const socket = connect(host.port, '127.0.0.1');
      socket.write(one + one);
      await sleep(200);
      socket.destroy();
      await untilWritten(/"clientLeft":true/, 2);
      expect((await score('ok')).status).toBe(200);
    });
  });

  describe('a reply', () => {
    it('larger than a frame may be is a 500, and the worker lives on', async () => {
      const pid = await workerPid();
      expect(await score(`reply ${2 ** 29 + 1}`)).toMatchObject({ status: 500, json: { code: 'RESULT_INVALID' } });
      expect(await workerPid()).toBe(pid);
    });

    it('that its client does not read is cut off, and its memory freed', async () => {
      const socket = connect(host.port, '127.0.0.1').on('error', () => {});
      socket.pause().write('POST /score HTTP/1.1\r\nHost: x\r\nContent-Length: 14\r\n\r\nreply 50000000');
      await untilWritten(/"clientLeft":true/);
      socket.destroy();
    });

    it('of one huge chunk reaches a reader that takes longer than the idle limit', async () => {
      const { body } = await host.score('chunk 12000000');
      let bytes = 0;
      for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
        bytes += chunk.length;
        await sleep(10);
      }
      expect(bytes).toBe(12_000_000);
    });
  });
});

describe('a call that takes too long', () => {
  share({ entry, env: { SCORING_TIMEOUT_MS: '2000' } });

  // One that spins is in under-load/endless-loop.test.ts.
  it('is a 504 at the deadline, and there is a new worker for the others', async () => {
    const { status, json } = await score('sleep 60000');
    expect(status).toBe(504);
    expect(json).toMatchObject({ code: 'DEADLINE_EXCEEDED', message: 'Scoring timeout after 2000 ms' });
    await untilWritten(/was ended by SIGKILL/);
    expect((await score('ok')).status).toBe(200);
  });

  it('is told by its signal', async () => {
    expect((await score('until-aborted')).status).toBe(504);
    await untilWritten(/the signal fired/);
  });

  it('does not count against the worker if its run ends soon behind it', async () => {
    const pid = await workerPid();
    expect((await score('sleep 2100')).status).toBe(504);
    expect(await workerPid()).toBe(pid);
  });
});

describe('admission', () => {
  share({ entry, env: { SCOREHOST_MAX_CONCURRENT_REQUESTS: '2', SCOREHOST_MAX_QUEUE_WAIT_MS: '1000' } });

  it('refuses with 429 and Retry-After what is more than the host takes', async () => {
    const taken = [score('sleep 300'), score('sleep 300')];
    await sleep(100);
    const { status, headers, json } = await score('ok');
    expect(status).toBe(429);
    expect(headers.get('retry-after')).toBe('1');
    expect(json).toMatchObject({ code: 'QUEUE_FULL', message: 'Cannot take the call: 2 of 2 places are taken.' });
    expect((await Promise.all(taken)).map((reply) => reply.status)).toEqual([200, 200]);
  });

  it('refuses with 429 what has waited too long', async () => {
    const running = score('sleep 2000');
    await sleep(50);
    expect(await score('ok')).toMatchObject({ status: 429, json: { code: 'QUEUE_WAIT_EXCEEDED' } });
    expect((await running).status).toBe(200);
  });
});

describe('a call that is not tried again', () => {
  share({ entry, env: { SCOREHOST_RETRY: 'off' } });

  it('is a 502 at the first death of its worker', async () => {
    expect((await score('exit')).status).toBe(502);
    expect((await score('ok')).status).toBe(200);
    expect(written().match(/worker exited with code 5/g)).toHaveLength(1);
  });

  it('does not take the host down, as often as callers send it', async () => {
    for (let i = 0; i < 5; i++) expect((await score('exit')).status).toBe(502);
    expect((await score('ok')).status).toBe(200);
  });

  it('does not wait for the children that its dead worker left behind', async () => {
    const child = (await score('child')).json as number;
    expect((await score('exit')).status).toBe(502);
    expect((await score('ok')).status).toBe(200);
    process.kill(child, 'SIGKILL');
  });
});

describe('a worker whose user code writes what it must not', () => {
  it('is replaced, and nothing is taken over that would break others later', async () => {
    await start({ entry: file('rogue'), env: { SCOREHOST_RETRY: 'off' } });
    for (const [body, reason] of [
      ['a reply whose head is none', 'JSON'], // the first call: its id is known
      ['a reply to another call', 'its replies do not fit its batch'],
      ['no frame', 'a frame of 4294967295 bytes cannot be'],
      ['models that are none', 'a frame about models has something else in it'],
      ["a metric of the host's", 'a frame about metrics has something else in it'],
      ['a line of no level', 'a frame of the log has something else in it'],
    ] as const) {
      const before = host.output.length;
      expect((await score(body)).status, body).toBe(502);
      const why = () => /sent what it must not, and is killed: (.*)/.exec(host.output.slice(before))?.[1];
      await expect.poll(why, { message: body, timeout: 10_000 }).toContain(reason); // the line may come behind the answer
    }
    expect(await (await host.score('stay')).text()).toBe('"stayed"');
    expect((await host.fetch('/metrics')).status).toBe(200);
    expect((await host.fetch('/health/ready')).status).toBe(200);
  });
});

describe('before the first ready', () => {
  share({ entry: file('endless-init'), untilReady: false });

  it('the host is live, not ready, and answers 503 with Retry-After to calls and documents', async () => {
    expect(await (await host.fetch('/')).text()).toBe('Healthy');
    const readiness = await host.fetch('/health/ready');
    expect(readiness.status).toBe(503);
    expect(await readiness.json()).toMatchObject({ ready: false, reason: 'starting: 0 of 1 workers ready' });
    for (const path of ['/score', '/swagger.json']) {
      const response = await host.fetch(path);
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('1');
      expect(await response.json()).toMatchObject({ code: 'NOT_READY' });
    }
  });

  it('a front that is killed takes a worker with it whose init never comes back', async () => {
    const { worker } = await host.untilLog(({ msg }) => msg === 'init spins');
    host.child.kill('SIGKILL');
    while (isAlive(Number(worker))) await sleep(20);
  });
});

describe('the front', () => {
  it('serves on and ends as ever when the disk that takes its log is full', async () => {
    const full = openSync('/dev/full', 'w');
    await start({ entry, stdout: full });
    // The drain would wait a while for connections that are kept.
    for (let i = 0; i < 3; i++) expect((await score('ok', { connection: 'close' })).status).toBe(200);
    host.child.kill('SIGTERM');
    expect(await host.exited).toEqual({ code: 0, signal: null });
    closeSync(full);
  });

  it('takes its workers with it when it is killed, also one that spins', async () => {
    await start({ entry, env: { WORKER_COUNT: '2' } });
    const [idle, spinning] = [await workerPid(), score('spin 60000').catch(() => {})];
    await sleep(100);
    const pids = [idle, await workerPid()];
    host.child.kill('SIGKILL');
    await spinning;
    while (pids.some(isAlive)) await sleep(20);
  });
});
