import { writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { setPriority } from 'node:os';
import { type Frame, FrameReader } from '../../worker/frames.js';
import { decodeMessage } from '../../worker/messages.js';
import type { WriterPlan } from '../collect-plan.js';
import { FromWriter, ToWriter, writerFrame } from '../writer-frames.js';
import { RecordWriter } from './record-writer.js';

/** The main of the process that writes records. */

/** The file descriptor of the socket pair. */
const CHANNEL_FD = 3;
/** What is left of the time when nobody is there any more who would end this process. */
const END_MS_MAX = 2_000;
/** Calls come first. */
const NICENESS = 19;

// The front decides when it goes: a signal to the whole container must not end it before what it has is written.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
stepBack();

const channel = new Socket({ fd: CHANNEL_FD, readable: true, writable: true });
const reader = new FrameReader(onFrame);
let writer: RecordWriter | undefined;
channel.on('data', (chunk) => reader.push(chunk));
channel.on('error', () => {}); // `close` follows
channel.on('close', endAlone);

/**
 * Linux shares the CPU between the sessions of a machine first, where no container does that: this process has one of its own, so
 * its niceness alone would say nothing.
 */
function stepBack(): void {
  const autogroup = '/proc/self/autogroup';
  for (const step of [() => setPriority(NICENESS), () => writeFileSync(autogroup, String(NICENESS))]) {
    try {
      step();
    } catch {
      // it may not be allowed, and need not be there
    }
  }
}

function onFrame({ type, payload }: Frame): void {
  if (type === ToWriter.record) writer?.add(payload);
  if (type === ToWriter.plan)
    writer = new RecordWriter(decodeMessage<WriterPlan>(payload), (ack) => send(FromWriter.ack, ack));
  if (type === ToWriter.close) void writer?.end().then(() => send(FromWriter.closed));
}

function send(type: (typeof FromWriter)[keyof typeof FromWriter], message?: object): void {
  if (channel.destroyed) return;
  for (const part of writerFrame(type, message)) channel.write(part);
}

/** The front is gone: what is here is written, if that is soon done. */
function endAlone(): void {
  // By a signal: an exit would wait for a file system that hangs.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), END_MS_MAX);
  void Promise.resolve(writer?.end()).then(() => process.exit(0));
}
