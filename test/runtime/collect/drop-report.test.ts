import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DropReport } from '../../../src/runtime/collect/drop-report.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('what is dropped is told at once, then once a minute with how many there were, and at the end', () => {
  const lines: string[] = [];
  const report = new DropReport((line) => lines.push(line));
  report.add('buffer_full', 1);
  expect(lines.splice(0)).toEqual(['data collection: records that were dropped: 1 (buffer_full 1)']);
  for (let i = 0; i < 1_000; i++) report.add('buffer_full', 1);
  report.add('write_failed', 20, 'no room');
  expect(lines).toEqual([]);
  vi.advanceTimersByTime(60_000);
  expect(lines.splice(0)).toEqual([
    'data collection: records that were dropped: 1020 (buffer_full 1000, write_failed 20): no room',
  ]);
  vi.advanceTimersByTime(600_000);
  expect(lines).toEqual([]);
  report.add('too_large', 1);
  report.add('too_large', 2);
  report.end();
  expect(lines).toEqual([
    'data collection: records that were dropped: 1 (too_large 1)',
    'data collection: records that were dropped: 2 (too_large 2)',
  ]);
});
