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
  float[0] = magnitude;
  findShortest();
  return writeDecimal(shortest[DIGITS] as number, shortest[EXPONENT] as number, text, start);
}

// What goes into the search and what comes out of it: V8 allocates for every double that is an argument of a function
// too big to be inlined, and for every one that is kept in a variable here.
const float = new Float32Array(1);
const floatBits = new Int32Array(float.buffer);
const shortest = new Int32Array(2);
const DIGITS = 0;
const EXPONENT = 1;

const SMALLEST_NORMAL = 2 ** -126;

/**
 * Nine digits name every float32, and any decimal of up to six digits comes back from the float32 next to it: IEEE
 * 754-2019, 5.12.2. In units of the eighth digit a float32 is at most 6 away from any name it has, so the eight digits
 * of its own show whether six are worth trying.
 */
function findShortest(): void {
  const magnitude = float[0] as number;
  const bits = floatBits[0] as number;
  const isPowerOfTwo = (bits & 0x7fffff) === 0;
  if (isPowerOfTwo || magnitude < SMALLEST_NORMAL) return findFromFewest();
  const exponent = (((bits >>> 23) - 127) * 1233) >> 12; // of ten, or one less: 1233 / 4096 is log10(2), almost
  const places = scaled(magnitude, 7 - exponent) < 1e8 ? 7 - exponent : 6 - exponent;
  const eight = rounded(magnitude, places);
  const six = ((eight + 50) / 100) | 0;
  if (Math.abs(eight - six * 100) <= 7 && isName(six, places - 2, magnitude)) return keepStripped(six, places - 2);
  if (!isName(eight, places, magnitude)) return keep(rounded(magnitude, places + 1), places + 1);
  const seven = rounded(magnitude, places - 1);
  if (!isName(seven, places - 1, magnitude)) return keep(eight, places);
  keepStripped(seven, places - 1);
}

/**
 * For floats with uneven neighbours. Subnormals have so few bits that any number of digits may name them; below a power
 * of two floats are twice as close as above it, so where the nearest decimal is no name, a further one above may be.
 */
function findFromFewest(): void {
  const magnitude = float[0] as number;
  for (let places = -Math.floor(Math.log10(magnitude)); ; places++) {
    const nearest = rounded(magnitude, places);
    if (isName(nearest, places, magnitude)) return keepStripped(nearest, places);
    if (isName(nearest + 1, places, magnitude)) return keepStripped(nearest + 1, places);
  }
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

function scaled(value: number, places: number): number {
  return places < 0 ? value / (powersOfTen[-places] as number) : value * (powersOfTen[places] as number);
}

/** The value in units of 10^-`places`, to the nearest. */
function rounded(magnitude: number, places: number): number {
  return (scaled(magnitude, places) + 0.5) | 0;
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
  return isNameOfText(digits, places);
}

function isNameOfText(digits: number, places: number): boolean {
  return Math.fround(Number(`${digits}e${-places}`)) === float[0];
}
