import type { NumericType } from '../../dtype.js';
import type { ErrorCode, ErrorDetail } from '../../errors.js';
import type { ServiceInfo } from '../../schema/openapi/documents.js';
import type { CollectRules } from '../collect/collect-rules.js';
import type { MetricsMessage } from '../metric-updates.js';
import type { ModelReport, ModelSettings } from '../models/model-settings.js';
import type { EntryKind } from './entry/find-entry.js';

/** Payloads of the frames that carry JSON; `frames.ts` has the rest of the contract. */

export type { MetricsMessage };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Rows that a model which is served by itself may be given at once: as many as suit it, one, or so many. */
export type BatchSetting = 'auto' | 'off' | number;

/** `load`: what a worker needs to know to become ready. */
export interface LoadMessage {
  readonly entryPath: string;
  /** A model is served by itself. */
  readonly entryKind: EntryKind;
  readonly modelDir?: string;
  readonly appRoot: string;
  readonly jsonDepthMax: number;
  readonly strictOutput: boolean;
  readonly service: ServiceInfo;
  readonly models: ModelSettings;
  /** Whether `run()` is called once with the example of its schema, before the first call. */
  readonly warmUpRun: boolean;
  /** Whether the calls of a batch of user code that failed are run once more, alone. */
  readonly retry: boolean;
  /** Batches that are run at once; others wait until it is their turn. */
  readonly concurrency: number;
  readonly batch: BatchSetting;
  /** What is collected; undefined: nothing is. */
  readonly collect?: CollectRules;
  /** Only the documents are wanted: `init()` is not called. */
  readonly schemaOnly?: boolean;
}

/** `ready`: the schema travels to the front, so that the front never runs the user's code. */
export interface ReadyMessage {
  readonly kind: 'text' | 'typed' | 'raw';
  /** Whether a raw `run` answers CORS preflights itself. */
  readonly answersPreflights: boolean;
  /** Content types of bodies that it takes besides JSON. */
  readonly bodyTypes: readonly string[];
  /** OpenAPI documents as JSON text, by version. */
  readonly documents: Readonly<Record<'2' | '3' | '3.1', string>>;
  /** Calls that a batch may have: more than one where `run` takes them together. */
  readonly batchCallsMax: number;
  readonly loadMs: number;
}

/** `models`: those that are loaded now, whenever that changes. */
export interface ModelsMessage {
  readonly models: readonly ModelReport[];
}

/** `failed`: the entry module could not be loaded. */
export interface FailedMessage {
  readonly code: ErrorCode;
  /** Many lines, for a person: what was tried, where it failed, the fix. */
  readonly report: string;
}

/** The head of a call: all of it that is not the body. */
export interface CallHead {
  readonly requestId: string;
  readonly clientRequestId?: string | undefined;
  readonly traceparent?: string | undefined;
  readonly method: string;
  /** Path and query as they were sent. */
  readonly target: string;
  /** Names and values in turn, as they were sent. */
  readonly headers: readonly string[];
}

/** The head of a reply of kind `response` or `stream`. */
export interface ReplyHead {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
}

/** The head of a reply of kind `refused` or `failed`. */
export interface ErrorHead {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: readonly ErrorDetail[];
}

/** `end` of a stream. An error cuts the connection, as the status has left long since. */
export interface EndMessage {
  readonly error?: string;
}

/** `log`: a line of user code or of the worker. */
export interface LogMessage {
  readonly level: LogLevel;
  readonly message: string;
  readonly requestId?: string;
  readonly traceparent?: string;
  /** The line tells of what user code threw in a call: it is its stack. */
  readonly exception?: ThrownException;
}

/** What was thrown, in short. */
export interface ThrownException {
  /** The name of its class. */
  readonly type: string;
  readonly message: string;
}

/** What every record of data collection says of itself. */
interface CollectedCall {
  /** Of the call, or of what the entry module has collected outside one, in milliseconds since 1970. */
  readonly atMs: number;
  readonly requestId?: string | undefined;
  readonly clientRequestId?: string | undefined;
  /** As the entry module says it; else the request id stands for it. */
  readonly correlationId?: string | undefined;
}

/**
 * The head of what a `ModelDataCollector` has collected. Its data is JSON, or the elements of a tensor as they lie in memory:
 * to write them as text takes longer than many a model does.
 */
export interface CollectedData extends CollectedCall {
  readonly kind: 'data';
  /** By the names of today's collector: `model_inputs`, `model_outputs`, or one of the user. */
  readonly collection: string;
  readonly designation: string;
  readonly model: string;
  readonly modelVersion?: string | undefined;
  readonly service?: string | undefined;
  readonly workspace?: string | undefined;
  /** Of the file, for the designations `signals` and `general`. */
  readonly file?: string | undefined;
  readonly features?: readonly string[] | undefined;
  /** What was collected: `Tensor`, `DataFrame`, … */
  readonly dataType: string;
  /** Where the data is the elements of a tensor. */
  readonly tensor?: { readonly type: NumericType; readonly dims: readonly number[] } | undefined;
}

/** The head of a request or of an answer, collected without code; its data is the body. */
export interface CollectedPayload extends CollectedCall {
  readonly kind: 'request' | 'response';
  readonly contentType: string;
  readonly method?: string | undefined;
  /** Path and query. */
  readonly target?: string | undefined;
  /** Of a response. */
  readonly status?: number | undefined;
  /** Those that are to be collected, by their names in lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export type CollectHead = CollectedData | CollectedPayload;

/**
 * The head of a call on its way: its texts one below the other, in Latin-1. Nothing in a head can have a line end, and no
 * character of it is outside Latin-1, as HTTP has it. It is read in a fraction of the time that JSON takes.
 */
export function encodeCallHead(head: CallHead): string {
  const { requestId, clientRequestId = '', traceparent = '', method, target, headers } = head;
  return `${requestId}\n${clientRequestId}\n${traceparent}\n${method}\n${target}\n${headers.join('\n')}`;
}

/** The line that headers begin with. Without any there is one, and it is empty. */
const HEADERS_FROM = 5;

export function decodeCallHead(head: Buffer): CallHead {
  const lines = head.toString('latin1').split('\n');
  return {
    requestId: lines[0] as string,
    clientRequestId: lines[1] || undefined,
    traceparent: lines[2] || undefined,
    method: lines[3] as string,
    target: lines[4] as string,
    headers: lines.length > HEADERS_FROM + 1 ? lines.slice(HEADERS_FROM) : [],
  };
}

export function encodeMessage(message: object): Uint8Array {
  return Buffer.from(JSON.stringify(message));
}

/** Only for frames of the own peer: the shape is not checked again. */
export function decodeMessage<T>(payload: Uint8Array): T {
  return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString()) as T;
}
