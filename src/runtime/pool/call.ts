import type { HostError } from '../../errors.js';
import type { CallMessage } from '../worker/frames.js';
import type { ReplyHead } from '../worker/messages.js';
import type { Batch } from './batch.js';
import type { ReplyStream } from './reply-stream.js';
import type { TimeoutEntry } from './timeout-list.js';

/** What a call ends with. */
export type Outcome =
  | {
      readonly kind: 'reply';
      /** undefined: 200 and JSON. */
      readonly head: ReplyHead | undefined;
      readonly body: Uint8Array;
      readonly runMs: number;
    }
  | { readonly kind: 'stream'; readonly head: ReplyHead; readonly body: ReplyStream; readonly runMs: number }
  | {
      readonly kind: 'error';
      readonly error: HostError;
      /** Whether the entry module is to blame: `x-ms-run-function-failed`. */
      readonly runFailed: boolean;
    };

/**
 * `receiving` its body → `waiting` in the queue → `running` in a worker → (`streaming` →) `done`. A call whose worker
 * died goes back from `running` to `waiting`.
 */
export type CallState = 'receiving' | 'waiting' | 'running' | 'streaming' | 'done';

/** A call inside the pool, from its admission to its outcome. */
export interface Call {
  readonly id: number;
  readonly onOutcome: (outcome: Outcome) => void;
  state: CallState;
  /** Of its body that count against the memory for bodies. */
  bodyBytes: number;
  /** Dropped when the call is done: nothing may hold a body longer than the call that brought it. */
  message: CallMessage | undefined;
  /** Whether nothing else may run in its worker beside it: it may be what made a batch fail, or a worker die. */
  alone: boolean;
  /** Workers that died while they ran it. */
  deaths: number;
  /** The batch it runs in, or has run in. */
  batch: Batch | undefined;
  /** Milliseconds from its admission to its deadline; 0: it has none. */
  limitMs: number;
  readonly admittedAtMs: number;
  /** When its body was there; 0: it is not yet. */
  queuedAtMs: number;
  /** When it was known what comes of it; 0: it is not yet. */
  decidedAtMs: number;
  /** Of the deadline that all calls have, or else a timer of its own. */
  deadline: TimeoutEntry<Call> | undefined;
  ownDeadline: NodeJS.Timeout | undefined;
  queueWait: TimeoutEntry<Call> | undefined;
}
