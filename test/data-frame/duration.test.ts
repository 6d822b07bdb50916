import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { formatDuration, parseDuration } from '../../src/data-frame/duration.js';

const DAY = 86_400_000;

describe('parseDuration()', () => {
  it.each([
    ['P1DT2H0M0S', DAY + 7_200_000],
    ['P-1DT22H0M0S', -7_200_000],
    ['-P1DT2H', -DAY - 7_200_000],
    ['P2W', 14 * DAY],
    ['PT1.5S', 1_500],
    ['PT0,25S', 250],
    ['P0DT0H0M0.000001S', 0.001],
    ['p1dt1h', DAY + 3_600_000],
    ['01:30:00', 5_400_000],
    ['-00:00:01.5', -1_500],
    ['100:00:00', 360_000_000],
    ['3 days', 3 * DAY],
    ['1 day', DAY],
    ['2 WEEKS', 14 * DAY],
    ['36 Hours', 129_600_000],
    ['90 minutes', 5_400_000],
    ['1.5 seconds', 1_500],
    ['-7 milliseconds', -7],
    ['250 microseconds', 0.25],
    ['5 nanoseconds', 5e-6],
    ['1 hour 30 minutes', 5_400_000],
    ['1 days 02:00:00', DAY + 7_200_000],
    ['-1 days +22:00:00', -7_200_000],
    ['  0 days  ', 0],
  ])('%s', (text, ms) => assert.equal(parseDuration(text), ms));

  it.each([
    '',
    'P',
    'PT',
    'P1DT',
    'P1H',
    '1',
    'days',
    '3 fortnights',
    '3 dayss',
    '01:30',
    '01:60:00',
    '1:00:00 1 days',
    '1e3 seconds',
    'Infinity days',
    '3 toString',
    '9'.repeat(100_000),
    `${'1 day '.repeat(20_000)}x`,
  ])('refuses %.20s', (text) => {
    const message = `/gap/0: expected a duration such as 'P1DT2H0M0S', '01:30:00' or '3 days', got string ${text.slice(0, 40)}.`;
    assert.throws(() => parseDuration(text, '/gap/0'), {
      code: 'INPUT_INVALID',
      message,
      details: [{ path: '/gap/0', message: message.slice('/gap/0: '.length, -1) }],
    });
  });

  it.each(['P1Y', 'P1M', 'P1Y2DT3H', '1 years', '2 Months', '1 day 1 month'])('says why it refuses %s', (text) => {
    assert.throws(() => parseDuration(text), /a duration in weeks or less, as years and months have no fixed length/);
  });
});

describe('formatDuration()', () => {
  it.each([
    [DAY + 7_200_000, 'P1DT2H0M0S'],
    [0, 'P0DT0H0M0S'],
    [-DAY, 'P-1DT0H0M0S'],
    [-7_200_000, 'P-1DT22H0M0S'],
    [400 * DAY + 61_001, 'P400DT0H1M1.001S'],
    [5e-6, 'P0DT0H0M0.000000005S'],
    [-1e-9, 'P0DT0H0M0S'],
    [DAY - 1e-9, 'P1DT0H0M0S'],
    [2 ** 53, 'P104249991DT8H59M0.992S'],
    [1e6 * DAY - 2 ** -6, 'P999999DT23H59M59.999984375S'],
  ])('%d ms', (ms, text) => assert.equal(formatDuration(ms), text));

  it('writes what is read back, to the microsecond', () => {
    const microseconds = fc.maxSafeInteger().map((whole) => whole / 1000);
    const property = fc.property(microseconds, (ms) => {
      assert.ok(Math.abs(parseDuration(formatDuration(ms)) - ms) < 1e-3);
    });
    fc.assert(property, { numRuns: 1_000 });
  });
});
