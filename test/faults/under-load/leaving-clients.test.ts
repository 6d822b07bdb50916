import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { HostProcess } from '../../support/host-process.js';
import { type Answer, entry, scoreRequest } from './calls.js';
import { inForm, lasting } from './form.js';

const CLIENTS = inForm(500, 10_000);
/** A connection takes a file descriptor here, and one in the host; both have others beside. */
const WAVE = Math.min(CLIENTS, descriptorsMax() - 500);

let host: HostProcess;
afterEach(() => host.stop());

function descriptorsMax(): number {
  try {
    return Number(/^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
  } catch {
    return 1_000;
  }
}

/** A client that sends a whole call, and goes on without its answer. */
function send(body: string, id: string): Socket {
  const socket = connect(host.port, '127.0.0.1').on('error', () => {});
  socket.write(scoreRequest(body, `x-request-id: ${id}\r\n`));
  return socket;
}

/**
 * Not all at once: a listener that has more of them to accept than its backlog drops what is behind, and those clients
 * try again for minutes. They are accepted in order, so one that is answered comes behind all before it.
 */
async function sendMany(count: number, id: string): Promise<Socket[]> {
  const clients: Socket[] = [];
  while (clients.length < count) {
    clients.push(...Array.from({ length: Math.min(250, count - clients.length) }, () => send(id, id)));
    await host.isReady();
  }
  return clients;
}

/** The host refuses one call more only when all those before it have their places. */
async function untilFull(): Promise<void> {
  for (;;) {
    const probe = host.fetch('/score', { method: 'POST', body: 'probe', signal: AbortSignal.timeout(200) });
    const status = await probe.then(
      (response) => response.status,
      () => undefined,
    );
    if (status === 429) return;
  }
}

/** Half of them close their connections, half have them reset. */
function hangUp(clients: readonly Socket[]): void {
  for (const [i, client] of clients.entries()) {
    if (i % 2 === 0) client.destroy();
    else client.resetAndDestroy();
  }
}

const leaversIn = (log: string) => log.match(/"requestId":"leaver"[^\n]*"clientLeft":true/g)?.length ?? 0;

async function runsSoFar(): Promise<number> {
  return ((await (await host.score('count')).json()) as Answer).runs;
}

describe(`${CLIENTS} clients that hang up while their calls wait`, () => {
  it('are forgotten: none of the calls is run', lasting(inForm(1_000, 60_000)), async () => {
    const env = {
      SCOREHOST_MAX_CONCURRENT_REQUESTS: String(WAVE + 1),
      SCOREHOST_CONNECTIONS_MAX: '20000',
      SCOREHOST_MAX_QUEUE_WAIT_MS: '60000',
    };
    host = await HostProcess.start({ entry, env });
    for (let [left, wave] = [0, 1]; left < CLIENTS; wave++) {
      const holder = send('holder until-aborted', 'holder');
      const clients = await sendMany(Math.min(WAVE, CLIENTS - left), 'leaver');
      const fillers = await sendMany(WAVE - clients.length, 'filler');
      await untilFull();
      hangUp([...clients, ...fillers]);
      left += clients.length;
      while (leaversIn(host.output) < left) await sleep(20);
      holder.destroy();
      // In each wave the one that held the worker, and this one.
      expect(await runsSoFar()).toBe(2 * wave);
    }
    console.log(`${CLIENTS} clients left, in waves of ${WAVE}: none of their calls was run`);
  });
});
