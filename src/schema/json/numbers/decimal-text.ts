// What the texts of all numbers are made of: ASCII, written into a view at a place whose room the caller has seen to.

export const COMMA = 0x2c;
const ZERO = 0x30;
const POINT = 0x2e;
const MINUS = 0x2d;
const PLUS = 0x2b;
const E = 0x65;

/** So many bytes behind the end of a number may be overwritten: digits are written nine at a time, wanted or not. */
export const SLACK_BYTES = 16;

/** The nearest doubles to 10^0, 10^1, …; exact up to 10^22. */
export const powersOfTen = Float64Array.from({ length: 54 }, (_, exponent) => Number(`1e${exponent}`));

/** How many digits a whole number below 2^31 has; 0 has one. */
function digitCount(whole: number): number {
  if (whole >= 10_000_000) return whole >= 1_000_000_000 ? 10 : whole >= 100_000_000 ? 9 : 8;
  if (whole >= 1_000) return whole >= 1_000_000 ? 7 : whole >= 100_000 ? 6 : whole >= 10_000 ? 5 : 4;
  return whole >= 100 ? 3 : whole >= 10 ? 2 : 1;
}

/** Four digits of a number below 10,000 as the four bytes of an integer, the first digit lowest. */
function fourDigits(whole: number): number {
  const hundreds = Math.imul(whole, 5243) >>> 19;
  const pairs = hundreds | ((whole - hundreds * 100) << 16);
  const tens = (Math.imul(pairs, 103) >>> 10) & 0x000f000f;
  return 0x30303030 + tens + ((pairs - tens * 10) << 8);
}

/** Writes nine digits of a number below 10^9, zeros in front. */
export function writeNineDigits(whole: number, text: DataView, at: number): number {
  const upper = (whole / 10_000) | 0;
  const first = (upper / 10_000) | 0;
  text.setUint8(at, ZERO + first);
  text.setInt32(at + 1, fourDigits(upper - first * 10_000), true);
  text.setInt32(at + 5, fourDigits(whole - upper * 10_000), true);
  return at + 9;
}

/** Writes `count` digits of a whole number that has as many, below 10^9: nine from its first on, of which `count` stay. */
function writeDigits(whole: number, count: number, text: DataView, at: number): number {
  writeNineDigits(whole * (powersOfTen[9 - count] as number), text, at);
  return at + count;
}

/** Writes a whole number from 0 up to below 2^53. */
export function writeWhole(whole: number, text: DataView, at: number): number {
  if (whole < 10) return writeByte(ZERO + whole, text, at);
  if (whole < 1e9) return writeDigits(whole | 0, digitCount(whole | 0), text, at);
  const upper = Math.floor(whole / 1e9);
  return writeNineDigits(whole - upper * 1e9, text, writeWhole(upper, text, at));
}

/** Writes `digits` · 10^`exponent` as JavaScript prints it; `digits` is whole, above 0 and below 10^9, its last not 0. */
export function writeDecimal(digits: number, exponent: number, text: DataView, at: number): number {
  const count = digitCount(digits);
  const point = count + exponent; // so many digits stand in front of the point
  if (point > 21 || point <= -6) return writeScientific(digits, count, point - 1, text, at);
  if (point <= 0) {
    text.setUint8(at, ZERO);
    text.setUint8(at + 1, POINT);
    text.setInt32(at + 2, 0x30303030);
    text.setUint8(at + 6, ZERO);
    return writeDigits(digits, count, text, at + 2 - point);
  }
  if (exponent >= 0) return writeZeros(exponent, text, writeDigits(digits, count, text, at));
  writeDigits(digits, count, text, at + 1);
  for (let place = at; place < at + point; place++) text.setUint8(place, text.getUint8(place + 1));
  text.setUint8(at + point, POINT);
  return at + count + 1;
}

function writeScientific(digits: number, count: number, exponent: number, text: DataView, at: number): number {
  writeDigits(digits, count, text, at + 1);
  text.setUint8(at, text.getUint8(at + 1));
  text.setUint8(at + 1, POINT);
  const end = count > 1 ? at + count + 1 : at + 1;
  text.setUint8(end, E);
  text.setUint8(end + 1, exponent < 0 ? MINUS : PLUS);
  return writeWhole(Math.abs(exponent), text, end + 2);
}

function writeZeros(count: number, text: DataView, at: number): number {
  for (let place = at; place < at + count; place++) text.setUint8(place, ZERO);
  return at + count;
}

export function writeByte(byte: number, text: DataView, at: number): number {
  text.setUint8(at, byte);
  return at + 1;
}

export function writeMinus(text: DataView, at: number): number {
  return writeByte(MINUS, text, at);
}

/** Zero as a float: the sign of -0 is kept, `-0.0`, which readers of JSON take for a float and not for an integer. */
export function writeFloatZero(zero: number, text: DataView, at: number): number {
  return writeAscii(Object.is(zero, -0) ? '-0.0' : '0', text, at);
}

/** Writes characters that are all ASCII. */
export function writeAscii(characters: string, text: DataView, at: number): number {
  for (let i = 0; i < characters.length; i++) text.setUint8(at + i, characters.charCodeAt(i));
  return at + characters.length;
}
