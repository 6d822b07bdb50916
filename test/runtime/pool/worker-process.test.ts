import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { Duplex, PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { type WorkerEvents, WorkerProcess } from '../../../src/runtime/pool/worker-process.js';
import {
  CollectKind,
  encodeGivenUp,
  encodeRecord,
  type Frame,
  FrameReader,
  ToWorker,
} from '../../../src/runtime/worker/frames.js';
import type { LoadMessage } from '../../../src/runtime/worker/messages.js';

/** A worker whose process is this test, and a front that takes no record. */
function setUp() {
  const sent: Frame[] = [];
  const collected: Buffer[] = [];
  const reader = new FrameReader((frame) => sent.push(frame));
  const pair = new Duplex({
    read: () => {},
    write: (bytes: Buffer, _, done) => {
      reader.push(Buffer.from(bytes));
      done();
    },
  });
  const child = Object.assign(new EventEmitter(), {
    pid: 1,
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    stdio: [null, null, null, pair],
    kill: () => true,
  });
  const onCollect = (record: Buffer) => {
    collected.push(Buffer.from(record));
    return false;
  };
  const events = { onCollect } as Partial<WorkerEvents> as WorkerEvents;
  const worker = new WorkerProcess({} as LoadMessage, events, child as unknown as ChildProcess);
  const say = (...frames: readonly (readonly Buffer[])[]) => {
    for (const part of frames.flat()) pair.push(part);
  };
  const holds = () => sent.filter(({ type }) => type === ToWorker.hold).length;
  return { worker, pair, collected, say, holds };
}

const record = encodeRecord({ head: Buffer.from('{}'), data: Buffer.from('1') });

it('a worker whose record has no room is told once to hold others back', async () => {
  const { collected, say, holds } = setUp();
  say(record, record, record);
  await expect.poll(() => collected.length).toBe(3);
  expect(holds()).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 60));
  say(record);
  await expect.poll(holds).toBe(2);
});

it('and is told nothing more once it is asked to go: all that it still says is heard', async () => {
  const { worker, pair, collected, say, holds } = setUp();
  worker.stop();
  await expect.poll(() => pair.writableFinished).toBe(true);
  say(record);
  await expect.poll(() => collected.length).toBe(1);
  say(record, encodeGivenUp(CollectKind.full, 7));
  await expect.poll(() => collected.length).toBe(3);
  expect(holds()).toBe(0);
  expect(pair.destroyed).toBe(false);
});
