/** Dates and times as JSON strings: RFC 3339, a blank for its `T` allowed, and where no offset is given, UTC is meant. */

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIME = /^(\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?(?: ?(Z|[+-]\d{2}:?\d{2}))?$/i;
const MINUTE_MS = 60_000;

/** A moment, or undefined if the text is none. Digits below the millisecond are cut. */
export function parseDateTime(text: string): Date | undefined {
  const [date = '', time] = splitDateTime(text);
  const day = parseDay(date);
  if (day === undefined) return undefined;
  const ofDay = time === undefined ? 0 : parseTimeOfDay(time);
  return ofDay === undefined ? undefined : new Date(day + ofDay);
}

/** Whether a text is a day of the calendar, as `2020-01-02`. */
export function isDate(text: string): boolean {
  return parseDay(text) !== undefined;
}

/** Whether a text is a time of day, as `03:04:05.678Z`. */
export function isTime(text: string): boolean {
  return parseTimeOfDay(text) !== undefined;
}

function splitDateTime(text: string): [string] | [string, string] {
  return /^.{10}[Tt ]/.test(text) ? [text.slice(0, 10), text.slice(11)] : [text];
}

/** Milliseconds of the epoch at which a day begins in UTC. */
function parseDay(text: string): number | undefined {
  const match = DATE.exec(text);
  if (!match) return undefined;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day); // the constructor would take years below 100 as 19xx
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && year > 0;
  return exists ? date.getTime() : undefined;
}

/** Milliseconds since the day began in UTC; below zero or above a day by its offset. */
function parseTimeOfDay(text: string): number | undefined {
  const match = TIME.exec(text);
  if (!match) return undefined;
  const [hour, minute, second, fraction, offset] = match.slice(1);
  const [hours, minutes, seconds] = [Number(hour), Number(minute), Number(second ?? 0)];
  const offsetMs = parseOffset(offset);
  if (hours > 23 || minutes > 59 || seconds > 59 || offsetMs === undefined) return undefined;
  const milliseconds = Number((fraction ?? '.').slice(1, 4).padEnd(3, '0'));
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds - offsetMs;
}

function parseOffset(text: string | undefined): number | undefined {
  if (text === undefined || /^z$/i.test(text)) return 0;
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(-2))];
  if (hours > 23 || minutes > 59) return undefined;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * MINUTE_MS;
}
