import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Call } from '../../../src/runtime/pool/call.js';
import { Deadlines, msLeft } from '../../../src/runtime/pool/deadlines.js';
import { RunEstimate } from '../../../src/runtime/pool/run-estimate.js';
import { waitingCall } from './calls.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('Deadlines', () => {
  const start = (limitMs: number, askedMs?: number) => {
    const passed: Call[] = [];
    const deadlines = new Deadlines(limitMs, (call) => passed.push(call));
    const call = waitingCall({ admittedAtMs: performance.now() });
    deadlines.start(call, askedMs);
    return { call, deadlines, passed };
  };

  it('pass when the time that all calls have is over', () => {
    const { call, passed } = start(100);
    vi.advanceTimersByTime(99);
    expect(passed).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(passed).toEqual([call]);
  });

  it.each([
    [100, 40, 40],
    [100, 400, 100],
    [0, 40, 40],
  ])('of %i ms where the caller asks for %i pass after %i', (limitMs, askedMs, ms) => {
    const { call, passed } = start(limitMs, askedMs);
    expect(call.limitMs).toBe(ms);
    vi.advanceTimersByTime(ms - 1);
    expect(passed).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(passed).toEqual([call]);
  });

  it.each([undefined, 40])('that are stopped never pass, asked for (%s) or not', (askedMs) => {
    const { call, deadlines, passed } = start(100, askedMs);
    deadlines.stop(call);
    vi.advanceTimersByTime(1000);
    expect(passed).toEqual([]);
  });

  it('of 0 are none', () => {
    const { call } = start(0);
    expect(msLeft(call, performance.now() + 1e9)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('RunEstimate', () => {
  const call = waitingCall({ admittedAtMs: 0, limitMs: 1000 });

  it('finds a call late that has less time left than a batch takes', () => {
    const estimate = new RunEstimate();
    expect(estimate.isLate(call, 999)).toBe(false); // nothing is known yet
    estimate.answered(100);
    expect(estimate.isLate(call, 899)).toBe(false);
    expect(estimate.isLate(call, 901)).toBe(true);
  });

  it('never finds a call late that has half its time left: one slow run would end all others', () => {
    const estimate = new RunEstimate();
    estimate.answered(60_000);
    expect(estimate.isLate(call, 499)).toBe(false);
    expect(estimate.isLate(call, 501)).toBe(true);
  });

  it('follows the batches that were answered last', () => {
    const estimate = new RunEstimate();
    estimate.answered(400);
    for (let i = 0; i < 100; i++) estimate.answered(10);
    expect(estimate.isLate(call, 985)).toBe(false);
    expect(estimate.isLate(call, 995)).toBe(true);
  });

  it('finds no call late that has no deadline', () => {
    const estimate = new RunEstimate();
    estimate.answered(400);
    expect(estimate.isLate(waitingCall({ limitMs: 0 }), 1e9)).toBe(false);
  });
});
