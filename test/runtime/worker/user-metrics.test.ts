import { beforeEach, describe, expect, it } from 'vitest';
import { metrics, takeMetricUpdates } from '../../../src/runtime/worker/user-metrics.js';

beforeEach(() => void takeMetricUpdates());

describe('what an entry module counts', () => {
  it('is told once, by what has changed', () => {
    const counter = metrics.counter({ name: 'told_total', help: 'Told.', labelNames: ['kind', 'of'] });
    counter.inc({ kind: 'a', of: 1 });
    counter.inc({ of: '1', kind: 'a' }, 2);
    counter.inc({ kind: 'b' });
    const { defined, updates } = takeMetricUpdates() ?? {};
    expect(defined).toEqual([{ name: 'told_total', help: 'Told.', labelNames: ['kind', 'of'], type: 'counter' }]);
    const place = updates?.[0]?.[0];
    expect(updates).toEqual([
      [place, ['a', '1'], 3],
      [place, ['b', ''], 1],
    ]);
    expect(takeMetricUpdates()).toBeUndefined();
    counter.inc({ kind: 'a', of: 1 });
    expect(takeMetricUpdates()).toEqual({ defined: [], updates: [[place, ['a', '1'], 1]] });
  });

  it('is the last value of a gauge, and the buckets of a histogram', () => {
    const gauge = metrics.gauge({ name: 'last', help: 'Last.' });
    gauge.set(3);
    gauge.set(-1);
    const histogram = metrics.histogram({ name: 'sizes', help: 'Sizes.', buckets: [1, 2] });
    for (const value of [0, 1, 1.5, 3]) histogram.observe(value);
    expect(takeMetricUpdates()?.updates.map(([, , value]) => value)).toEqual([-1, { counts: [2, 1, 1], sum: 5.5 }]);
  });

  it('is one metric, however often it is asked for', () => {
    const options = { name: 'twice_total', help: 'Twice.' };
    metrics.counter(options).inc();
    metrics.counter(options).inc();
    const told = takeMetricUpdates();
    expect(told?.defined).toHaveLength(1);
    expect(told?.updates).toMatchObject([[expect.any(Number), [], 2]]);
  });

  it('stays a number, however much it is', () => {
    const counter = metrics.counter({ name: 'much_total', help: 'Much.', labelNames: ['constructor'] });
    for (let i = 0; i < 2; i++) counter.inc(Number.MAX_VALUE);
    counter.inc({ constructor: 'x'.repeat(200) } as never);
    const told = JSON.parse(JSON.stringify(takeMetricUpdates()?.updates.map(([, labels, value]) => [labels, value])));
    expect(told).toEqual([
      [[''], Number.MAX_VALUE],
      [['x'.repeat(128)], 1],
    ]);
  });

  it.each([
    ['a name that is none', () => metrics.counter({ name: '1st', help: 'x' }), "cannot be called '1st'"],
    ["a name of the host's", () => metrics.counter({ name: 'scorehost_x', help: 'x' }), "are the host's own"],
    ['no help', () => metrics.gauge({ name: 'helpless', help: '' }), 'needs a help'],
    [
      'a label that is none',
      () => metrics.gauge({ name: 'l', help: 'x', labelNames: ['a-b'] }),
      "cannot be called 'a-b'",
    ],
    ['the label of buckets', () => metrics.histogram({ name: 'l', help: 'x', labelNames: ['le'] }), "called 'le'"],
    [
      'buckets that fall',
      () => metrics.histogram({ name: 'f', help: 'x', buckets: [2, 1] }),
      'must be numbers that rise',
    ],
    [
      'a name that is taken',
      () => metrics.gauge({ name: 'twice_total', help: 'Twice.' }),
      'which is declared otherwise',
    ],
    ['a fall', () => metrics.counter({ name: 'twice_total', help: 'Twice.' }).inc(-1), 'cannot fall: got -1'],
    ['no number', () => metrics.gauge({ name: 'last', help: 'Last.' }).set(Number.NaN), 'was given NaN'],
    [
      'a label that was not declared',
      () => metrics.gauge({ name: 'last', help: 'Last.' }).set({ a: 1 }, 1),
      'no label a',
    ],
  ])('is refused for %s', (_, use, message) => expect(use).toThrow(message));
});
