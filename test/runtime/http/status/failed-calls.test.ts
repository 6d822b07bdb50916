import { describe, expect, it } from 'vitest';
import { FailedCalls } from '../../../../src/runtime/http/status/failed-calls.js';

function call(at: number, status: number, code?: string) {
  return { at, status, requestId: `r${at}`, method: 'POST', path: '/score', ...(code ? { code } : {}) };
}

describe('FailedCalls', () => {
  it('lists the newest first', () => {
    const failed = new FailedCalls();
    failed.add(call(1, 500, 'RUN_FAILED'));
    failed.add(call(2, 400, 'INPUT_INVALID'));
    failed.add(call(3, 500, 'RUN_FAILED'));
    expect(failed.list().map(({ at }) => at)).toEqual([3, 2, 1]);
  });

  it('keeps the one failure that a flood of refusals followed', () => {
    const failed = new FailedCalls();
    failed.add(call(0, 502, 'WORKER_LOST'));
    for (let at = 1; at <= 10_000; at++) failed.add(call(at, 429, 'QUEUE_FULL'));
    expect(failed.list().map(({ at }) => at)).toEqual([10_000, 9_999, 9_998, 9_997, 9_996, 0]);
  });

  it('lists no more than twenty, of whatever kinds', () => {
    const failed = new FailedCalls();
    for (let at = 0; at < 100; at++) failed.add(call(at, 500 + (at % 10))); // user code may answer any status
    expect(failed.list()).toHaveLength(20);
    expect(failed.list()[0]).toEqual(call(99, 509));
  });
});
