import { flag, integer, integerOr, listOf, object, oneOf, type Settings } from '../setting.js';

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

export const modelsSettings: Settings<ModelsConfig> = {
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
