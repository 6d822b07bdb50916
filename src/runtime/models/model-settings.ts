/** What the front tells the workers of models, and they it. A leaf: it imports nothing of ours. */

/** Execution providers of onnxruntime-node on Linux, by its names for them. */
export const EXECUTION_PROVIDERS = ['cpu', 'cuda', 'tensorrt'] as const;
export type ExecutionProvider = (typeof EXECUTION_PROVIDERS)[number];

/** How models are loaded, unless `loadModel()` says otherwise. They travel to the workers. */
export interface ModelSettings {
  /** The first that can compute a node does. */
  readonly executionProviders: readonly ExecutionProvider[];
  /** Whether a model may run on a later provider of the list, or on CPU, where one cannot be had. */
  readonly providerFallback: boolean;
  /** Which GPU, counted from 0. */
  readonly deviceId: number;
  /** Threads that compute inside of one node. */
  readonly intraOpThreads: number;
  /** Whether those threads wait for work by spinning: faster, where nobody else wants their cores. */
  readonly allowSpinning: boolean;
  /** As they were set: they are checked where they are used. */
  readonly sessionOptions: Readonly<Record<string, unknown>>;
  /** Whether a model is run once on zeros before it is handed out. */
  readonly warmUp: boolean;
  /** Folders whose `node_modules` are searched for optional packages, before the host's own. */
  readonly packageFolders: readonly string[];
}

/** Those of a process that no host has started: a test of an entry module. */
export const defaultModelSettings: ModelSettings = {
  executionProviders: ['cpu'],
  providerFallback: false,
  deviceId: 0,
  intraOpThreads: 0,
  allowSpinning: true,
  sessionOptions: {},
  warmUp: true,
  packageFolders: [],
};

/** What health and metrics say of a model that was loaded. */
export interface ModelReport {
  /** The name of its file or folder. */
  readonly name: string;
  readonly executionProvider: string;
  /** The provider that was asked for, where another is in effect. */
  readonly insteadOf?: string;
  /** Milliseconds that it took to load, warm-up included. */
  readonly loadMs: number;
}
