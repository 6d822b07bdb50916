import { describe, expect, it } from 'vitest';
import { isDate, isTime, parseDateTime } from '../../src/schema/dates.js';

describe('parseDateTime()', () => {
  it.each([
    ['2020-01-02T03:04:05Z', '2020-01-02T03:04:05.000Z'],
    ['2020-01-02t03:04:05.678901z', '2020-01-02T03:04:05.678Z'],
    ['2020-01-02 03:04:05.5 +0100', '2020-01-02T02:04:05.500Z'],
    ['2020-01-02T03:04', '2020-01-02T03:04:00.000Z'],
    ['2020-01-01T00:00:00+23:59', '2019-12-31T00:01:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['0001-01-01', '0001-01-01T00:00:00.000Z'],
  ])('reads %s', (text, iso) => expect(parseDateTime(text)?.toISOString()).toBe(iso));

  it.each([
    '',
    '2023-02-29',
    '2020-13-01',
    '2020-1-2',
    '0000-01-01',
    '2020-01-02T24:00:00Z',
    '2020-01-02T03:04:60Z',
    '2020-01-02T03:04:05+24:00',
    '2020-01-02T03:04:05 UTC',
    '2020-01-02  03:04:05',
    '13/2/2020',
    '2020-01-02T',
  ])('refuses %j', (text) => expect(parseDateTime(text)).toBeUndefined());
});

it('isDate() and isTime() take the halves', () => {
  expect([isDate('2020-01-02'), isDate('2020-01-02T00:00'), isDate('2020-02-30')]).toEqual([true, false, false]);
  expect([isTime('03:04:05.5 +0100'), isTime('3pm'), isTime('25:00'), isTime('03:04')]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});
