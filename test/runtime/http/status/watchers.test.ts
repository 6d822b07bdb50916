import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StatusEvent } from '../../../../src/browser/status/status-event.js';
import { Watchers } from '../../../../src/runtime/http/status/watchers.js';

/** What is sent: the numbers of steps, and as many letters as a test wants. */
interface Sent {
  readonly steps: readonly { readonly number: number }[];
  readonly load: string;
}

let stepsEnded: number;
let made: number;
let load: string;
let watchers: Watchers;
let server: Server;
const sockets: Socket[] = [];
beforeEach(async () => {
  [stepsEnded, made, load] = [2, 0, ''];
  watchers = new Watchers((after) => {
    made++;
    const steps = Array.from({ length: stepsEnded - after }, (_, i) => ({ number: after + 1 + i }));
    return { steps, load } as unknown as StatusEvent;
  }, 10_000);
  server = createServer((_, res) => watchers.add(res));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.close();
});

/** A client, with the events that it has got. */
async function watch(): Promise<{ socket: Socket; ended: Promise<unknown>; events: () => Sent[]; text: () => string }> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  sockets.push(socket);
  const ended = once(socket, 'end');
  let text = '';
  socket.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  const before = made;
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await expect.poll(() => made, { interval: 2 }).toBeGreaterThan(before);
  // Chunks of HTTP begin with a line of their own, which is none of the event.
  const events = () => [...text.matchAll(/data: (.*)\n\n/g)].map(([, json]) => JSON.parse(json as string) as Sent);
  return { socket, ended, events, text: () => text };
}

const connections = () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
const numbers = ({ steps }: Sent) => steps.map(({ number }) => number);

describe('the streams of the status page', () => {
  it('begin with all steps, and go on with those that are new', async () => {
    const { events, text } = await watch();
    stepsEnded = 3;
    watchers.send();
    watchers.send();
    await expect.poll(() => events().map(numbers)).toEqual([[1, 2], [3], []]);
    expect(text()).toMatch(/^HTTP\/1\.1 200 OK\r\n(?:.*\r\n)*Content-Type: text\/event-stream; charset=utf-8\r\n/);
    expect(text()).toMatch(/\r\nConnection: close\r\n/);
  });

  it('are sent one event a second, which is made once for all', async () => {
    const all = [await watch(), await watch(), await watch()];
    const before = made;
    await expect.poll(() => all.map(({ events }) => events().length), { timeout: 3000 }).toEqual([2, 2, 2]);
    expect(made).toBe(before + 1);
  });

  it('cost nothing when nobody watches any more', async () => {
    const { socket } = await watch();
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const before = made;
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(made).toBe(before);
  });

  it('are twenty at most, and a place is free again when one has ended', async () => {
    const first = await watch();
    for (let i = 1; i < 20; i++) await watch();
    expect(watchers.isFull).toBe(true);
    first.socket.destroy();
    await expect.poll(() => watchers.isFull).toBe(false);
  });

  it('keep at most one event for a watcher that does not read, who is told later what he missed', async () => {
    load = 'x'.repeat(4 * 1024 * 1024);
    const { socket, events } = await watch();
    socket.pause();
    for (let i = 0; i < 20 && made < 20; i++) {
      stepsEnded++;
      watchers.send();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(made).toBeLessThan(10); // for nobody else, none is made
    load = '';
    socket.resume();
    await expect.poll(() => socket.bytesRead, { timeout: 5000 }).toBeGreaterThan(4 * 1024 * 1024);
    await expect.poll(() => numbers(events().at(-1) as Sent).length, { timeout: 5000 }).toBe(0);
    expect(events().flatMap(numbers)).toEqual(Array.from({ length: stepsEnded }, (_, i) => i + 1));
  });

  it('are ended for one who has just been cut off, without harm to others', async () => {
    const { ended } = await watch();
    load = 'x'.repeat(8 * 1024 * 1024);
    const silent = await watch();
    silent.socket.pause();
    load = '';
    const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 11_000);
    watchers.send();
    clock.mockRestore();
    watchers.end();
    await ended;
    await expect.poll(connections).toBe(0);
  });

  it('end after a quarter of an hour, so that whoever goes on watching is asked for his key again', async () => {
    const [early, late] = [await watch(), await watch()];
    const clock = vi.spyOn(performance, 'now');
    try {
      clock.mockReturnValue(performance.now() + 14 * 60_000);
      watchers.send();
      const later = await watch();
      clock.mockReturnValue(performance.now() + 2 * 60_000);
      watchers.send();
      await Promise.all([early.ended, late.ended]);
      expect(early.events().map(numbers)).toEqual([[1, 2], [], []]);
      await expect.poll(() => later.events().length).toBe(2);
      expect(later.socket.readableEnded).toBe(false);
    } finally {
      clock.mockRestore();
    }
  });

  it('end at once with a last event, also for one who does not read, and new ones have but one', async () => {
    const reading = await watch();
    load = 'x'.repeat(8 * 1024 * 1024);
    const silent = await watch();
    silent.socket.pause();
    load = '';
    watchers.end();
    await reading.ended;
    expect(reading.events().length).toBeGreaterThanOrEqual(2);
    const late = await watch();
    await late.ended;
    expect(late.events().map(numbers)).toEqual([[1, 2]]);
    await expect.poll(connections, { timeout: 3000 }).toBe(0);
  });
});
