import {
  COMMA,
  powersOfTen,
  writeAscii,
  writeByte,
  writeDecimal,
  writeFloatZero,
  writeMinus,
  writeWhole,
} from './decimal-text.js';

/** The longest text and a comma: `-340282350000000000000,`, a number that JavaScript just prints without exponent. */
export const FLOAT32_BYTES_MAX = 23;

/**
 * Writes float32 elements `[from, to)` as JSON, a comma behind each: with as few digits as name the float32 (0.1, where
 * its double is 0.10000000149011612), so that rounding what is read to float32 gives the element. NaN and the
 * infinities are `null`, -0 is `-0.0`.
 *
 * @param text - Has room for FLOAT32_BYTES_MAX bytes an element, and SLACK_BYTES.
 * @returns Where the text ends.
 */
export function writeFloat32s(data: Float32Array, from: number, to: number, text: DataView, at: number): number {
  let end = at;
  for (let i = from; i < to; i++) end = writeByte(COMMA, text, writeFloat32(data[i] as number, text, end));
  return end;
}

/** Below it, every whole number is a float32, and has no shorter name than its digits. */
const WHOLE_MAX = 2 ** 24;

function writeFloat32(value: number, text: DataView, at: number): number {
  if (value === 0) return writeFloatZero(value, text, at);
  // The difference is NaN for NaN and the infinities.
  if (value - value !== 0) return writeAscii('null', text, at);
  const magnitude = Math.abs(value);
  const start = value < 0 ? writeMinus(text, at) : at;
  const whole = magnitude | 0;
  if (magnitude === whole && whole < WHOLE_MAX) return writeWhole(whole, text, start);
  findShortest(magnitude);
  return writeDecimal(shortest[DIGITS] as number, shortest[EXPONENT] as number, text, start);
}

/** The decimal that was found. Integers of a typed array: V8 would allocate for each double kept in a variable here. */
const shortest = new Int32Array(2);
const DIGITS = 0;
const EXPONENT = 1;

/**
 * Nine digits name every float32, and any decimal of up to six digits comes back from the float32 next to it: IEEE
 * 754-2019, 5.12.2. In units of the eighth digit a float32 is at most 6 away from any name it has, so the eight digits
 * of its own show whether six are worth trying.
 */
function findShortest(magnitude: number): void {
  if (magnitude < SMALLEST_NORMAL) return findShortestSubnormal(magnitude);
  let places = 7 - decimalExponent(magnitude);
  if (scaled(magnitude, places) >= 1e8) places--;
  const eight = rounded(magnitude, places);
  const six = ((eight + 50) / 100) | 0;
  if (Math.abs(eight - six * 100) <= 7 && isName(six, places - 2, magnitude)) return keepStripped(six, places - 2);
  const digits = nameOf(magnitude, places);
  if (digits === 0) return keep(rounded(magnitude, places + 1), places + 1);
  const seven = nameOf(magnitude, places - 1);
  if (seven === 0) return keep(digits, places);
  keepStripped(seven, places - 1);
}

/** Subnormals have so few bits that any number of digits may name them. */
function findShortestSubnormal(magnitude: number): void {
  let places = -Math.floor(Math.log10(magnitude));
  while (nameOf(magnitude, places) === 0) places++;
  keepStripped(nameOf(magnitude, places), places);
}

function keep(digits: number, places: number): void {
  shortest[DIGITS] = digits;
  shortest[EXPONENT] = -places;
}

function keepStripped(digits: number, places: number): void {
  let stripped = digits;
  let kept = places;
  for (let tenth = (stripped / 10) | 0; tenth * 10 === stripped; tenth = (stripped / 10) | 0) {
    stripped = tenth;
    kept--;
  }
  keep(stripped, kept);
}

const SMALLEST_NORMAL = 2 ** -126;
const float = new Float32Array(1);
const floatBits = new Int32Array(float.buffer);

function bitsOf(magnitude: number): number {
  float[0] = magnitude;
  return floatBits[0] as number;
}

/** The exponent of the first digit of a normal float32, or one less. */
function decimalExponent(magnitude: number): number {
  return (((bitsOf(magnitude) >>> 23) - 127) * 1233) >> 12; // 1233 / 4096 is log10(2), almost
}

function scaled(value: number, places: number): number {
  return places < 0 ? value / (powersOfTen[-places] as number) : value * (powersOfTen[places] as number);
}

/** The value in units of 10^-`places`, to the nearest. */
function rounded(magnitude: number, places: number): number {
  return (scaled(magnitude, places) + 0.5) | 0;
}

/** The digits that name a float32 with so many decimal places, or 0 where none do. */
function nameOf(magnitude: number, places: number): number {
  const nearest = rounded(magnitude, places);
  if (isName(nearest, places, magnitude)) return nearest;
  // The floats below a power of two are twice as close as those above: further off above it there may still be a name.
  const isPowerOfTwo = (bitsOf(magnitude) & 0x7fffff) === 0;
  return isPowerOfTwo && isName(nearest + 1, places, magnitude) ? nearest + 1 : 0;
}

/** More than two roundings of a double can move it. */
const MARGIN = 2 ** -50;

/** Whether a reader of `digits` · 10^-`places` gets `magnitude`: the nearest double, rounded to float32. */
function isName(digits: number, places: number, magnitude: number): boolean {
  const read = scaled(digits, -places);
  // Both operands are exact, so this is the nearest double.
  if (places <= 22 && places >= -22) return Math.fround(read) === magnitude;
  // Rounding is monotone: where both bounds come to one float32, so does the double between them.
  const low = Math.fround(read * (1 - MARGIN));
  if (low === Math.fround(read * (1 + MARGIN))) return low === magnitude;
  return Math.fround(Number(`${digits}e${-places}`)) === magnitude;
}
