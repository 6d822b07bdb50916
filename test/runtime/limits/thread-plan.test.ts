import { describe, expect, it } from 'vitest';
import { threadPlan } from '../../../src/runtime/limits/thread-plan.js';

/** Of a machine with so many CPUs, without a quota or with one. */
const limit = (available: number, quota?: number) => ({
  cpus: Math.min(available, quota ?? available),
  quota,
  available,
});

describe('threadPlan()', () => {
  it.each([
    [8, 1, 8],
    [8, 2, 4],
    [8, 3, 2],
    [2, 2, 1],
    [2, 8, 1],
    [1, 1, 1],
  ])('shares %i CPUs out among %i workers: %i threads each', (cpus, workers, threads) => {
    expect(threadPlan(limit(cpus), workers).intraOpThreads).toBe(threads);
  });

  it.each([
    [0.5, 1, 1],
    [1.5, 1, 1],
    [2.5, 1, 2],
    [3.5, 2, 1],
  ])('counts whole CPUs of a quota of %f for %i workers: %i threads each', (quota, workers, threads) => {
    expect(threadPlan(limit(16, quota), workers).intraOpThreads).toBe(threads);
  });

  it('lets the threads of a single worker spin where they leave the front a CPU', () => {
    expect(threadPlan(limit(4), 1, 3)).toEqual({ intraOpThreads: 3, allowSpinning: true });
    expect(threadPlan(limit(4), 1)).toEqual({ intraOpThreads: 4, allowSpinning: false });
  });

  it.each([2, 4, 8])('lets none of %i workers spin: they share the CPUs', (workers) => {
    expect(threadPlan(limit(4), workers).allowSpinning).toBe(false);
  });

  it.each([0.5, 2, 4, 64])('lets nobody spin under a quota of %f, which spinning uses up', (quota) => {
    expect(threadPlan(limit(4, quota), 1, 1).allowSpinning).toBe(false);
  });

  it('never has as many threads as CPUs where they spin', () => {
    const limits = [1, 2, 7, 64].flatMap((cpus) => [limit(cpus), limit(64, cpus), limit(64, cpus / 2)]);
    const plans = limits.flatMap((of) => [0, 1, 6, 7, 64].map((threads) => ({ of, ...threadPlan(of, 1, threads) })));
    const spinning = plans.filter(({ allowSpinning }) => allowSpinning);
    expect(spinning.length).toBeGreaterThan(0);
    for (const { of, intraOpThreads } of spinning) expect(intraOpThreads).toBeLessThan(of.cpus);
  });
});
