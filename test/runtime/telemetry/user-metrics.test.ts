import client from 'prom-client';
import { beforeEach, describe, expect, it } from 'vitest';
import type { MetricDefinition } from '../../../src/runtime/metric-updates.js';
import { ScrapedMetrics } from '../../../src/runtime/telemetry/registry.js';
import { UserMetrics } from '../../../src/runtime/telemetry/user-metrics.js';
import { Scrape } from '../../support/scrape.js';

let warnings: string[];
let metrics: UserMetrics;
beforeEach(() => {
  warnings = [];
  metrics = new UserMetrics((message) => warnings.push(message));
});

const counter = { name: 'c_total', help: 'C.', type: 'counter', labelNames: ['kind'] } as const;
const gauge = { name: 'g', help: 'G.', type: 'gauge', labelNames: [] } as const;

async function scrape(): Promise<Scrape> {
  const registry = new client.Registry();
  metrics.addTo(new ScrapedMetrics(registry));
  return new Scrape(await registry.metrics());
}

describe('the metrics of entry modules', () => {
  it('are added up over all workers, whatever number each has given them', async () => {
    metrics.take(1, { defined: [gauge, counter], updates: [[1, ['x'], 2]] });
    metrics.take(2, { defined: [counter], updates: [[0, ['x'], 3]] });
    metrics.take(1, { defined: [], updates: [[1, ['y'], 1]] });
    const scraped = await scrape();
    expect(scraped.value('c_total', { kind: 'x' })).toBe(5);
    expect(scraped.value('c_total')).toBe(6);
  });

  it.each([
    ['sum', 9],
    ['min', 2],
    ['max', 7],
    ['average', 4.5],
  ] as const)('that rise and fall are shown as their %s', async (aggregate, expected) => {
    const defined = [{ ...gauge, aggregate }];
    metrics.take(1, { defined, updates: [[0, [], 2]] });
    metrics.take(2, { defined, updates: [[0, [], 7]] });
    metrics.take(3, { defined, updates: [[0, [], 100]] });
    metrics.forget(3);
    expect((await scrape()).value('g')).toBe(expected);
  });

  it('that are distributions have the buckets of all', async () => {
    const defined = [{ name: 'h', help: 'H.', type: 'histogram', labelNames: [], buckets: [1, 2] } as const];
    metrics.take(1, { defined, updates: [[0, [], { counts: [1, 0, 2], sum: 11 }]] });
    metrics.take(2, { defined, updates: [[0, [], { counts: [0, 1, 0], sum: 2 }]] });
    const scraped = await scrape();
    expect(['1', '2', '+Inf'].map((le) => scraped.value('h_bucket', { le }))).toEqual([1, 2, 4]);
    expect(scraped.value('h_sum')).toBe(13);
  });

  it('without labels are there before anything is counted', async () => {
    metrics.take(1, { defined: [{ ...counter, labelNames: [] }, gauge], updates: [] });
    expect((await scrape()).text).toContain('c_total 0');
    expect((await scrape()).value('g')).toBeUndefined();
  });

  it('begin anew where a reload declares them otherwise, and old workers change them no more', async () => {
    const labelled: MetricDefinition = { ...counter, labelNames: ['of'] };
    metrics.take(1, { defined: [counter], updates: [[0, ['x'], 2]] });
    metrics.take(2, { defined: [labelled], updates: [[0, ['y'], 1]] });
    metrics.take(1, { defined: [], updates: [[0, ['x'], 1]] });
    const scraped = await scrape();
    expect(scraped.value('c_total')).toBe(1);
    expect(scraped.values('c_total', 'of')).toEqual(['y']);
  });

  it('are kept up to so many series, and up to so many metrics', async () => {
    const updates = Array.from({ length: 1_003 }, (_, i) => [0, [String(i)], 1] as const);
    metrics.take(1, { defined: [counter], updates });
    expect((await scrape()).value('c_total')).toBe(1_000);
    expect(metrics.dropped).toBe(3);
    const many = Array.from({ length: 600 }, (_, i) => ({ ...gauge, name: `g${i}` }));
    metrics.take(2, { defined: many, updates: [[599, [], 1]] });
    expect((await scrape()).names).toHaveLength(500);
    expect(metrics.dropped).toBe(4);
    expect(warnings).toEqual([
      'the metric c_total has too many series: further values of its labels are not counted',
      'metrics: 500 of the entry module are kept, g499 is not',
    ]);
  });

  it('have so many lines in a scrape at most', async () => {
    const buckets = Array.from({ length: 97 }, (_, i) => i);
    const histogram = { name: 'h', help: 'H.', type: 'histogram', labelNames: ['a'], buckets } as const;
    const updates = Array.from({ length: 300 }, (_, i) => [0, [String(i)], { counts: [1], sum: 0 }] as const);
    metrics.take(1, { defined: [histogram], updates: updates.map((update) => [...update]) as never });
    expect((await scrape()).values('h_count', 'a')).toHaveLength(200);
    metrics.take(2, { defined: [{ ...histogram, buckets: [1] }], updates: [] });
    metrics.take(2, { defined: [], updates: updates.map((update) => [...update]) as never });
    expect((await scrape()).values('h_count', 'a')).toHaveLength(300);
  });

  it('of an older worker take nothing from those that its successor declares', async () => {
    metrics.take(2, { defined: [{ ...counter, labelNames: ['of'] }], updates: [[0, ['y'], 5]] });
    metrics.take(1, { defined: [counter], updates: [[0, ['x'], 1]] });
    metrics.take(2, { defined: [], updates: [[0, ['y'], 7]] });
    expect((await scrape()).value('c_total', { of: 'y' })).toBe(12);
  });

  it('are kept apart by all of their labels', async () => {
    const two = { ...counter, labelNames: ['a', 'b'] };
    metrics.take(1, {
      defined: [two],
      updates: [
        [0, ['a\0b', 'c'], 1],
        [0, ['a', 'b\0c'], 1],
      ],
    });
    expect((await scrape()).values('c_total', 'b')).toEqual(['c', 'b\0c']);
  });

  it('of the present leave room when their worker has gone', async () => {
    const labelled: MetricDefinition = { ...gauge, labelNames: ['of'] };
    for (const worker of [1, 2]) {
      const updates = Array.from({ length: 1_000 }, (_, i) => [0, [`${worker}-${i}`], 1] as const);
      metrics.take(worker, { defined: [labelled], updates });
      if (worker === 1) metrics.forget(1);
    }
    expect((await scrape()).value('g')).toBe(1_000);
    expect(metrics.dropped).toBe(0);
  });

  it('that no worker has declared are passed over', async () => {
    metrics.take(1, { defined: [], updates: [[5, [], 1]] });
    expect((await scrape()).names).toEqual([]);
  });
});
