import { COMMA, writeAscii, writeByte, writeFloatZero, writeMinus, writeWhole } from './decimal-text.js';

/** The longest text and a comma: `-0.0000012345678901234567,`. */
export const FLOAT64_BYTES_MAX = 26;

/**
 * Writes float64 elements `[from, to)` as JSON, a comma behind each: NaN and the infinities are `null`, -0 is `-0.0`.
 *
 * @param text - Has room for FLOAT64_BYTES_MAX bytes an element, and SLACK_BYTES.
 * @returns Where the text ends.
 */
export function writeFloat64s(data: Float64Array, from: number, to: number, text: DataView, at: number): number {
  let end = at;
  for (let i = from; i < to; i++) end = writeByte(COMMA, text, writeFloat64(data[i] as number, text, end));
  return end;
}

function writeFloat64(value: number, text: DataView, at: number): number {
  if (value === 0) return writeFloatZero(value, text, at);
  if (value - value !== 0) return writeAscii('null', text, at);
  const whole = Math.abs(value | 0);
  if (Math.abs(value) === whole) return writeWhole(whole, text, value < 0 ? writeMinus(text, at) : at);
  return writeAscii(String(value), text, at);
}
