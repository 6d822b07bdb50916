import { flag, integer, integerOr, list, oneOf, type Settings, text } from '../setting.js';

/** The server and its limits. */
export interface HttpConfig {
  readonly host: string;
  readonly port: number;
  readonly healthPort: number;
  readonly separateHealthPort: boolean;
  readonly corsOrigins: readonly string[];
  readonly serverVersionHeader: boolean;
  readonly docs: 'on' | 'off';
  readonly metricsPort: 'main' | 'off' | number;
  readonly status: 'on' | 'off';
  readonly bodyBytesMax: number;
  readonly headerBytesMax: number;
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly bodyStallMsMax: number;
  readonly sendStallMsMax: number;
  readonly keepAliveMs: number;
  readonly connectionsMax: number;
  readonly drainDelayMs: number;
  readonly drainGraceMs: number;
}

/** Azure's own limit for a request to an online endpoint. */
const BODY_BYTES_MAX = 100 * 1024 * 1024;

export const httpSettings: Settings<HttpConfig> = {
  host: text({
    env: 'SCOREHOST_HOST',
    flag: 'host',
    default: '127.0.0.1',
    help: 'Address to listen on. 0.0.0.0: all, as in a container.',
  }),
  port: integer({
    env: 'SCOREHOST_PORT',
    flag: 'port',
    default: 5001,
    min: 0,
    max: 65535,
    help: 'Port to listen on. 0: any free one, which the log tells.',
  }),
  healthPort: integer({
    env: 'HEALTH_PORT',
    flag: 'health_port',
    default: 5000,
    min: 0,
    max: 65535,
    help: 'Second port with the same routes, if SEPERATE_HEALTH_ENDPOINT is true.',
  }),
  separateHealthPort: flag({
    env: 'SEPERATE_HEALTH_ENDPOINT',
    default: false,
    help: 'Listen on the health port too. (The spelling is the one of the reference.)',
  }),
  corsOrigins: list({
    env: 'AML_CORS_ORIGINS',
    flag: 'access_control_allow_origins',
    help: 'Origins that browsers may call from, exactly as they send them: https://app.example. *: all.',
  }),
  serverVersionHeader: flag({
    env: 'SERVER_VERSION_LOG_RESPONSE_ENABLED',
    default: true,
    help: 'Whether replies carry x-ms-server-version.',
  }),
  docs: oneOf({
    env: 'SCOREHOST_DOCS',
    default: 'on',
    values: ['on', 'off'],
    help: 'Whether /docs is a page that shows the OpenAPI document and sends calls. off: 404.',
  }),
  metricsPort: integerOr({
    env: 'SCOREHOST_METRICS_PORT',
    default: 'main',
    words: ['main', 'off'],
    min: 0,
    max: 65535,
    help: 'Where /metrics is: on the port of everything else, or on one of its own and there alone. off: nowhere, and calls are not counted.',
  }),
  status: oneOf({
    env: 'SCOREHOST_STATUS',
    default: 'on',
    values: ['on', 'off'],
    help: 'Whether /status is a page that shows what the host is doing: workers, latencies, queue, errors. off: 404.',
  }),
  bodyBytesMax: integer({
    env: 'SCOREHOST_BODY_BYTES_MAX',
    default: BODY_BYTES_MAX,
    min: 1,
    max: 500 * 1024 * 1024, // a body must fit into a string: V8 has room for 512 MiB
    help: 'Bytes of a request body, as sent and again after inflating; then 413.',
  }),
  headerBytesMax: integer({
    env: 'SCOREHOST_HEADER_BYTES_MAX',
    default: 16_384,
    min: 1_024,
    max: 1_048_576,
    help: 'Bytes of the request line and headers together; then 431.',
  }),
  headersTimeoutMs: integer({
    env: 'SCOREHOST_HEADERS_TIMEOUT_MS',
    default: 15_000,
    min: 1,
    max: 2 ** 31 - 1,
    help: 'Milliseconds the headers of a request may take; then 408.',
  }),
  requestTimeoutMs: integer({
    env: 'SCOREHOST_REQUEST_TIMEOUT_MS',
    default: 300_000,
    min: 1,
    max: 2 ** 31 - 1,
    help: 'Milliseconds a whole request, body included, may take to arrive; then 408.',
  }),
  bodyStallMsMax: integer({
    env: 'SCOREHOST_BODY_STALL_TIMEOUT_MS',
    default: 10_000,
    min: 1,
    max: 2 ** 31 - 1,
    help: 'Milliseconds between two pieces of a request body; then 408.',
  }),
  sendStallMsMax: integer({
    env: 'SCOREHOST_SEND_STALL_TIMEOUT_MS',
    default: 30_000,
    min: 1,
    max: 2 ** 31 - 1,
    help: 'Milliseconds in which a client takes nothing of its reply; then the connection is cut.',
  }),
  keepAliveMs: integer({
    env: 'SCOREHOST_KEEP_ALIVE_TIMEOUT_MS',
    default: 75_000,
    min: 1,
    max: 2 ** 31 - 1,
    help: 'Milliseconds a connection stays open without a request; longer than a load balancer in front keeps it.',
  }),
  connectionsMax: integer({
    env: 'SCOREHOST_CONNECTIONS_MAX',
    default: 10_000,
    min: 1,
    help: 'Connections open at once; more are closed as they come.',
  }),
  drainDelayMs: integer({
    env: 'SCOREHOST_DRAIN_DELAY_MS',
    default: 0,
    min: 0,
    max: 2 ** 31 - 1,
    help: 'Milliseconds after SIGTERM in which new connections are still taken, while readiness says no.',
  }),
  drainGraceMs: integer({
    env: 'SCOREHOST_DRAIN_GRACE_MS',
    default: 30_000,
    min: 0,
    max: 2 ** 31 - 1,
    help: 'Milliseconds after the drain delay in which open connections are served on; then they are cut.',
  }),
};
