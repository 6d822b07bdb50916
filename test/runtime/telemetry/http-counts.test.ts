import { describe, expect, it } from 'vitest';
import { HttpCounts, STATUS_CLASSES } from '../../../src/runtime/telemetry/http-counts.js';

const request = { route: 0, status: 200, seconds: 0.003, errorCode: undefined, clientLeft: false, cut: false };

describe('requests', () => {
  it('are counted by route and class of status, and once in the buckets of their time', () => {
    const counts = new HttpCounts(['a', 'b'], []);
    counts.count(request);
    counts.count({ ...request, route: 1, status: 503, errorCode: 'NOT_READY' });
    counts.count({ ...request, route: 1, status: 0, clientLeft: true });
    counts.count({ ...request, cut: true });
    const table = ['a', 'b'].map((_, route) => STATUS_CLASSES.map((_, status) => counts.requests(route, status)));
    expect(table).toEqual([
      [0, 0, 2, 0, 0, 0],
      [1, 0, 0, 0, 0, 1],
    ]);
    expect(counts.seconds.map(({ counts }) => counts.reduce((sum, count) => sum + count))).toEqual([2, 2]);
    expect(counts.seconds[1]?.sum).toBeCloseTo(0.006);
    expect([...counts.errors]).toEqual([['NOT_READY', 1]]);
    expect(counts.clientsLeft).toBe(1);
    expect(counts.repliesCut).toBe(1);
  });

  it('have phases, of as many seconds as lie between their bounds', () => {
    const counts = new HttpCounts([], ['first', 'second']);
    counts.countPhases(Float64Array.of(1_000, 1_250, 1_250));
    expect(counts.phaseSeconds.map(({ sum }) => sum)).toEqual([0.25, 0]);
    expect(counts.phaseSeconds[1]?.counts[0]).toBe(1);
  });
});
