import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Batch } from '../../../src/runtime/pool/batch.js';
import type { Call } from '../../../src/runtime/pool/call.js';
import { CallQueue } from '../../../src/runtime/pool/call-queue.js';
import { Dispatcher, type DispatchSettings } from '../../../src/runtime/pool/dispatcher.js';
import type { Seat } from '../../../src/runtime/pool/seat.js';
import { BATCHED_BODY_BYTES_MAX } from '../../../src/runtime/pool/take-batch.js';
import { ReplyKind, type ReplyMessage } from '../../../src/runtime/worker/frames.js';
import { noTimes, waitingCall } from './calls.js';

let seats: Seat[];
/** Ids of the calls of each batch that was sent. */
let sent: number[][];
let givenUp: [call: Call, code: string][];
let overran: number;
let queue: CallQueue;
let dispatcher: Dispatcher;

beforeEach(() => {
  vi.useFakeTimers();
  [seats, sent, givenUp, overran] = [[], [], [], 0];
  queue = new CallQueue(60_000, () => {});
});
afterEach(() => void vi.useRealTimers());

function start(settings: Partial<DispatchSettings> = {}, { batchCallsMax = 1, workers = 1 } = {}): void {
  const all = { workerConcurrency: 1, runMsMax: 1_000, batchWaitMsMax: 0, retry: 'on', ...settings } as const;
  dispatcher = new Dispatcher(all, queue, {
    ready: () => seats,
    onStarted: () => {},
    onReply: (_, call) => {
      if (call.state === 'running') call.state = 'done';
    },
    onGivenUp: (call, { code }) => {
      if (call.state === 'waiting') queue.remove(call, 'done');
      call.state = 'done';
      givenUp.push([call, code]);
    },
    onOverrun: () => overran++,
  });
  dispatcher.batchCallsMax = batchCallsMax;
  const sendBatch = (calls: readonly { callId: number }[]) => sent.push(calls.map(({ callId }) => callId));
  for (let i = 0; i < workers; i++) {
    seats.push({ worker: { sendBatch }, batches: [], streams: new Map() } as unknown as Seat);
  }
}

function arrive(count: number, more: Partial<Call> = {}): Call[] {
  const calls = Array.from({ length: count }, () => waitingCall({ state: 'receiving', ...more }));
  for (const call of calls) queue.add(call);
  dispatcher.dispatch();
  return calls;
}

/** As calls of many connections do that are read in one turn, which is not over yet. */
function comeOneByOne(count: number): Call[] {
  const calls = Array.from({ length: count }, () => waitingCall({ state: 'receiving' }));
  for (const call of calls) {
    queue.add(call);
    dispatcher.dispatchSoon();
  }
  return calls;
}

/** The worker answers the first batch that it has, after so long. */
function answer(seat: Seat, ms = 0, kind: ReplyKind = ReplyKind.json): void {
  vi.advanceTimersByTime(ms);
  const replies = (seat.batches[0]?.calls ?? []).map(
    ({ id }) => ({ callId: id, kind, runMs: 1, head: Buffer.alloc(0), body: Buffer.alloc(0) }) as ReplyMessage,
  );
  dispatcher.onReplies(seat, { times: noTimes, replies });
}

const seat = (i = 0) => seats[i] as Seat;
const ids = (calls: readonly Call[]) => calls.map(({ id }) => id);
const states = (calls: readonly Call[]) => calls.map(({ state }) => state);

/** Lets the dispatcher know how long a run takes. */
function know(ms: number): void {
  arrive(1);
  answer(seat(), ms);
  sent = [];
}

describe('calls that wait', () => {
  it('go to a free worker one by one, or as many as it takes', () => {
    start();
    const calls = arrive(3);
    expect(sent).toEqual([[calls[0]?.id]]);
    answer(seat(), 10);
    expect(sent).toHaveLength(2);
  });

  it('go together where the worker takes several, shared out among those that are free', () => {
    start({}, { batchCallsMax: 32, workers: 2 });
    const calls = arrive(10);
    expect(sent).toEqual([ids(calls.slice(0, 5)), ids(calls.slice(5))]);
  });

  it('leave together at the end of the turn in which they came, or when half of those that came last time are there', () => {
    start({}, { batchCallsMax: 32 });
    const first = comeOneByOne(1); // nothing is known yet
    expect(sent).toEqual([ids(first)]);
    const waiting = comeOneByOne(7);
    answer(seat(), 10); // 8 were here
    expect(sent[1]).toEqual(ids(waiting));
    answer(seat(), 10); // 7
    const half = comeOneByOne(4);
    expect(sent[2]).toEqual(ids(half));
    answer(seat(), 10);
    const fewer = comeOneByOne(1); // of 4
    expect(sent).toHaveLength(3);
    vi.runAllTimers();
    expect(sent[3]).toEqual(ids(fewer));
  });

  it('wait for others where they may, until the batch is full or their time is over', () => {
    start({ batchWaitMsMax: 50 }, { batchCallsMax: 3 });
    const calls = arrive(2);
    expect(sent).toEqual([]);
    const [third] = arrive(1) as [Call];
    expect(sent).toEqual([ids([...calls, third])]);
    answer(seat(), 10);
    const [late] = arrive(1) as [Call];
    vi.advanceTimersByTime(49);
    expect(sent).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(sent[1]).toEqual([late.id]);
  });

  it('are given up that have less time left than a run takes', () => {
    start();
    know(100);
    const [late, early] = [
      waitingCall({ limitMs: 300, admittedAtMs: performance.now() - 250 }),
      waitingCall({ limitMs: 300, admittedAtMs: performance.now() }),
    ];
    for (const call of [late, early]) queue.add(call);
    dispatcher.dispatch();
    expect(givenUp).toEqual([[late, 'DEADLINE_EXCEEDED']]);
    expect(sent).toEqual([[early.id]]);
  });
});

describe('short runs', () => {
  it('are sent ahead, as many as take 2 ms', () => {
    start();
    know(0.5);
    arrive(9);
    expect(sent).toHaveLength(1 + 4);
    answer(seat(), 0.5);
    expect(sent).toHaveLength(1 + 4 + 1);
  });

  it('are sent ahead as one batch where they go together, once they are half of all', () => {
    start({}, { batchCallsMax: 32 });
    know(0.5);
    const running = arrive(3);
    const waiting = arrive(2);
    answer(seat(), 0.5); // 5 were here
    expect(sent).toEqual([ids(running), ids(waiting)]);
    const [one, two, three] = [arrive(1), arrive(1), arrive(1)].flat() as [Call, Call, Call];
    expect(sent).toHaveLength(3);
    expect(sent[2]).toEqual(ids([one, two, three]));
    arrive(5);
    expect(sent).toHaveLength(3);
  });

  it('are not sent ahead to a busy worker while another is idle, nor behind a run that takes longer', () => {
    start({}, { workers: 2 });
    know(0.5);
    arrive(2);
    expect(seats.map(({ batches }) => batches.length)).toEqual([1, 1]);
    vi.advanceTimersByTime(3);
    arrive(5);
    expect(seats.map(({ batches }) => batches.length)).toEqual([1, 1]);
  });

  it.each([
    ['one with a large body', { bodyBytes: BATCHED_BODY_BYTES_MAX + 1 }],
    ['one that must be alone', { alone: true }],
  ])('do not wait behind %s, nor does it behind them', (_, odd) => {
    start();
    know(0.5);
    const [large] = arrive(1, odd) as [Call];
    arrive(1);
    expect(sent).toEqual([[large.id]]);
    answer(seat(), 0.5);
    arrive(1, odd);
    expect(seat().batches).toHaveLength(1);
  });

  it('have their time from where they are begun', () => {
    start();
    know(0.5);
    arrive(2);
    answer(seat(), 900);
    vi.advanceTimersByTime(999);
    expect(overran).toBe(0);
    vi.advanceTimersByTime(1);
    expect(overran).toBe(1);
  });
});

describe('the calls of a worker that is gone', () => {
  it('wait again before all others, alone; at the second death they are given up', () => {
    start();
    const [call, other] = arrive(2) as [Call, Call];
    const lost = seats.pop() as Seat;
    dispatcher.onLost(lost);
    expect([[...queue], call.alone, call.deaths]).toEqual([[call, other], true, 1]);
    lost.batches.length = 0;
    seats.push(lost);
    dispatcher.dispatch();
    seats.pop();
    dispatcher.onLost(lost);
    expect(givenUp).toEqual([[call, 'WORKER_LOST']]);
    expect([...queue]).toEqual([other]);
  });

  it('are not to blame where they were not begun', () => {
    start();
    know(0.5);
    const calls = arrive(3);
    const lost = seats.pop() as Seat;
    dispatcher.onLost(lost);
    expect(calls.map(({ deaths, alone }) => [deaths, alone])).toEqual([
      [1, true],
      [0, false],
      [0, false],
    ]);
    expect([...queue]).toEqual(calls);
  });

  it('are told apart where it was killed for one of them', () => {
    start({ workerConcurrency: 2 });
    const [stuck, beside] = arrive(2) as [Call, Call];
    (seat().batches[0] as { overran: boolean }).overran = true;
    dispatcher.onLost(seats.pop() as Seat);
    expect(givenUp).toEqual([[stuck, 'DEADLINE_EXCEEDED']]);
    expect([[...queue], beside.deaths, beside.alone]).toEqual([[beside], 0, false]);
  });

  it('are all suspects where a batch overran, and none where that may not be run again', () => {
    start({}, { batchCallsMax: 8 });
    const calls = arrive(2);
    (seat().batches[0] as { overran: boolean }).overran = true;
    dispatcher.onLost(seats.pop() as Seat);
    expect([states(calls), calls.map(({ alone, deaths }) => [alone, deaths])]).toEqual([
      ['waiting', 'waiting'],
      [
        [true, 0],
        [true, 0],
      ],
    ]);
  });

  it('are given up at once where nothing may be run again, but those that were not begun', () => {
    start({ retry: 'off' });
    know(0.5);
    const [first, second] = arrive(2) as [Call, Call];
    dispatcher.onLost(seats.pop() as Seat);
    expect(givenUp).toEqual([[first, 'WORKER_LOST']]);
    expect([...queue]).toEqual([second]);
  });
});

describe('replies', () => {
  it('that cannot be read are lost with the worker, but not what was answered before', () => {
    start({ retry: 'off' }, { batchCallsMax: 8 });
    const [first, second] = arrive(2) as [Call, Call];
    const { calls } = seat().batches[0] as Batch;
    const replies = calls.map(({ id }) => ({ callId: id, kind: ReplyKind.json }) as ReplyMessage);
    Object.defineProperty(second, 'state', {
      get: () => 'running',
      set: () => {
        throw new Error('no head');
      },
      configurable: true,
    });
    expect(() => dispatcher.onReplies(seat(), { times: noTimes, replies })).toThrow('no head');
    Object.defineProperty(second, 'state', { value: 'running', writable: true });
    dispatcher.onLost(seats.pop() as Seat);
    expect(first.state).toBe('done');
    expect(givenUp).toEqual([[second, 'WORKER_LOST']]);
  });

  it('that are of no batch of the worker are an error, and take nothing from it', () => {
    start();
    arrive(1);
    const reply = { callId: 999_999, kind: ReplyKind.json, runMs: 1, head: Buffer.alloc(0), body: Buffer.alloc(0) };
    expect(() => dispatcher.onReplies(seat(), { times: noTimes, replies: [reply as ReplyMessage] })).toThrow(
      'its replies do not fit its batch',
    );
    expect(seat().batches).toHaveLength(1);
  });

  it('that hand calls back make them wait again, unless nobody waits for them', () => {
    start({}, { batchCallsMax: 8 });
    const [first, second] = arrive(2) as [Call, Call];
    second.state = 'done';
    answer(seat(), 10, ReplyKind.againAlone);
    expect(sent[1]).toEqual([first.id]);
    expect([first.alone, second.alone]).toEqual([true, false]);
  });
});
