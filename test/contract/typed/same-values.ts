import { isNumber } from './is-of-dtype.js';
import { isPlainObject } from './json-pointer.js';
import { isSameNumber } from './same-number.js';

/** To the digits of the width. */
export function isSameFloat(dtype: string, value: unknown, ours: unknown): boolean {
  if (!isNumber(value) || typeof ours !== 'number') return false;
  const number = Number(value);
  if (Object.is(number, ours) || (dtype === 'float32' && Object.is(Math.fround(number), ours))) return true;
  const isOver = Math.abs(number) >= 65520 && Math.abs(ours) === Infinity && Math.sign(number) === Math.sign(ours);
  return dtype === 'float16' && (isOver || Math.abs(number - ours) <= Math.max(Math.abs(number) * 2 ** -11, 2 ** -25));
}

/** An RFC 3339 text, loosely spelled, as Date.parse() takes it. */
export function spelled(text: string): string {
  return text
    .replace(/^(.{10})[Tt ]/, '$1T')
    .replace(/ ?z$/i, 'Z')
    .replace(/ ?([+-]\d{2}):?(\d{2})$/, (all, hours, minutes, at) => (at > 10 ? `${hours}:${minutes}` : all));
}

export function isSameJson(value: unknown, ours: unknown): boolean {
  if (isNumber(value)) return isSameNumber(value, ours);
  if (Array.isArray(value)) {
    return Array.isArray(ours) && value.length === ours.length && value.every((item, i) => isSameJson(item, ours[i]));
  }
  if (!isPlainObject(value)) return value === ours;
  return (
    isPlainObject(ours) &&
    Object.keys(value).length === Object.keys(ours).length &&
    Object.entries(value).every(([name, member]) => isSameJson(member, ours[name]))
  );
}
