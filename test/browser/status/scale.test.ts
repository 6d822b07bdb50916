import { describe, expect, it } from 'vitest';
import { linearScale, logScale } from '../../../src/browser/status/scale.js';

describe('linearScale()', () => {
  it.each([
    [0, [0, 0.5, 1]],
    [1, [0, 0.5, 1]],
    [3.2, [0, 2.5, 5]],
    [980, [0, 500, 1000]],
    [1001, [0, 1000, 2000]],
    [0.03, [0, 0.025, 0.05]],
  ])('of at most %d', (max, ticks) => {
    const scale = linearScale(max);
    expect(scale.ticks).toEqual(ticks);
    expect([scale.at(0), scale.at(ticks[2] as number)]).toEqual([0, 1]);
    expect(scale.at(max)).toBeLessThanOrEqual(1);
  });

  it('has round numbers of a unit', () => {
    expect(linearScale(310 * 2 ** 20, 2 ** 20).ticks.map((tick) => tick / 2 ** 20)).toEqual([0, 250, 500]);
    expect(linearScale(0, 2 ** 20).ticks).toEqual([0, 2 ** 19, 2 ** 20]);
  });
});

describe('logScale()', () => {
  it.each([
    [[], [1, 2, 5, 10]],
    [[5], [0.5, 1, 2, 5]], // ten times the least, at least
    [
      [1.2, 8],
      [1, 2, 5, 10],
    ],
    [
      [0.8, 7.8, 66],
      [1, 10, 100],
    ],
    [
      [0.05, 60_000],
      [0.1, 10, 1000, 100_000],
    ],
  ])('of %j', (values, ticks) => {
    const scale = logScale(values);
    expect(scale.ticks).toEqual(ticks);
    for (const place of [...values, ...ticks].map((value) => scale.at(value))) {
      expect(place).toBeGreaterThanOrEqual(-1e-9);
      expect(place).toBeLessThanOrEqual(1 + 1e-9);
    }
  });

  it('gives each factor the same room', () => {
    const { at } = logScale([1, 100]);
    expect(at(10) - at(1)).toBeCloseTo(at(100) - at(10), 10);
  });
});
