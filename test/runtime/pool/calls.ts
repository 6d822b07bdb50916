import type { Call } from '../../../src/runtime/pool/call.js';
import type { BatchTimes } from '../../../src/runtime/worker/frames.js';

/** Of a batch that took no time at all. */
export const noTimes: BatchTimes = { begunAtMs: 0, decodedAtMs: 0, stackedAtMs: 0, ranAtMs: 0, encodedAtMs: 0 };

let lastId = 0;

/** A call that waits, for tests of what is done with it. */
export function waitingCall(more: Partial<Call> = {}): Call {
  const id = ++lastId;
  return {
    id,
    onOutcome: () => {},
    state: 'waiting',
    bodyBytes: 100,
    message: { callId: id, head: '', body: [] },
    alone: false,
    deaths: 0,
    batch: undefined,
    limitMs: 0,
    admittedAtMs: 0,
    queuedAtMs: 0,
    decidedAtMs: 0,
    deadline: undefined,
    ownDeadline: undefined,
    queueWait: undefined,
    ...more,
  };
}
