import { describe, expect, it } from 'vitest';
import { CallContext } from '../../../src/runtime/worker/request-context.js';
import { RunningCalls } from '../../../src/runtime/worker/running-calls.js';

const context = (requestId: string) =>
  new CallContext({ requestId, method: 'POST', target: '/score', headers: [] }, () => {});

describe('the calls that run', () => {
  it('are found by their ids, in whatever order the others go', () => {
    const calls = new RunningCalls();
    const contexts = new Map([7, 3, 9, 4].map((id) => [id, context(String(id))]));
    for (const [id, one] of contexts) calls.add(id, one);
    for (const gone of [3, 4, 7, 9]) {
      calls.remove(gone);
      contexts.delete(gone);
      expect(calls.find(gone)).toBeUndefined();
      for (const [id, one] of contexts) expect(calls.find(id)).toBe(one);
    }
  });

  it('go once, whoever says so again', () => {
    const calls = new RunningCalls();
    const one = context('1');
    calls.add(1, one);
    calls.remove(2);
    calls.remove(2);
    expect(calls.find(1)).toBe(one);
    calls.remove(1);
    calls.remove(1);
    expect(calls.find(1)).toBeUndefined();
  });
});
