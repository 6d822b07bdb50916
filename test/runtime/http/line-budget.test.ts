import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LineBudget } from '../../../src/runtime/http/line-budget.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('LineBudget', () => {
  it('lets so many lines of a second through, and tells once how many there were besides', () => {
    const told: number[] = [];
    const budget = new LineBudget(2, (lines) => told.push(lines));
    expect([0, 1, 2, 3, 999].map((ms) => budget.take(5_000 + ms))).toEqual([true, true, false, false, false]);
    vi.advanceTimersByTime(997);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual([3]);
    vi.advanceTimersByTime(10_000);
    expect(told).toEqual([3]);
  });

  it('begins anew with the next second, whether lines were left out or not', () => {
    const budget = new LineBudget(1, () => {});
    expect([0, 500, 1_000, 1_999, 2_500].map((ms) => budget.take(ms))).toEqual([true, false, true, false, true]);
  });

  it('has no limit at 0', () => {
    const budget = new LineBudget(0, () => expect.unreachable());
    for (let i = 0; i < 5_000; i++) expect(budget.take(0)).toBe(true);
    vi.advanceTimersByTime(5_000);
  });
});
