import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { parseReply, type RawReply } from './raw-http.js';

const NOTHING = Buffer.alloc(0);

interface Waiting {
  readonly resolve: (reply: RawReply) => void;
  readonly reject: (error: Error) => void;
}

/** A keep-alive connection for one call at a time, on which nothing may come but the answers to its calls. */
export class StrictConnection {
  readonly #socket: Socket;
  #received: Buffer = NOTHING;
  #waiting: Waiting | undefined;
  #ended: string | undefined;
  #stray = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#onData(chunk));
    const end = (how: string) => {
      this.#ended ??= how;
      this.#waiting?.reject(new Error(this.#ended));
      this.#waiting = undefined;
    };
    socket.on('error', (error: NodeJS.ErrnoException) => end(String(error.code)));
    socket.on('end', () => end('closed without an answer'));
    socket.on('close', () => end('closed'));
  }

  /** @param tls - Connects with TLS, by these options. */
  static async open(port: number, tls?: ConnectionOptions): Promise<StrictConnection> {
    const to = { port, host: '127.0.0.1', noDelay: true };
    const socket = tls ? connectTls({ ...to, ...tls }) : connect(to);
    await once(socket, tls ? 'secureConnect' : 'connect');
    return new StrictConnection(socket);
  }

  /** How it was ended by the other side, if it was. */
  get ended(): string | undefined {
    return this.#ended;
  }

  /** What came that nobody had asked for, behind an answer or while no call was out. */
  get stray(): string {
    return this.#stray;
  }

  /** Rejects if the connection ends before the whole answer is there. */
  call(request: string | Uint8Array): Promise<RawReply> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) return reject(new Error(this.#ended));
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  /** Leaves without waiting for anything. */
  close(): void {
    this.#ended ??= 'closed here';
    this.#socket.destroy();
  }

  #onData(chunk: Buffer): void {
    if (!this.#waiting) {
      this.#stray += chunk.toString('latin1');
      return;
    }
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const whole = wholeReply(this.#received);
    if (!whole) return;
    this.#stray += whole.behind.toString('latin1');
    this.#received = NOTHING;
    const { resolve } = this.#waiting;
    this.#waiting = undefined;
    resolve(whole.reply);
  }
}

/** The reply in the bytes and what lies behind it, or undefined while it is not whole. */
function wholeReply(bytes: Buffer): { reply: RawReply; behind: Buffer } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const reply = parseReply(bytes);
  if (reply.chunks) {
    if (!reply.terminated) return undefined;
    return { reply, behind: bytes.subarray(bytes.indexOf('\r\n0\r\n\r\n', headEnd) + 7) };
  }
  const length = reply.headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1];
  const end = headEnd + 4 + Number(length);
  return bytes.length < end ? undefined : { reply, behind: bytes.subarray(end) };
}
