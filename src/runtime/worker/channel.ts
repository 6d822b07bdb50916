import { Socket } from 'node:net';
import { encodeCallFrame, encodeFrame, type Frame, FrameReader, FromWorker } from './frames.js';
import { encodeMessage } from './messages.js';

/** The file descriptor of the socket pair: the one behind stdin, stdout and stderr. */
const CHANNEL_FD = 3;
/** How long a frame that nothing waits for waits for another one. */
const LATER_MS = 5;

/** A worker's end of the socket pair. */
export class Channel {
  readonly #socket: Socket;
  #drained: Promise<void> | undefined;
  #later: Uint8Array[] = [];
  #laterBytes = 0;
  #laterTimer: NodeJS.Timeout | undefined;
  /** Called when the front is gone, or wants no more of this worker: the last moment in which something can be sent. */
  beforeEnd: (() => void) | undefined;

  /** @param onClose - The front is gone, or does not want this worker any more. */
  constructor(onFrame: (frame: Frame) => void, onClose: () => void, socket = openPair()) {
    this.#socket = socket;
    const reader = new FrameReader(onFrame);
    this.#socket.on('data', (chunk) => reader.push(chunk));
    this.#socket.on('error', () => {}); // a write that raced the end of the front; `close` follows
    this.#socket.on('end', () => {
      this.beforeEnd?.();
      this.#sendLate();
      this.#socket.end();
    });
    this.#socket.on('close', onClose);
  }

  /** Writes one frame; see {@link drained} for when the next large one may follow. */
  send(frame: readonly Uint8Array[]): void {
    if (frame.length === 1 && this.#later.length === 0) return this.#write(frame[0] as Uint8Array);
    this.#socket.cork();
    for (const part of frame) this.#write(part);
    if (this.#later.length > 0) this.#sendLate();
    this.#socket.uncork();
  }

  /** Writes one frame right behind the next that is sent, or soon: by itself it would wake the front once more. */
  sendLater(frame: readonly Uint8Array[]): void {
    for (const part of frame) {
      this.#later.push(part);
      this.#laterBytes += part.length;
    }
    this.#laterTimer ??= setTimeout(() => this.send([]), LATER_MS);
  }

  sendMessage(type: (typeof FromWorker)['ready' | 'failed' | 'log' | 'models' | 'metrics'], message: object): void {
    this.send(encodeFrame(type, encodeMessage(message)));
  }

  sendEnd(callId: number, message: object): void {
    this.send(encodeCallFrame(FromWorker.end, callId, encodeMessage(message)));
  }

  /** Bytes that the front has not taken yet. */
  get backlogBytes(): number {
    return this.#socket.writableLength + this.#laterBytes;
  }

  /** Resolves once what was written has left for the front: a synchronous run would hold it back. */
  async drained(): Promise<void> {
    await this.#drained;
  }

  #sendLate(): void {
    clearTimeout(this.#laterTimer);
    this.#laterTimer = undefined;
    const parts = this.#later;
    this.#later = [];
    this.#laterBytes = 0;
    for (const part of parts) this.#write(part);
  }

  #write(bytes: Uint8Array): void {
    if (!this.#socket.writable) return; // behind the end: an error would take along what still waits
    if (this.#socket.write(bytes) || this.#drained) return;
    this.#drained = new Promise((resolve) => {
      this.#socket.once('drain', () => {
        this.#drained = undefined;
        resolve();
      });
    });
  }
}

/** Half open: what waits here when the front wants no more of this worker is still sent. */
function openPair(): Socket {
  return new Socket({ fd: CHANNEL_FD, readable: true, writable: true, allowHalfOpen: true });
}
