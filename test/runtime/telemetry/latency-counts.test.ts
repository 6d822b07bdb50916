import { describe, expect, it } from 'vitest';
import { LatencyCounts } from '../../../src/runtime/telemetry/latency-counts.js';

const SHARES = [0.5, 0.95, 0.99];

/** Durations from 0.1 ms to 10 s, the small ones more often. */
const durations = Array.from({ length: 5000 }, (_, i) => 0.1 * 10 ** (5 * ((i * 0.618033) % 1) ** 2));

function counted(values: readonly number[]): LatencyCounts {
  const counts = new LatencyCounts();
  for (const value of values) counts.observe(value);
  return counts;
}

function exact(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  return SHARES.map((share) => sorted[Math.ceil(share * sorted.length) - 1] as number);
}

describe('the percentiles of LatencyCounts', () => {
  it('are those of the durations, within 15 %', () => {
    const found = counted(durations).percentiles(SHARES) as number[];
    for (const [i, value] of exact(durations).entries()) {
      expect((found[i] as number) / value).toBeGreaterThan(0.85);
      expect((found[i] as number) / value).toBeLessThan(1.15);
    }
  });

  it('are of both, where one has been added to another', () => {
    const [slow, fast] = [counted(durations.slice(0, 2000)), counted(durations.slice(2000))];
    slow.add(fast);
    expect(slow.percentiles(SHARES)).toEqual(counted(durations).percentiles(SHARES));
  });

  it('rise with the share', () => {
    const shares = Array.from({ length: 101 }, (_, i) => i / 100);
    const found = counted(durations).percentiles(shares) as number[];
    expect(found).toEqual([...found].sort((a, b) => a - b));
  });

  it('are none of no durations', () => expect(new LatencyCounts().percentiles(SHARES)).toBeUndefined());

  it.each([
    ['none', 0, 0, 0.05],
    ['below zero, as a clock may have it', -1, 0, 0.05],
    ['no number', Number.NaN, 0, 0.05],
    ['one microsecond', 0.001, 0, 0.05],
    ['a millisecond', 1, 0.85, 1.15],
    ['a minute', 60_000, 51_000, 69_000],
    ['an hour, which is beyond the last bound', 3_600_000, 200_000, 220_000],
  ])('of a duration that is %s', (_, ms, low, high) => {
    const [found] = counted([ms]).percentiles([0.5]) as [number];
    expect(found).toBeGreaterThanOrEqual(low);
    expect(found).toBeLessThanOrEqual(high);
  });
});
