import type { HostError } from '../../errors.js';
import type { CallMessage } from '../worker/frames.js';
import type { ReplyHead } from '../worker/messages.js';
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
  /** Dropped when the call is done: nothing may hold a body longer than the call that brought it. */
  message: CallMessage | undefined;
  /** Whether it must not go to a worker with others: a batch that it was in has failed. */
  alone: boolean;
  /** Workers that died while they ran it. */
  deaths: number;
  deadline: TimeoutEntry<Call> | undefined;
  queueWait: TimeoutEntry<Call> | undefined;
}
