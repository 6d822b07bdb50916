import { parseDuration } from '../../data-frame/duration.js';
import { HostError } from '../../errors.js';
import { parseDateTime } from '../dates.js';
import { nullable } from '../json-schema.js';
import type { TimeUnit } from './dtype-option.js';
import type { Element } from './element.js';

/** Milliseconds of the units that have a fixed length. */
const unitMs: Readonly<Partial<Record<TimeUnit, number>>> = {
  W: 7 * 86_400_000,
  D: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 1e-3,
  ns: 1e-6,
};
const unitNames: Readonly<Partial<Record<TimeUnit, string>>> = {
  W: 'weeks',
  D: 'days',
  h: 'hours',
  m: 'minutes',
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
};

/** Dates, cut to their unit as NumPy cuts them; `null` where there is none. */
export function datetimeElement(unit: TimeUnit): Element {
  return {
    schema: nullable({ type: 'string', format: 'date-time' }),
    fromJson: (value) => (value === null ? null : cutDate(parseDateTime(value as string) as Date, unit)),
    toJson: dateText,
  };
}

function cutDate(date: Date, unit: TimeUnit): Date {
  if (unit === 'Y') return new Date(date.setUTCMonth(0, 1) && date.setUTCHours(0, 0, 0, 0));
  if (unit === 'M') return new Date(date.setUTCDate(1) && date.setUTCHours(0, 0, 0, 0));
  const step = unitMs[unit] as number;
  return step <= 1 ? date : new Date(Math.floor(date.getTime() / step) * step);
}

/** Not a date, as NumPy spells it; in JSON it is null. */
const NOT_A_TIME = 'NaT';

function dateText(value: unknown): unknown {
  if (value === NOT_A_TIME) return null;
  const date = typeof value === 'string' ? parseDateTime(value) : value;
  if (!(date instanceof Date)) return value;
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/**
 * Durations, as how many of their unit they are, cut to whole ones as NumPy cuts them. In JSON `3 days` or ISO 8601.
 *
 * @throws {HostError} `ENTRY_INVALID` for years and months, which have no fixed length.
 */
export function timedeltaElement(unit: TimeUnit): Element {
  const step = unitMs[unit];
  if (step === undefined) {
    const fix = 'Use timedelta64[D], or count the years in an integer.';
    throw new HostError('ENTRY_INVALID', `timedelta64[${unit}] has no fixed length.`, { fix });
  }
  return {
    schema: { type: 'string', format: 'timedelta' },
    fromJson: (value) => wholeSteps(parseDuration(value as string) / step),
    toJson: (value) => durationText(value, unit),
  };
}

/** What is missing is null; what is no count is sent as it is. */
function durationText(value: unknown, unit: TimeUnit): unknown {
  if (value === NOT_A_TIME || Number.isNaN(value)) return null;
  return typeof value === 'number' || typeof value === 'bigint' ? `${value} ${unitNames[unit]}` : value;
}

/** Cut towards zero, but for what only the arithmetic of doubles has made less than whole. */
function wholeSteps(count: number): number {
  const nearest = Math.round(count);
  return Math.abs(count - nearest) < 1e-6 ? nearest : Math.trunc(count);
}
