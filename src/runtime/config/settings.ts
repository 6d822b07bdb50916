import { flag, integer, integerOr, list, listOf, object, oneOf, type Settings, text } from './setting.js';

/** What is served, and from where. */
export interface EntryConfig {
  readonly entry: string;
  readonly appRoot: string;
  readonly sourceDirectory: string;
  readonly modelDir: string;
  readonly jsonDepthMax: number;
  readonly strictOutput: boolean;
}

/** How the documents name the service. */
export interface ServiceConfig {
  readonly name: string;
  readonly version: string;
  readonly pathPrefix: string;
}

/** How models are loaded and run. */
export interface ModelsConfig {
  readonly executionProviders: readonly ('cpu' | 'cuda' | 'tensorrt')[];
  readonly providerFallback: boolean;
  readonly deviceId: number;
  readonly intraOpThreads: number;
  readonly sessionOptions: Readonly<Record<string, unknown>>;
  readonly warmUp: 'session' | 'run' | 'off';
  readonly batch: 'auto' | 'off' | number;
}

/** Workers, and the calls that wait for them. */
export interface PoolConfig {
  readonly workers: number;
  readonly deadlineMs: number;
  readonly callsMax: number;
  readonly queueWaitMsMax: number;
  readonly streamIdleMsMax: number;
  readonly retry: 'on' | 'off';
}

/** The server and its limits. */
export interface HttpConfig {
  readonly host: string;
  readonly port: number;
  readonly healthPort: number;
  readonly separateHealthPort: boolean;
  readonly corsOrigins: readonly string[];
  readonly serverVersionHeader: boolean;
  readonly docs: 'on' | 'off';
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

export interface LogConfig {
  readonly level: 'debug' | 'info' | 'warning' | 'error' | 'critical';
  readonly format: 'text' | 'json';
}

/** Everything the host is told, by the part it concerns. */
export interface Config {
  readonly entry: EntryConfig;
  readonly service: ServiceConfig;
  readonly models: ModelsConfig;
  readonly pool: PoolConfig;
  readonly http: HttpConfig;
  readonly log: LogConfig;
}

/** Azure's own limit for a request to an online endpoint. */
const BODY_BYTES_MAX = 100 * 1024 * 1024;

const entry: Settings<EntryConfig> = {
  entry: text({
    env: 'AZUREML_ENTRY_SCRIPT',
    flag: 'entry_script',
    default: '',
    help: 'Entry module or model: a file, or a folder with score.*, main.* or one model. The argument ENTRY wins. Without both, the app root.',
  }),
  appRoot: text({
    env: 'AML_APP_ROOT',
    default: '',
    help: 'Folder that a relative entry module starts from, and that has azureml-models/ in it. Default: the current one.',
  }),
  sourceDirectory: text({
    env: 'AZUREML_SOURCE_DIRECTORY',
    default: '',
    help: 'Folder below the app root that a relative entry module starts from.',
  }),
  modelDir: text({
    env: 'AZUREML_MODEL_DIR',
    flag: 'model_dir',
    default: '',
    help: 'Folder that modelPath() looks in first. Its model is served where no ENTRY is given and the app root has none.',
  }),
  jsonDepthMax: integer({
    env: 'SCOREHOST_JSON_DEPTH_MAX',
    default: 100,
    min: 1,
    max: 1000,
    help: 'Arrays and objects that may lie inside each other in a JSON body.',
  }),
  strictOutput: flag({
    env: 'SCOREHOST_STRICT_OUTPUT',
    default: false,
    help: 'Hold each result to the output schema: 500 where it differs. For tests and development, as it takes time.',
  }),
};

const service: Settings<ServiceConfig> = {
  name: text({ env: 'SERVICE_NAME', default: 'ML service', help: 'Title in the OpenAPI documents.' }),
  version: text({ env: 'SERVICE_VERSION', default: '1.0', help: 'Version in the OpenAPI documents.' }),
  pathPrefix: text({
    env: 'SERVICE_PATH_PREFIX',
    default: '',
    help: 'Prefix of the paths in the OpenAPI documents. It is printed, never routed.',
  }),
};

const models: Settings<ModelsConfig> = {
  executionProviders: listOf({
    env: 'SCOREHOST_EXECUTION_PROVIDERS',
    flag: 'execution_providers',
    values: ['cpu', 'cuda', 'tensorrt'],
    // What Python's onnxruntime calls them.
    aliases: {
      cpuexecutionprovider: 'cpu',
      cudaexecutionprovider: 'cuda',
      tensorrtexecutionprovider: 'tensorrt',
    },
    default: ['cpu'],
    help: 'Where models compute, the first choice first. One that cannot be had stops the start.',
  }),
  providerFallback: flag({
    env: 'SCOREHOST_EXECUTION_PROVIDER_FALLBACK',
    default: false,
    help: 'Whether a model may run on the next execution provider, or CPU, where one cannot be had. Health, log and metrics tell.',
  }),
  deviceId: integer({
    env: 'SCOREHOST_DEVICE_ID',
    default: 0,
    min: 0,
    max: 1024,
    help: 'Which GPU models run on, counted from 0.',
  }),
  intraOpThreads: integer({
    env: 'SCOREHOST_INTRA_OP_THREADS',
    default: 0,
    min: 0,
    max: 1024,
    help: 'Threads of each worker that compute inside one node of a model. 0: the CPUs that the container may use, divided by the workers.',
  }),
  sessionOptions: object({
    env: 'SCOREHOST_SESSION_OPTIONS',
    help: 'Options of ONNX Runtime sessions, such as {"graphOptimizationLevel": "basic"}.',
  }),
  warmUp: oneOf({
    env: 'SCOREHOST_WARM_UP',
    default: 'session',
    values: ['session', 'run', 'off'],
    help: 'What is run before the first call. session: each model, on zeros. run: run() too, on the example of its schema. off: nothing but an exported warmup(). A model that is served by itself is run on its example in any case.',
  }),
  batch: integerOr({
    env: 'SCOREHOST_BATCH',
    flag: 'batch',
    default: 'auto',
    words: ['auto', 'off'],
    min: 1,
    max: 4096,
    help: 'Rows that a model which is served by itself is given at once, where calls wait and a trial shows that rows do not mix. auto: 32.',
  }),
};

const pool: Settings<PoolConfig> = {
  workers: integer({
    env: 'WORKER_COUNT',
    flag: 'worker_count',
    default: 1,
    min: 1,
    max: 1024,
    help: 'Worker processes, each with its own copy of the entry module and its models.',
  }),
  deadlineMs: integer({
    env: 'SCORING_TIMEOUT_MS',
    default: 60_000,
    min: 0,
    max: 2 ** 31 - 1,
    help: 'Milliseconds a call may take, waiting included, to the first byte of its reply; then 504. 0: no limit.',
  }),
  callsMax: integer({
    env: 'SCOREHOST_MAX_CONCURRENT_REQUESTS',
    default: 256,
    min: 1,
    help: 'Calls that may be received, wait or run at once; more are answered 429.',
  }),
  queueWaitMsMax: integer({
    env: 'SCOREHOST_MAX_QUEUE_WAIT_MS',
    default: 5_000,
    min: 1,
    max: 2 ** 31 - 1,
    help: 'Milliseconds a call may wait for a worker; then 429.',
  }),
  streamIdleMsMax: integer({
    env: 'SCOREHOST_STREAM_IDLE_MS',
    default: 30_000,
    min: 1,
    max: 2 ** 31 - 1,
    help: 'Milliseconds between two chunks of a streamed reply; then the connection is cut.',
  }),
  retry: oneOf({
    env: 'SCOREHOST_RETRY',
    default: 'on',
    values: ['on', 'off'],
    help: 'Whether a call is run once more when its worker died under it. off: 502 at once.',
  }),
};

const http: Settings<HttpConfig> = {
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

const log: Settings<LogConfig> = {
  level: oneOf({
    env: 'AZUREML_LOG_LEVEL',
    flag: 'log_level',
    default: 'info',
    values: ['debug', 'info', 'warning', 'error', 'critical'],
    help: 'Least severe lines that are logged.',
  }),
  format: oneOf({
    env: 'SCOREHOST_LOG_FORMAT',
    flag: 'log_format',
    default: 'text',
    values: ['text', 'json'],
    help: 'How log lines are written: for a person, or one JSON object a line.',
  }),
};

/** Every setting there is: flags, variables, config file, `--help` and `docs/configuration.md` come from here. */
export const settings: { readonly [Section in keyof Config]: Settings<Config[Section]> } = {
  entry,
  service,
  models,
  pool,
  http,
  log,
};

/** The config file itself: read before the others, by `read.ts` alone. */
export const configFileSetting = text({
  env: 'AZUREML_CONFIG_FILE',
  flag: 'config_file',
  default: '',
  help: 'JSON or YAML file of settings by their variable names. Default: config.json in the app root, if there.',
});
