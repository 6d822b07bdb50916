import { connect, type Socket } from 'node:net';
import { isWhole, parseReply } from './raw-http.js';

/** What became of the calls of a load. */
export interface LoadResult {
  /** Replies by status. */
  readonly statuses: Map<number, number>;
  /** Calls that were sent on an open connection and got no answer, with how the connection ended. */
  readonly lost: string[];
  /** New connections that were refused: the listener is closed. */
  readonly refused: number;
}

/**
 * Calls over keep-alive connections, one after the other on each, until the listener is closed or {@link stop} is
 * called. It counts every call that reached an open connection and was not answered.
 */
export class KeepAliveLoad {
  readonly #port: number;
  readonly #request: string | Uint8Array;
  readonly #statuses = new Map<number, number>();
  readonly #lost: string[] = [];
  readonly #connections: Promise<void>[];
  #refused = 0;
  #stopped = false;

  constructor(port: number, connections: number, request: string | Uint8Array) {
    this.#port = port;
    this.#request = request;
    this.#connections = Array.from({ length: connections }, () => this.#callOn());
  }

  get answered(): number {
    return [...this.#statuses.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Sends no new calls, waits for the answers of those that are out. */
  async stop(): Promise<LoadResult> {
    this.#stopped = true;
    return this.result();
  }

  /** Resolves when every connection has come to its end. */
  async result(): Promise<LoadResult> {
    await Promise.all(this.#connections);
    return { statuses: this.#statuses, lost: this.#lost, refused: this.#refused };
  }

  async #callOn(): Promise<void> {
    while (!this.#stopped) {
      const socket = connect(this.#port, '127.0.0.1');
      if (!(await opened(socket))) {
        this.#refused++;
        return;
      }
      await this.#useUp(socket);
    }
  }

  /** Calls on one connection until a reply says that it is the last. */
  async #useUp(socket: Socket): Promise<void> {
    const replies = new ReplyReader(socket);
    for (;;) {
      socket.write(this.#request);
      const reply = await replies.next();
      if (typeof reply === 'string') {
        this.#lost.push(reply);
        return;
      }
      this.#statuses.set(reply.status, (this.#statuses.get(reply.status) ?? 0) + 1);
      const last = reply.headers.some(([name, value]) => /^connection$/i.test(name) && /close/i.test(value));
      if (last || this.#stopped) {
        socket.destroy();
        return;
      }
    }
  }
}

async function opened(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
}

/** Replies of one connection, one at a time. */
class ReplyReader {
  #received = Buffer.alloc(0);
  #ended: string | undefined;
  #wake = () => {};

  constructor(socket: Socket) {
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    const end = (how: string) => () => {
      this.#ended ??= how;
      this.#wake();
    };
    socket.on('error', (error) => end(String((error as NodeJS.ErrnoException).code))());
    socket.on('end', end('closed without an answer'));
    socket.on('close', end('closed'));
  }

  async next() {
    while (!isWhole(this.#received)) {
      if (this.#ended) return this.#ended;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const reply = parseReply(this.#received);
    this.#received = Buffer.alloc(0); // one call at a time: nothing can follow
    return reply;
  }
}
