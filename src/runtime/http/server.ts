import type { ServerOptions } from 'node:http';
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net';
import { HostError } from '../../errors.js';
import type { HttpConfig } from '../config/settings.js';
import type { Log } from '../telemetry/log.js';
import { answerParserError, parserError } from './client-error.js';
import type { Exchange } from './exchange.js';
import { closeLingering } from './linger.js';
import { createServer, type IncomingMessage, type Server, ServerResponse } from './node-http.js';
import type { Certificate } from './tls/certificate.js';
import { HttpsListener } from './tls/https-server.js';

/** How often Node looks for requests that are over their time. */
const TIMEOUT_CHECK_MS = 1_000;
/** While draining, a connection on which nothing comes for so long is closed. */
const DRAIN_SILENCE_MS = 5_000;
/** … and cut off where the client does not close it too. Pools of connections look at one only when they want to use it. */
const CLOSE_SILENCE_MS = 500;

/** Requests that a connection may send ahead of an answer: each is kept until those before it are answered, and read. */
const SENT_AHEAD_MAX = 32;

const lastExchange = Symbol('lastExchange');
const sentAhead = Symbol('sentAhead');

/** A connection, with the exchange whose request is being read on it, or was last. */
interface Connection extends Socket {
  [lastExchange]?: Exchange;
  /** Requests that wait for the answer of one before them. */
  [sentAhead]?: number;
}

/** What is told of what never becomes a request. */
export interface ServerEvents {
  /** It was no HTTP, and was answered. */
  onRefused(error: HostError, requestId: string): void;
  /** A connection was closed as it came, as there are as many as there may be; or had sent too many requests ahead. */
  onDropped(): void;
}

export type Handler = (req: IncomingMessage, res: ServerResponse) => Exchange;

/** What HTTPS needs. */
export interface TlsParts {
  readonly certificate: Certificate;
  /** Answers plain HTTP that comes to the port. */
  readonly plainHandler: Handler;
}

/** A listener and its connections, and how they end. */
export class HttpServer {
  readonly #server: Server;
  readonly #config: HttpConfig;
  /** All that are open, also those on which TLS is not set up yet. */
  readonly #sockets = new Set<Socket>();
  /** Those that requests can come on: with TLS, the inner side of one of the former. */
  readonly #requestSockets = new Set<Socket>();
  readonly #https: HttpsListener | undefined;
  /** Connections on which something came that is no request: nothing behind it is read. */
  readonly #refused = new WeakSet<Socket>();
  #onEmpty: (() => void) | undefined;

  /** @param tls - For HTTPS. */
  constructor(
    config: HttpConfig,
    handler: Handler,
    serverVersion: string | undefined,
    log: Log,
    { onRefused, onDropped }: ServerEvents,
    tls?: TlsParts,
  ) {
    this.#config = config;
    const options = {
      requireHostHeader: false, // the reference takes requests without one, and nothing here is decided by it
      maxHeaderSize: config.headerBytesMax,
      headersTimeout: config.headersTimeoutMs,
      requestTimeout: Math.max(config.requestTimeoutMs, config.headersTimeoutMs),
      keepAliveTimeout: config.keepAliveMs,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      noDelay: true,
    };
    const refuse = (socket: Socket, refusal: HostError) => {
      const requestId = answerParserError(socket, refusal, serverVersion);
      if (requestId !== undefined) onRefused(refusal, requestId);
    };
    const plain = tls && this.#plainServer(options, tls.plainHandler, refuse);
    this.#https =
      tls &&
      new HttpsListener(options, tls.certificate, config.headersTimeoutMs, {
        onSecure: (socket) => this.#trackRequests(socket),
        onPlain: (socket) => plain?.emit('connection', socket),
      });
    this.#server = this.#https?.server ?? createServer(options);
    this.#server.maxConnections = config.connectionsMax;
    this.#server.maxHeadersCount = 0; // their bytes are limited; Node would drop those above a count in silence
    const onRequest = (req: IncomingMessage, res: ServerResponse) => {
      const socket: Connection = req.socket;
      if (socket.destroyed) return;
      const last = socket[lastExchange];
      if ((socket[sentAhead] ?? 0) >= SENT_AHEAD_MAX) {
        onDropped(); // there is no answer that it would read
        return void socket.destroy();
      }
      const exchange = handler(req, res);
      socket[lastExchange] = exchange;
      if (last && !last.ended) this.#followAhead(socket, exchange);
    };
    // Without the latter two, Node would answer `Expect` itself: before ids, limits and log.
    for (const event of ['request', 'checkContinue', 'checkExpectation'] as const) this.#server.on(event, onRequest);
    this.#server.on('connection', (socket) => {
      this.#track(socket);
      if (!tls) this.#trackRequests(socket);
    });
    this.#server.on('connect', (req: IncomingMessage, socket: Socket) => this.#onConnect(req, socket, onRequest));
    this.#server.on('clientError', (error, socket) => {
      // What fails before requests can come is a handshake: there is nobody who could read an answer.
      if (tls && !this.#requestSockets.has(socket as Socket)) {
        log.debug({ reason: error.message }, 'a TLS handshake failed');
        return void socket.destroy();
      }
      // The parser complains again of whatever comes behind the first error.
      if (this.#refused.has(socket as Socket)) return;
      this.#refused.add(socket as Socket);
      this.#onParserError(error, socket as Socket, (refusal) => refuse(socket as Socket, refusal));
    });
    this.#server.on('drop', onDropped);
  }

  /** @throws {HostError} `LISTEN_FAILED` */
  async listen(port: number): Promise<AddressInfo> {
    const { host } = this.#config;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => {
        const reason = error.code === 'EADDRINUSE' ? 'another process listens there' : error.message;
        reject(new HostError('LISTEN_FAILED', `Cannot listen on ${host}:${port}: ${reason}.`, { cause: error }));
      });
      this.#server.listen({ host, port, backlog: 4096 }, resolve);
    });
    return this.#server.address() as AddressInfo;
  }

  /** Connections that are open. */
  get connectionCount(): number {
    return this.#sockets.size;
  }

  /**
   * Takes no new connections, serves the open ones on, and resolves when the last is gone, or after `graceMs`.
   *
   * `http.Server#close` would also close what is idle at this moment, and cut calls that are on their way to it: only
   * the listener is closed. Answers say `Connection: close` meanwhile; silent connections are closed after a while.
   */
  async drain(graceMs: number): Promise<void> {
    NetServer.prototype.close.call(this.#server);
    const bytesRead = new Map([...this.#requestSockets].map((socket) => [socket, socket.bytesRead]));
    const silenceMs = Math.min(DRAIN_SILENCE_MS, this.#config.keepAliveMs);
    const closeSilent = setTimeout(() => this.#closeSilent(bytesRead), silenceMs);
    const cut = setTimeout(() => this.destroyConnections(), graceMs);
    if (this.#sockets.size > 0) await new Promise<void>((resolve) => (this.#onEmpty = resolve));
    clearTimeout(closeSilent);
    clearTimeout(cut);
  }

  destroyConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Requests that came whole before the error have their answers before the refusal. */
  #onParserError(error: NodeJS.ErrnoException, socket: Socket, answer: (refusal: HostError) => void): void {
    // The connection itself failed: nobody is there.
    if (error.syscall !== undefined) return void socket.destroy();
    const exchange = (socket as Connection)[lastExchange];
    const refusal = parserError(error);
    if (!exchange) answer(refusal);
    else if (exchange.req.complete) exchange.onceEnded(() => answer(refusal));
    else if (exchange.answered) exchange.onceEnded(() => closeLingering(socket));
    else exchange.breakOff(refusal);
  }

  /** Of a request that was sent ahead, Node does not tell when its connection ends. */
  #followAhead(socket: Connection, exchange: Exchange): void {
    const onClose = () => exchange.onConnectionClose();
    socket.once('close', onClose);
    socket[sentAhead] = (socket[sentAhead] ?? 0) + 1;
    exchange.onceEnded(() => {
      socket.off('close', onClose);
      socket[sentAhead] = (socket[sentAhead] ?? 1) - 1;
    });
  }

  /** Node has no reply to CONNECT, and takes its connection off the server: it is a request like any other here. */
  #onConnect(req: IncomingMessage, socket: Socket, onRequest: (req: IncomingMessage, res: ServerResponse) => void) {
    const answer = () => {
      if (!socket.writable) return void socket.destroy();
      const res = new ServerResponse(req);
      res.shouldKeepAlive = false;
      res.assignSocket(socket);
      res.once('finish', () => closeLingering(socket));
      socket.resume().on('error', () => {});
      onRequest(req, res);
    };
    const last = (socket as Connection)[lastExchange];
    if (last) last.onceEnded(answer);
    else answer();
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      if (this.#sockets.size === 0) this.#onEmpty?.();
    });
  }

  #trackRequests(socket: Socket): void {
    this.#requestSockets.add(socket);
    socket.setMaxListeners(0); // one for each request that was sent ahead
    socket.once('close', () => this.#requestSockets.delete(socket));
  }

  /** It listens nowhere: it is given the connections on which plain HTTP comes instead of TLS, for one answer each. */
  #plainServer(options: ServerOptions, handler: Handler, refuse: (socket: Socket, refusal: HostError) => void): Server {
    const server = createServer(options);
    for (const event of ['request', 'checkContinue', 'checkExpectation'] as const) server.on(event, handler);
    server.on('connection', (socket: Socket) => {
      // Nothing but this looks after its time: that is done by a server that listens.
      const timer = setTimeout(() => socket.destroy(), this.#config.headersTimeoutMs);
      socket.once('close', () => clearTimeout(timer));
    });
    server.on('connect', (_, socket) => socket.destroy());
    server.on('clientError', (error, socket) => {
      if (this.#refused.has(socket as Socket)) return;
      this.#refused.add(socket as Socket);
      refuse(socket as Socket, parserError(error));
    });
    return server;
  }

  /** Closes connections on which nothing has come since, and nothing is to be answered. */
  #closeSilent(bytesRead: ReadonlyMap<Socket, number>): void {
    this.#https?.destroyUnfinished();
    for (const socket of this.#requestSockets) {
      const waits = (socket as Connection)[lastExchange]?.ended ?? true;
      if (waits && bytesRead.get(socket) === socket.bytesRead) closeLingering(socket, CLOSE_SILENCE_MS);
    }
  }
}
