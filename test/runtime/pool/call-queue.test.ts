import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Call } from '../../../src/runtime/pool/call.js';
import { CallQueue } from '../../../src/runtime/pool/call-queue.js';
import { waitingCall } from './calls.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

let waited: Call[];
let queue: CallQueue;
beforeEach(() => {
  waited = [];
  queue = new CallQueue(100, (call) => waited.push(call));
});

function added(count: number): Call[] {
  const calls = Array.from({ length: count }, () => waitingCall({ state: 'receiving' }));
  for (const call of calls) queue.add(call);
  return calls;
}

describe('CallQueue', () => {
  it('has the calls that wait, in order of arrival', () => {
    const calls = added(3);
    expect([...queue]).toEqual(calls);
    expect([queue.size, calls.map(({ state }) => state)]).toEqual([3, ['waiting', 'waiting', 'waiting']]);
  });

  it('forgets a call that leaves, from wherever it stood', () => {
    const [first, second, third] = added(3) as [Call, Call, Call];
    queue.remove(second, 'done');
    expect([queue.size, [...queue]]).toEqual([2, [first, third]]);
    queue.remove(first, 'running');
    queue.remove(third, 'running');
    expect([queue.size, [...queue], second.state, third.state]).toEqual([0, [], 'done', 'running']);
  });

  it('takes calls back before all others', () => {
    const [first, second, third, fourth] = added(4) as [Call, Call, Call, Call];
    queue.remove(second, 'running');
    queue.remove(first, 'running');
    queue.remove(fourth, 'done');
    queue.putBack([first, second]);
    expect([queue.size, [...queue]]).toEqual([3, [first, second, third]]);
  });

  it('passes over a call that leaves while it is looked through', () => {
    const [first, second, third] = added(3) as [Call, Call, Call];
    const seen: Call[] = [];
    for (const call of queue) {
      seen.push(call);
      if (call === first) queue.remove(second, 'done');
    }
    expect(seen).toEqual([first, third]);
  });

  it('tells of a call that has waited too long, unless it has left or was put back', () => {
    const [first, second, third] = added(3) as [Call, Call, Call];
    queue.remove(first, 'running');
    queue.remove(second, 'running');
    queue.putBack([second]);
    vi.advanceTimersByTime(100);
    expect(waited).toEqual([third]);
  });

  it('is right after ten thousand calls have come and gone', () => {
    const [stays] = added(1) as [Call];
    for (let i = 0; i < 10_000; i++) {
      const [call] = added(1) as [Call];
      queue.remove(call, i % 2 === 0 ? 'done' : 'running');
    }
    expect([queue.size, [...queue]]).toEqual([1, [stays]]);
  });
});
