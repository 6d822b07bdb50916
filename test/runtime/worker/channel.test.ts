import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { Channel } from '../../../src/runtime/worker/channel.js';

/** A channel whose front is this test: each write is the text of what came at once. */
function setUp() {
  const writes: string[] = [];
  let isEnded = false;
  const socket = new Duplex({
    allowHalfOpen: true,
    read: () => {},
    write: (bytes, _, done) => {
      writes.push(String(bytes));
      done();
    },
    writev: (chunks, done) => {
      writes.push(chunks.map(({ chunk }) => String(chunk)).join(''));
      done();
    },
    final: (done) => {
      isEnded = true;
      done();
    },
  });
  const channel = new Channel(
    () => {},
    () => {},
    socket as Socket,
  );
  return { channel, socket, writes, isEnded: () => isEnded };
}

const bytes = (text: string) => [Buffer.from(text)];

it('what is sent later is written behind the next frame, at once with it', () => {
  const { channel, writes } = setUp();
  channel.sendLater(bytes('record 1 '));
  channel.sendLater(bytes('record 2'));
  expect(writes).toEqual([]);
  expect(channel.backlogBytes).toBe(17);
  channel.send(bytes('answer '));
  expect(writes).toEqual(['answer record 1 record 2']);
  expect(channel.backlogBytes).toBe(0);
  channel.send(bytes('answer'));
  expect(writes.slice(1)).toEqual(['answer']);
});

it('or soon, where there is no next frame', async () => {
  const { channel, writes } = setUp();
  for (const text of ['one', 'two']) {
    channel.sendLater(bytes(text));
    await expect.poll(() => writes.at(-1)).toBe(text);
  }
  expect(writes).toEqual(['one', 'two']);
});

it('or at the last moment, with what is said then', async () => {
  const { channel, socket, writes, isEnded } = setUp();
  channel.sendLater(bytes('record '));
  channel.beforeEnd = () => channel.sendLater(bytes('given up'));
  socket.push(null);
  await expect.poll(isEnded).toBe(true);
  expect(writes.join('')).toBe('record given up');
});
