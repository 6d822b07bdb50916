import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { DIST } from '../../package-files.js';
import { type Frame, FrameReader } from '../worker/frames.js';
import { decodeMessage } from '../worker/messages.js';
import type { WriterPlan } from './collect-plan.js';
import { FromWriter, ToWriter, type WriterAck, writerFrame } from './writer-frames.js';

const WRITER_MAIN = join(DIST, 'runtime/collect/writer/main.js');
/** For one record of the greatest size, parsed. */
const HEAP_MEBIBYTES = 256;

export interface WriterEvents {
  onAck(ack: WriterAck): void;
  /** Nothing waits in it any more. */
  onClosed(): void;
  /** The last event: the process is gone. */
  onLost(how: string): void;
}

/**
 * The process that writes records. It is no thread of the front: Node waits for its threads when it ends, and a write to a file
 * system that hangs would keep the front from ending; a process is killed. It also outlives a front that dies, and writes
 * what it has.
 */
export class WriterProcess {
  readonly #child: ChildProcess;
  readonly #channel: Socket;
  readonly #events: WriterEvents;
  #lost = false;

  constructor({ sink, format, names, bufferBytesMax }: WriterPlan, events: WriterEvents) {
    this.#events = events;
    this.#child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MEBIBYTES}`, WRITER_MAIN], {
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
      env: environment(),
    });
    this.#channel = this.#child.stdio[3] as Socket;
    const reader = new FrameReader((frame) => this.#onFrame(frame));
    this.#channel.on('data', (chunk: Buffer) => reader.push(chunk));
    this.#channel.on('error', () => {}); // a write that raced its death
    this.#child.once('exit', (code, signal) => this.#onLost(signal ?? `exit code ${code}`));
    this.#child.once('error', ({ message }) => this.#onLost(message));
    const plan: WriterPlan = { sink, format, names, bufferBytesMax };
    for (const part of writerFrame(ToWriter.plan, plan)) this.write(part);
  }

  /** @param bytes - Whole frames. */
  write(bytes: Buffer): void {
    if (!this.#channel.destroyed) this.#channel.write(bytes);
  }

  /** Has it write what it has got, and go. */
  close(): void {
    for (const part of writerFrame(ToWriter.close)) this.write(part);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #onFrame({ type, payload }: Frame): void {
    if (type === FromWriter.ack) this.#events.onAck(decodeMessage<WriterAck>(payload));
    if (type === FromWriter.closed) this.#events.onClosed();
  }

  #onLost(how: string): void {
    if (this.#lost) return;
    this.#lost = true;
    this.#channel.destroy();
    this.#events.onLost(how);
  }
}

/** Without what is the host's own, keys and connection strings among it: what the writer needs it is told. */
function environment(): NodeJS.ProcessEnv {
  const own = /^(?:SCOREHOST_|AML_|AZUREML_|APPLICATIONINSIGHTS_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}
