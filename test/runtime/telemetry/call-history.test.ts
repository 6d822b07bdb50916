import { beforeEach, describe, expect, it } from 'vitest';
import { CallHistory } from '../../../src/runtime/telemetry/call-history.js';

const NONE = { ok: 0, refused: 0, overload: 0, failed: 0, left: 0 };

let history: CallHistory;
beforeEach(() => {
  history = new CallHistory(3, 0);
});

/** Ends the step of so many seconds, five each. */
function endStep(number: number): void {
  history.endStep(number * 5000, 1_000_000 + number * 5000, 64);
}

describe('CallHistory', () => {
  it('has a step for each span, with what happened in it', () => {
    history.count('ok', 10);
    history.count('ok', 10);
    history.count('overload', undefined);
    history.countBatch(2);
    history.sample(3, 5);
    history.sample(1, 2);
    endStep(1);
    history.count('left', undefined);
    endStep(2);
    const [first, second] = history.steps();
    expect(first).toEqual({
      number: 1,
      at: 1_005_000,
      ms: 5000,
      residentBytes: 64,
      calls: { ...NONE, ok: 2, overload: 1 },
      latency: { p50: expect.closeTo(10, -0.5), p95: expect.closeTo(10, -0.5), p99: expect.closeTo(10, -0.5) },
      batches: 1,
      batchCalls: 2,
      waitingMax: 3,
      inFlightMax: 5,
    });
    expect(second).toEqual({
      number: 2,
      at: 1_010_000,
      ms: 5000,
      residentBytes: 64,
      calls: { ...NONE, left: 1 },
      latency: null, // the one call says nothing of how fast others are run
      batches: 0,
      batchCalls: 0,
      waitingMax: 0,
      inFlightMax: 0,
    });
  });

  it('says how long a step took, where its end came late', () => {
    history.endStep(9000, 1_009_000, 0);
    history.endStep(10_000, 1_010_000, 0);
    expect(history.steps().map(({ ms }) => ms)).toEqual([9000, 1000]);
  });

  it('keeps so many steps, and tells of those after one that is known', () => {
    for (let number = 1; number <= 5; number++) endStep(number);
    const numbers = (after?: number) => history.steps(after).map(({ number }) => number);
    expect(numbers()).toEqual([3, 4, 5]);
    expect(numbers(4)).toEqual([5]);
    expect(numbers(5)).toEqual([]);
  });

  it('sums up the last steps and what is open', () => {
    history.count('failed', 1000);
    endStep(1);
    for (let i = 0; i < 98; i++) history.count('ok', 1);
    history.countBatch(4);
    history.sample(7, 9);
    endStep(2);
    history.count('ok', 100);
    history.count('refused', undefined);
    history.countBatch(2);
    const last = history.last(1, 11_000);
    expect(last).toMatchObject({
      ms: 6000,
      calls: { ...NONE, ok: 99, refused: 1 },
      batches: 2,
      batchCalls: 6,
      waitingMax: 7,
      inFlightMax: 9,
    });
    expect(last.latency?.p50).toBeCloseTo(1, 0);
    expect(last.latency?.p99).toBeLessThan(120);
    expect(history.last(2, 11_000).calls).toEqual({ ...NONE, ok: 99, refused: 1, failed: 1 });
    expect(history.last(2, 11_000).latency?.p99).toBeGreaterThan(85);
    // To ask changes nothing.
    expect(history.last(1, 11_000)).toEqual(last);
  });
});
