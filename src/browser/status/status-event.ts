/** What `GET /status/events` sends: the contract between the host and its page. */

/** How calls to /score ended. */
export interface CallCounts {
  /** 2xx and 3xx. */
  readonly ok: number;
  /** 4xx without 429: the caller's doing. */
  readonly refused: number;
  /** 429: more came than the host takes. */
  readonly overload: number;
  /** 5xx, and replies that were cut off. */
  readonly failed: number;
  /** The client left before its reply. */
  readonly left: number;
}

/** Milliseconds below which so many percent of the calls ended. */
export interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** What happened in a span of time. */
export interface Span {
  /** How long it was. */
  readonly ms: number;
  readonly calls: CallCounts;
  /** null where no call was run. */
  readonly latency: Latency | null;
  /** Batches that were handed to workers, and the calls in them. */
  readonly batches: number;
  readonly batchCalls: number;
  /** The most calls that were seen to wait for a worker, and to be inside of the host. */
  readonly waitingMax: number;
  readonly inFlightMax: number;
}

/** A phase of a call, as docs/metrics.md names it, and how many milliseconds it took. */
export interface PhaseMean {
  readonly name: string;
  readonly ms: number;
}

/** A point of the plots. */
export interface Step extends Span {
  /** Counted from 1. */
  readonly number: number;
  /** Its end, in milliseconds since 1970. */
  readonly at: number;
  /** Of the front and the workers together. */
  readonly residentBytes: number;
}

export type WorkerState = 'starting' | 'idle' | 'busy' | 'unresponsive' | 'leaving';

export interface WorkerStatus {
  readonly number: number;
  readonly pid: number | undefined;
  readonly state: WorkerState;
  /** Calls that it has answered. */
  readonly calls: number;
  /** 0 until it has told. */
  readonly residentBytes: number;
  /** When its process was started, in milliseconds since 1970. */
  readonly startedAt: number;
}

/** A worker ended that was not asked to. */
export interface WorkerDeath {
  readonly at: number;
  /** As `scorehost_worker_deaths_total` names it. */
  readonly cause: string;
}

/** A call that did not end well: what the access log says of it, and no more. */
export interface FailedCall {
  readonly at: number;
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Of the table in docs/errors.md; none where user code answered by itself. */
  readonly code?: string;
  readonly reason?: string;
}

export interface ModelStatus {
  readonly name: string;
  readonly executionProvider: string;
  /** The provider that was asked for, where another is in effect. */
  readonly insteadOf?: string;
  readonly loadMs: number;
}

/** What the workers have loaded. */
export interface ServiceStatus {
  readonly kind: 'text' | 'typed' | 'raw';
  readonly loadMs: number;
  /** Calls that a batch may have. */
  readonly batchCallsMax: number;
  /** Another one when it was loaded again: the documents may have changed. */
  readonly loads: number;
}

export type HostState = 'starting' | 'ready' | 'unready' | 'draining';

/** One event. The first of a stream has all steps, others those that have ended since. */
export interface StatusEvent {
  /** The host's clock, in milliseconds since 1970. */
  readonly at: number;
  readonly state: HostState;
  /** Why it is ready or not, for a person. */
  readonly reason: string;
  readonly workersWanted: number;
  readonly version: string;
  readonly pid: number;
  readonly startedAt: number;
  /** Of the front alone. */
  readonly residentBytes: number;
  /** The file that is served. */
  readonly entryPath: string;
  readonly entryKind: 'module' | 'model';
  /** Whether there is a page at /docs. */
  readonly hasDocs: boolean;
  readonly service: ServiceStatus | null;
  readonly models: readonly ModelStatus[];
  readonly workers: readonly WorkerStatus[];
  /** Workers that have died since the start, and the last of them. */
  readonly deaths: number;
  readonly lastDeath: WorkerDeath | null;
  readonly waiting: number;
  readonly inFlight: number;
  readonly lastMinute: Span;
  /** Where the time of these calls went, phase by phase, on average; empty where that is not counted. */
  readonly phases: readonly PhaseMean[];
  /** The last seconds: what is going on now. */
  readonly lately: Span;
  /** How long a step is, and how many the host keeps. */
  readonly stepMs: number;
  readonly stepsMax: number;
  readonly steps: readonly Step[];
  /** Newest first. */
  readonly failedCalls: readonly FailedCall[];
}
