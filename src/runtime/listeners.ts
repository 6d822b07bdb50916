import type { AddressInfo } from 'node:net';
import type { HostError } from '../errors.js';
import type { HttpConfig, LogConfig, TlsConfig } from './config/settings.js';
import { AccessLog } from './http/access-log.js';
import { createHandler, type HandlerParts } from './http/handler.js';
import type { RouteName } from './http/route.js';
import type { Security } from './http/security.js';
import { HttpServer, type ServerEvents, type TlsParts } from './http/server.js';
import { plainHttpHandler } from './http/tls/plain-http.js';

/** What is the same on every port. */
export interface ListenerParts
  extends Omit<HandlerParts, 'config' | 'accessLog' | 'serves' | 'exchangeSettings' | 'guard'> {
  readonly http: HttpConfig;
  readonly logConfig: LogConfig;
  readonly tls: TlsConfig;
  /** `scorehost/0.1.0` */
  readonly serverVersion: string;
  /** Of what never becomes a request. */
  readonly events: ServerEvents;
}

/** All that the host listens on: its port, and where settings say so one for health, and one for scrapes. */
export class Listeners {
  readonly #parts: ListenerParts;
  readonly #security: Security;
  readonly #accessLog: AccessLog;
  readonly #servers: HttpServer[] = [];
  /** Nothing listens any more, and connections are closed behind their answer. */
  #closing = false;

  constructor(parts: ListenerParts, security: Security) {
    this.#parts = parts;
    this.#security = security;
    this.#accessLog = new AccessLog(parts.log, parts.logConfig);
  }

  /**
   * @returns the URL of the main port.
   * @throws {HostError} `LISTEN_FAILED`
   */
  async open(): Promise<string> {
    const { http, log } = this.#parts;
    const { port, healthPort, separateHealthPort, metricsPort } = http;
    const serves = (name: RouteName) => isServed(name, http);
    const url = await this.#listen(port, serves);
    if (separateHealthPort) log.info(`listening for health on ${await this.#listen(healthPort, serves)}`);
    if (typeof metricsPort === 'number') {
      const scraped = await this.#listen(metricsPort, (name) => name === 'metrics');
      log.info(`listening for scrapes on ${scraped}/metrics`);
    }
    return url;
  }

  get connectionCount(): number {
    return this.#servers.reduce((count, server) => count + server.connectionCount, 0);
  }

  /** Takes no new connections, and serves the open ones on until they are closed, for so long at most. */
  async drain(graceMs: number): Promise<void> {
    this.#closing = true;
    await Promise.all(this.#servers.map((server) => server.drain(graceMs)));
  }

  destroyConnections(): void {
    for (const server of this.#servers) server.destroyConnections();
  }

  /**
   * @param serves - Which routes are there.
   * @returns the URL of what listens there.
   */
  async #listen(port: number, serves: (name: RouteName) => boolean): Promise<string> {
    const { http, tls, log, events } = this.#parts;
    const serverVersion = http.serverVersionHeader ? this.#parts.serverVersion : undefined;
    const exchangeSettings = { serverVersion, closing: () => this.#closing, sendStallMsMax: http.sendStallMsMax };
    const { guard, certificate } = this.#security;
    const parts = { ...this.#parts, exchangeSettings, accessLog: this.#accessLog };
    const handler = createHandler({ ...parts, config: http, serves, guard });
    const tlsParts: TlsParts | undefined = certificate && {
      certificate,
      plainHandler: plainHttpHandler(tls.plainHttp, certificate, parts),
    };
    const onRefused = (error: HostError, requestId: string) => {
      this.#accessLog.onRefused(error, requestId);
      events.onRefused(error, requestId);
    };
    const server = new HttpServer(http, handler, serverVersion, log, { ...events, onRefused }, tlsParts);
    const address = await server.listen(port);
    this.#servers.push(server);
    return urlOf(certificate ? 'https' : 'http', address);
  }
}

/** Whether a route is on the main port. */
function isServed(name: RouteName, { docs, metricsPort, status }: HttpConfig): boolean {
  if (name === 'docs') return docs === 'on';
  if (name === 'metrics') return metricsPort === 'main';
  return !['status', 'statusEvents'].includes(name) || status === 'on';
}

function urlOf(scheme: 'http' | 'https', { family, address, port }: AddressInfo): string {
  return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
