import { isPlainObject } from './json-pointer.js';
import type { RecordedDtype } from './python-value.js';

const INTEGER = /^(u?)int(8|16|32|64)$/;

/** Whether a value is an element of a dtype, with no cast: a float may be null, a number of an integer is in range. */
export function isOfDtype(dtype: RecordedDtype, value: unknown, enforced = true): boolean {
  if (typeof dtype !== 'string') return isPlainObject(value);
  const [, unsigned, bits] = INTEGER.exec(dtype) ?? [];
  if (bits !== undefined) {
    return isWhole(value) && fitsInteger(BigInt(value), enforced && unsigned === 'u', enforced ? Number(bits) : 64);
  }
  if (/^float|^[<>=]?f\d/.test(dtype)) return isNumber(value) || value === null;
  if (dtype === 'bool') return typeof value === 'boolean';
  if (/^[<>=|]?U\d*$/.test(dtype)) return typeof value === 'string';
  if (/^[<>=|]?[SV]\d*$/.test(dtype)) return isBase64(value);
  if (/M8|^datetime64/.test(dtype)) return value === null || isDateTime(value);
  if (/m8|^timedelta64/.test(dtype)) return typeof value === 'string' && isDuration(value);
  return value !== undefined;
}

function fitsInteger(value: bigint, unsigned: boolean, bits: number): boolean {
  return (unsigned ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value)) === value;
}

export function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

export function isWhole(value: unknown): value is number | bigint {
  return typeof value === 'bigint' || Number.isInteger(value);
}

export function isBase64(value: unknown): value is string {
  return typeof value === 'string' && value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
}

const DAY = '\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])';
const CLOCK = '(?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:\\.\\d+)?)?(?: ?(?:[Zz]|[+-](?:[01]\\d|2[0-3]):?[0-5]\\d))?';
const DATE = new RegExp(`^${DAY}$`);
const TIME = new RegExp(`^${CLOCK}$`);
const DATE_TIME = new RegExp(`^${DAY}(?:[Tt ]${CLOCK})?$`);

/** Dates as RFC 3339 has them, seconds and zone left out at will, and a blank where the standard has a T. */
export function isDate(value: unknown): value is string {
  return typeof value === 'string' && DATE.test(value) && isDayOfCalendar(value);
}

export function isTime(value: unknown): value is string {
  return typeof value === 'string' && TIME.test(value);
}

export function isDateTime(value: unknown): value is string {
  return typeof value === 'string' && DATE_TIME.test(value) && isDayOfCalendar(value.slice(0, 10));
}

function isDayOfCalendar(day: string): boolean {
  return !day.startsWith('0000') && new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

/** `3 days`, an ISO 8601 duration, or a clock; of what has a fixed length. */
export function isDuration(text: string): boolean {
  const amounts = /^\s*(?:[+-]?[\d.]+\s*(?:week|day|hour|minute|second|millisecond|microsecond|nanosecond)s?\s*)+$/i;
  const days = /^\s*(?:[+-]?\d+ days? )?[+-]?\d+:[0-5]\d:[0-5]\d(?:\.\d+)?\s*$/i;
  const iso =
    /^\s*[+-]?P(?=.)(?:[+-]?[\d.]+W)?(?:[+-]?[\d.]+D)?(?:T(?=.)(?:[+-]?[\d.]+H)?(?:[+-]?[\d.]+M)?(?:[+-]?[\d.]+S)?)?\s*$/i;
  return amounts.test(text) || days.test(text) || iso.test(text);
}
