import { integer, integerOr, oneOf, type Settings } from '../setting.js';

/** Workers, and the calls that wait for them. */
export interface PoolConfig {
  readonly workers: number;
  readonly workerConcurrency: number;
  readonly deadlineMs: number;
  readonly runMsMax: number;
  readonly callsMax: number;
  readonly bytesMax: 'auto' | number;
  readonly queueWaitMsMax: number;
  readonly batchWaitMsMax: number;
  readonly streamIdleMsMax: number;
  readonly retry: 'on' | 'off';
  readonly replacement: 'beside' | 'in-place';
  readonly recycleCalls: number;
  readonly recycleBytes: number;
}

const TIMER_MS_MAX = 2 ** 31 - 1;

export const poolSettings: Settings<PoolConfig> = {
  workers: integer({
    env: 'WORKER_COUNT',
    flag: 'worker_count',
    default: 1,
    min: 1,
    max: 1024,
    help: 'Worker processes, each with its own copy of the entry module and its models.',
  }),
  workerConcurrency: integer({
    env: 'SCOREHOST_WORKER_CONCURRENCY',
    flag: 'worker_concurrency',
    default: 1,
    min: 1,
    max: 1024,
    help: 'Calls of run(), or batches, that each worker is given at once. More than 1 is for a run() that waits for something, such as another service.',
  }),
  deadlineMs: integer({
    env: 'SCORING_TIMEOUT_MS',
    default: 60_000,
    min: 0,
    max: TIMER_MS_MAX,
    help: 'Milliseconds a call may take, waiting included, to the first byte of its reply; then 504. 0: no limit.',
  }),
  runMsMax: integer({
    env: 'SCOREHOST_RUN_TIMEOUT_MS',
    default: 0,
    min: 0,
    max: TIMER_MS_MAX,
    help: 'Milliseconds a run may take before its worker is killed and replaced, which saves the calls behind one that does not end. 0: 250 ms longer than the scoring timeout.',
  }),
  callsMax: integer({
    env: 'SCOREHOST_MAX_CONCURRENT_REQUESTS',
    default: 256,
    min: 1,
    help: 'Calls that may be received, wait or run at once; more are answered 429.',
  }),
  bytesMax: integerOr({
    env: 'SCOREHOST_MAX_CONCURRENT_BYTES',
    default: 'auto',
    words: ['auto'],
    min: 1024,
    max: Number.MAX_SAFE_INTEGER,
    help: 'Bytes of the bodies that are received, wait or run at once; more are answered 429. auto: a quarter of the memory that the container may use.',
  }),
  queueWaitMsMax: integer({
    env: 'SCOREHOST_MAX_QUEUE_WAIT_MS',
    default: 5_000,
    min: 1,
    max: TIMER_MS_MAX,
    help: 'Milliseconds a call may wait for a worker; then 429.',
  }),
  batchWaitMsMax: integer({
    env: 'SCOREHOST_BATCH_WAIT_MS',
    flag: 'batch_wait_ms',
    default: 0,
    min: 0,
    max: 60_000,
    help: 'Milliseconds a call may wait, though a worker is free, for others to fill its batch. 0: a free worker takes what waits.',
  }),
  streamIdleMsMax: integer({
    env: 'SCOREHOST_STREAM_IDLE_MS',
    default: 30_000,
    min: 1,
    max: TIMER_MS_MAX,
    help: 'Milliseconds between two chunks of a streamed reply; then the connection is cut.',
  }),
  retry: oneOf({
    env: 'SCOREHOST_RETRY',
    default: 'on',
    values: ['on', 'off'],
    help: 'Whether a call is run once more when its worker died under it, or its batch failed. off: 502, or 500, at once.',
  }),
  replacement: oneOf({
    env: 'SCOREHOST_REPLACEMENT',
    default: 'beside',
    values: ['beside', 'in-place'],
    help: 'How a worker is replaced by a reload or recycled. beside: the successor is ready before the old one goes; one copy more must fit into memory. in-place: the old one goes first, and calls wait.',
  }),
  recycleCalls: integer({
    env: 'SCOREHOST_RECYCLE_CALLS',
    default: 0,
    min: 0,
    help: 'Calls after which a worker is replaced by a fresh one. 0: never.',
  }),
  recycleBytes: integer({
    env: 'SCOREHOST_RECYCLE_BYTES',
    default: 0,
    min: 0,
    help: 'Bytes of resident memory above which a worker is replaced by a fresh one. 0: never.',
  }),
};
