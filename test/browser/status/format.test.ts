import { describe, expect, it } from 'vitest';
import { bytes, clock, count, duration, milliseconds, percent, rate } from '../../../src/browser/status/format.js';

describe('figures as a person reads them', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1234567, '1,234,567'],
  ])('count(%d)', (value, text) => expect(count(value)).toBe(text));

  it.each([
    [0, '0'],
    [0.2, '0.2'],
    [3.44, '3.4'],
    [99.6, '100'],
    [512.3, '512'],
    [1234.5, '1,235'],
    [12_345, '12.3k'],
    [123_456, '123k'],
  ])('rate(%d)', (value, text) => expect(rate(value)).toBe(text));

  it.each([
    [null, '–'],
    [undefined, '–'],
    [0.0512, '0.051 ms'],
    [3.44, '3.4 ms'],
    [99.7, '100 ms'],
    [512.3, '512 ms'],
    [999.7, '1 s'],
    [1234, '1.2 s'],
    [60_000, '60 s'],
  ])('milliseconds(%s)', (value, text) => expect(milliseconds(value)).toBe(text));

  it.each([
    [0, '–'],
    [5 * 2 ** 20, '5 MiB'],
    [92.4 * 2 ** 20, '92 MiB'],
    [1.44 * 2 ** 30, '1.4 GiB'],
    [64 * 2 ** 30, '64 GiB'],
  ])('bytes(%d)', (value, text) => expect(bytes(value)).toBe(text));

  it.each([
    [-5, '0 s'],
    [12_300, '12 s'],
    [303_000, '5 min 3 s'],
    [7_500_000, '2 h 5 min'],
    [273_600_000, '3 d 4 h'],
  ])('duration(%d)', (value, text) => expect(duration(value)).toBe(text));

  it.each([
    [0, 0, '–'],
    [0, 100, '0 %'],
    [1, 1_000_000, '< 0.01 %'],
    [4, 10_000, '0.04 %'],
    [1, 8, '13 %'],
    [100, 100, '100 %'],
  ])('percent(%d of %d)', (part, all, text) => expect(percent(part, all)).toBe(text));

  it('clock()', () => expect(clock(Date.UTC(2026, 10, 26, 2, 13, 45, 600))).toBe('02:13:45'));
});
