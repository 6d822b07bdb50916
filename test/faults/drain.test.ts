import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { HostProcess, isAlive } from '../support/host-process.js';
import { KeepAliveLoad } from '../support/keep-alive-load.js';

const entry = fileURLToPath(new URL('../fixtures/entries/faults.ts', import.meta.url));
/** The long form, `npm run test:drain`, takes 100. */
const rounds = Number(process.env.DRAIN_ROUNDS ?? 1);
const CONNECTIONS = 32;

let host: HostProcess | undefined;
afterEach(() => host?.stop());

function request(body: string): string {
  return `POST /score HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

describe('SIGTERM', () => {
  it(`loses no call under ${CONNECTIONS} busy keep-alive connections (rounds: ${rounds})`, {
    timeout: rounds * 15_000,
  }, async () => {
    let answered = 0;
    for (let round = 0; round < rounds; round++) {
      host = await HostProcess.start({ entry, env: { WORKER_COUNT: '2' } });
      const load = new KeepAliveLoad(host.port, CONNECTIONS, request('ok'));
      // Not before every connection is busy, and at another moment in each round.
      while (load.answered < CONNECTIONS * 5) await sleep(5);
      await sleep(Math.random() * 50);
      host.child.kill('SIGTERM');
      const { statuses, lost, refused } = await load.result();
      expect(lost).toEqual([]);
      expect([...statuses.keys()]).toEqual([200]);
      expect(refused).toBe(CONNECTIONS);
      expect(await host.exited).toEqual({ code: 0, signal: null });
      answered += load.answered;
    }
    console.log(`rounds: ${rounds}; ${answered} calls answered, none lost`);
  });

  it('takes readiness away at once and goes on listening for the drain delay', async () => {
    host = await HostProcess.start({ entry, env: { SCOREHOST_DRAIN_DELAY_MS: '500' } });
    host.child.kill('SIGTERM');
    await host.untilOutput(/SIGTERM/);
    const readiness = await host.fetch('/health/ready', { headers: { connection: 'close' } });
    expect(readiness.status).toBe(503);
    expect(await readiness.json()).toMatchObject({ ready: false, reason: 'draining' });
    expect((await host.fetch('/', { headers: { connection: 'close' } })).status).toBe(200);
    expect((await host.fetch('/score', { method: 'POST', body: 'ok', headers: { connection: 'close' } })).status).toBe(
      200,
    );
    expect(await host.exited).toEqual({ code: 0, signal: null });
  });

  it('cuts what still runs when the grace period is over', async () => {
    host = await HostProcess.start({ entry, env: { SCOREHOST_DRAIN_GRACE_MS: '200' } });
    const cut = expect(host.score('sleep 60000')).rejects.toThrow();
    await sleep(100);
    host.child.kill('SIGTERM');
    await cut;
    expect(await host.exited).toEqual({ code: 0, signal: null });
  });

  it('does not wait for a client that keeps its side of an idle connection open', async () => {
    host = await HostProcess.start({ entry, env: { SCOREHOST_KEEP_ALIVE_TIMEOUT_MS: '300' } });
    // As connections in the pool of a client in Python are.
    const socket = connect({ port: host.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.write(request('ok'));
    await once(socket, 'data');
    const closed = once(socket, 'end');
    const startedAt = performance.now();
    host.child.kill('SIGTERM');
    await closed;
    expect(await host.exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - startedAt, 'far below the grace period of 30 s').toBeLessThan(10_000);
    socket.destroy();
  });

  it('is one signal where a terminal and npm both pass it on: what runs is answered, and then the connection ends', async () => {
    host = await HostProcess.start({ entry });
    const running = host.score('sleep 500');
    await sleep(100);
    host.child.kill('SIGINT');
    await host.untilOutput(/SIGINT/);
    host.child.kill('SIGINT');
    const response = await running;
    expect(response.status).toBe(200);
    expect(response.headers.get('connection')).toBe('close');
    expect(await host.exited).toEqual({ code: 0, signal: null });
  });

  it('ends at once when it comes a second time, workers included', async () => {
    host = await HostProcess.start({ entry });
    const pid = Number(await (await host.score('pid')).text());
    const cut = expect(host.score('spin 60000')).rejects.toThrow();
    await sleep(100);
    host.child.kill('SIGTERM');
    await host.untilOutput(/SIGTERM/);
    await sleep(250);
    host.child.kill('SIGTERM');
    expect(await host.exited).toEqual({ code: 143, signal: null });
    await cut;
    while (isAlive(pid)) await sleep(10);
  });
});
