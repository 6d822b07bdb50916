import type { Call } from '../../../src/runtime/pool/call.js';

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
    deadline: undefined,
    ownDeadline: undefined,
    queueWait: undefined,
    ...more,
  };
}
