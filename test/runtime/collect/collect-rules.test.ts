import { describe, expect, it } from 'vitest';
import { isSampled, rateOf } from '../../../src/runtime/collect/collect-rules.js';

const ids = Array.from({ length: 20_000 }, (_, i) => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`);
const sampled = (rate: number) => ids.filter((id) => isSampled(id, rate));

describe('isSampled()', () => {
  it('takes all at 1, none at 0', () => {
    expect(sampled(1)).toHaveLength(ids.length);
    expect(sampled(0)).toHaveLength(0);
    expect(isSampled('', 1)).toBe(true);
  });

  it.each([0.01, 0.1, 0.5, 0.9])('takes a share of %d, also of ids that differ in their last digits alone', (rate) => {
    // Five standard deviations of a share that is drawn by chance.
    const tolerance = 5 * Math.sqrt((rate * (1 - rate)) / ids.length);
    expect(Math.abs(sampled(rate).length / ids.length - rate)).toBeLessThan(tolerance);
  });

  it('takes what a smaller share takes, too', () => {
    const larger = new Set(sampled(0.5));
    expect(sampled(0.1).every((id) => larger.has(id))).toBe(true);
  });
});

describe('rateOf()', () => {
  const rules = { rates: { model_inputs: 0.5 }, otherRate: 0.25, recordBytesMax: 1 };

  it('is that of the collection, whatever the case of its name, or that of all others', () => {
    expect(rateOf(rules, 'Model_Inputs')).toBe(0.5);
    expect(rateOf(rules, 'drift')).toBe(0.25);
    expect(rateOf(rules, 'constructor')).toBe(0.25);
  });
});
