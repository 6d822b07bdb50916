import client from 'prom-client';
import { beforeEach, describe, expect, it } from 'vitest';
import type { MetricDefinition } from '../../../src/runtime/metric-updates.js';
import { ScrapedMetrics } from '../../../src/runtime/telemetry/registry.js';
import { UserMetrics } from '../../../src/runtime/telemetry/user-metrics.js';
import { Scrape } from '../../support/scrape.js';

let dropped: string[];
let metrics: UserMetrics;
beforeEach(() => {
  dropped = [];
  metrics = new UserMetrics((name) => dropped.push(name));
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
    const many = Array.from({ length: 600 }, (_, i) => ({ ...gauge, name: `g${i}` }));
    metrics.take(1, { defined: many, updates: [] });
    expect((await scrape()).value('c_total')).toBe(1_000);
    expect((await scrape()).names).toHaveLength(500);
    expect(metrics.dropped).toBe(3 + 101);
    expect(dropped).toHaveLength(1 + 101);
  });

  it('that no worker has declared are passed over', async () => {
    metrics.take(1, { defined: [], updates: [[5, [], 1]] });
    expect((await scrape()).names).toEqual([]);
  });
});
