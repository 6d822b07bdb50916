import { HostError } from '../errors.js';

/** Spans of time are numbers of milliseconds here, with a fraction down to nanoseconds. */
const MS_NS = 1e6;
const DAY_MS = 86_400_000;
const DAY_NS = DAY_MS * MS_NS;

const unitNs: Readonly<Record<string, number>> = {
  week: 7 * DAY_NS,
  day: DAY_NS,
  hour: 3_600e9,
  minute: 60e9,
  second: 1e9,
  millisecond: MS_NS,
  microsecond: 1e3,
  nanosecond: 1,
};

const NUMBER = '[+-]?\\d{1,15}(?:[.,]\\d{1,15})?';
const ISO = new RegExp(
  `^([+-]?)P(?:(${NUMBER})W)?(?:(${NUMBER})D)?(?:T(?:(${NUMBER})H)?(?:(${NUMBER})M)?(?:(${NUMBER})S)?)?$`,
  'i',
);
const ISO_UNITS = ['week', 'day', 'hour', 'minute', 'second'];
/** `P1Y`, `P2M`, `3 months`: what lasts longer at one time than at another. */
const NO_FIXED_LENGTH = /^[+-]?P[^T]*\d[YM]|(?:\d|\s)(?:years?|months?)\b/i;
const AMOUNT = new RegExp(`^(${NUMBER})\\s*([a-z]+)(?:\\s+|$)`, 'i');
const CLOCK = /^([+-]?)(\d{1,15}):([0-5]\d):([0-5]\d(?:\.\d{1,15})?)$/;

/**
 * Reads a span of time: ISO 8601 (`P1DT2H0M0S`, also pandas' `P-1DT22H0M0S`), a clock (`01:30:00`), amounts of weeks
 * down to nanoseconds in singular or plural and any case (`3 days`, `1 hour 30 minutes`), or both (`1 days 02:00:00`).
 *
 * @param path - JSON pointer of the text in the body, for messages.
 * @returns Milliseconds.
 * @throws {HostError} `INPUT_INVALID` for anything else; years and months have no fixed length.
 */
export function parseDuration(text: string, path = ''): number {
  const trimmed = text.trim();
  const ms = parseIso(trimmed) ?? parseAmounts(trimmed);
  if (ms !== undefined) return ms;
  const expected = NO_FIXED_LENGTH.test(trimmed)
    ? 'a duration in weeks or less, as years and months have no fixed length'
    : "a duration such as 'P1DT2H0M0S', '01:30:00' or '3 days'";
  const message = `expected ${expected}, got string ${text.slice(0, 40)}`;
  throw new HostError('INPUT_INVALID', `${path || 'The duration'}: ${message}.`, { details: [{ path, message }] });
}

function parseIso(text: string): number | undefined {
  const match = ISO.exec(text);
  if (match === null || text.toUpperCase().endsWith('T')) return undefined;
  const [, sign, ...amounts] = match;
  if (amounts.every((amount) => amount === undefined)) return undefined;
  const ms = amounts.reduce((sum, amount, i) => sum + msOf(amount ?? '0', ISO_UNITS[i] as string), 0);
  return sign === '-' ? -ms : ms;
}

function parseAmounts(text: string): number | undefined {
  let rest = text;
  let ms = 0;
  for (let match = AMOUNT.exec(rest); match !== null; match = AMOUNT.exec(rest)) {
    const unit = (match[2] as string).toLowerCase().replace(/s$/, '');
    if (!Object.hasOwn(unitNs, unit)) return undefined;
    ms += msOf(match[1] as string, unit);
    rest = rest.slice(match[0].length);
  }
  if (rest === '') return text === '' ? undefined : ms;
  const clock = CLOCK.exec(rest);
  if (clock === null) return undefined;
  const [, sign, hours, minutes, seconds] = clock;
  const clockMs = msOf(hours as string, 'hour') + msOf(minutes as string, 'minute') + msOf(seconds as string, 'second');
  return ms + (sign === '-' ? -clockMs : clockMs);
}

/** By way of nanoseconds, whose division rounds once: a millionth is no double. */
function msOf(amount: string, unit: string): number {
  return (Number(amount.replace(',', '.')) * (unitNs[unit] as number)) / MS_NS;
}

/**
 * A span of time as pandas writes it: `P1DT2H0M0S`; a negative one has negative days only, `P-1DT22H0M0S`.
 *
 * @param ms - Milliseconds, finite; what is finer than a nanosecond is rounded.
 */
export function formatDuration(ms: number): string {
  const sinceMidnight = ms % DAY_MS; // exact, where a quotient may round up to the next day
  const rest = sinceMidnight < 0 ? sinceMidnight + DAY_MS : sinceMidnight;
  let days = Math.round((ms - rest) / DAY_MS);
  let ns = Math.round(rest * MS_NS);
  if (ns >= DAY_NS) [days, ns] = [days + 1, 0];
  const seconds = Math.floor(ns / 1e9);
  const fraction = String(ns % 1e9)
    .padStart(9, '0')
    .replace(/0+$/, '');
  const clock = `${Math.floor(seconds / 3600)}H${Math.floor(seconds / 60) % 60}M${seconds % 60}`;
  return `P${BigInt(days)}DT${clock}${fraction && `.${fraction}`}S`;
}
