import { randomBytes } from 'node:crypto';
import type { ServerOptions } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { nodeHttps } from '../node-http.js';
import type { Certificate } from './certificate.js';

/** With what the first byte of a TLS connection says that a handshake follows. @see RFC 8446, 5.1 */
const HANDSHAKE = 0x16;
const TICKET_KEY_BYTES = 48;

/** What becomes of connections. */
export interface HttpsEvents {
  /** TLS is set up: requests follow. */
  readonly onSecure: (socket: TLSSocket) => void;
  /** Something else than TLS has come. */
  readonly onPlain: (socket: Socket) => void;
}

/** A server of HTTPS that knows which of its connections have not got as far as a request can. */
export class HttpsListener {
  readonly server: HttpsServer;
  readonly #handshakeMsMax: number;
  readonly #events: HttpsEvents;
  /** Connections on which TLS is not set up yet, by where they come from: Node does not tell which of them is which later. */
  readonly #unfinished = new Map<string, Socket>();

  constructor(options: ServerOptions, certificate: Certificate, handshakeMsMax: number, events: HttpsEvents) {
    this.#handshakeMsMax = handshakeMsMax;
    this.#events = events;
    this.server = nodeHttps().createServer({
      ...options,
      ...certificate.options,
      handshakeTimeout: handshakeMsMax,
      // A client without a certificate may ask for health: the guard sees to the rest, and says why it refuses.
      requestCert: certificate.options.ca !== undefined,
      rejectUnauthorized: false,
    });
    certificate.onChange((changed) => {
      this.server.setSecureContext(changed);
      // A session that is resumed is not verified again: none of before may be.
      this.server.setTicketKeys(randomBytes(TICKET_KEY_BYTES));
    });
    this.#lookAtFirstByte();
    this.server.on('secureConnection', (socket) => {
      this.#unfinished.delete(originOf(socket));
      events.onSecure(socket);
    });
  }

  /** Ends the connections on which no request can have come. */
  destroyUnfinished(): void {
    for (const socket of this.#unfinished.values()) socket.destroy();
  }

  /** Node's own listener begins a handshake on every connection, and drops what comes instead of one without a word. */
  #lookAtFirstByte(): void {
    const [beginHandshake] = this.server.listeners('connection') as [(socket: Socket) => void];
    this.server.removeAllListeners('connection');
    this.server.on('connection', (connection) => {
      const socket = connection as Socket;
      const origin = originOf(socket);
      this.#unfinished.set(origin, socket);
      const silent = setTimeout(() => socket.destroy(), this.#handshakeMsMax);
      socket
        .on('error', () => {}) // it is destroyed, and that is all
        .once('close', () => {
          clearTimeout(silent);
          if (this.#unfinished.get(origin) === socket) this.#unfinished.delete(origin);
        })
        .once('readable', () => {
          const first = socket.read() as Buffer | null;
          if (first === null) return void socket.destroy(); // it ended before it began
          clearTimeout(silent);
          socket.unshift(first);
          if (first[0] === HANDSHAKE) return beginHandshake.call(this.server, socket);
          this.#unfinished.delete(origin);
          this.#events.onPlain(socket);
        });
    });
  }
}

/** No two connections that are open have the same. */
function originOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
