import * as digitGroups from './four-digits.js';
import { CHUNK_LENGTH, leaveRow, ROW_BROKEN, ROW_CLOSED, ROW_FULL, ROW_OTHER, type RowEnd } from './row.js';
import { wholeLiteral } from './whole-literal.js';

/** Two halves for each integer, the low one first, as they lie in memory. */
const halves = new Int32Array(2 * CHUNK_LENGTH);
export const int64Chunk = new BigInt64Array(halves.buffer);
export const uint64Chunk = new BigUint64Array(halves.buffer);

// Constants of this file, and not imports: V8 compiles those into the code.
const { digitsAhead, firstDigits } = digitGroups;
const SPACE = 0x20;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const CLOSE = 0x5d;
const SMALL = 0x20;
const LETTER_E = 0x65;
/** So many digits are a whole number that a double holds exactly. */
const DIGITS_MAX = 15;
/** 2^64 has so many. */
const DIGITS_64_BITS = 20;
const TWO_32 = 2 ** 32;
const SIGN_BIT = 2 ** 31;

/** Integers of 64 bits to `int64Chunk` and `uint64Chunk`, which are the same memory. A {@link RowKernel} with a sign. */
export function readInteger64Row(
  bytes: Buffer,
  view: DataView,
  at: number,
  filled: number,
  filledMax: number,
  signed: boolean,
): RowEnd {
  const out = halves;
  const wordLast = bytes.length - 4;
  let i = at;
  let n = filled;
  for (;;) {
    let byte = bytes[i]!;
    while (byte <= SPACE && isBlank(byte)) byte = bytes[++i]!;
    if (n === filledMax) return leaveRow(ROW_FULL, i, n);
    const start = i;
    const negative = byte === MINUS;
    if (negative) byte = bytes[++i]!;
    // Past the end a byte is undefined, and undefined ^ ZERO is no digit.
    let digit = byte ^ ZERO;
    if (digit > 9) return leaveRow(ROW_OTHER, start, n);
    if (i <= wordLast && (signed || !negative)) {
      // Up to three digits without a branch for each: their number is what a processor cannot foresee.
      const word = view.getInt32(i, true);
      const length = digitsAhead(word);
      const end = (word >>> (8 * length)) & 0xff;
      if (length > 0 && (end === COMMA || end === CLOSE) && (length === 1 || digit !== 0)) {
        const small = firstDigits(word, length);
        const value = negative ? 0 - small : small;
        out[2 * n] = value;
        out[2 * n + 1] = value >> 31;
        n++;
        i += length;
        if (end === CLOSE) return leaveRow(ROW_CLOSED, i, n);
        i++;
        continue;
      }
    }
    const first = i;
    let whole = digit;
    digit = bytes[++i]! ^ ZERO;
    if (whole === 0) {
      if (digit <= 9) return leaveRow(ROW_BROKEN, i, n);
    } else {
      while (digit <= 9 && i - first < 9) {
        whole = (whole * 10 + digit) | 0;
        digit = bytes[++i]! ^ ZERO;
      }
    }
    let value = whole;
    while (digit <= 9 && i - first < DIGITS_MAX) {
      value = value * 10 + digit;
      digit = bytes[++i]! ^ ZERO;
    }
    while (digit <= 9) digit = bytes[++i]! ^ ZERO;
    const length = i - first;
    byte = bytes[i]!;
    // Python writes the whole floats of an array as 1.0.
    if (byte === DOT && bytes[i + 1] === ZERO) {
      do byte = bytes[++i]!;
      while (byte === ZERO);
    }

    let low: number;
    let high: number;
    if (byte === DOT || (byte | SMALL) === LETTER_E || (byte ^ ZERO) <= 9) {
      const literal = wholeLiteral(bytes, start);
      if (literal === undefined) return leaveRow(ROW_OTHER, start, n);
      const magnitude = literal.value < 0n ? -literal.value : literal.value;
      low = Number(BigInt.asUintN(32, magnitude));
      high = Number(magnitude >> 32n);
      i = literal.end;
    } else if (length <= DIGITS_MAX) {
      high = Math.floor(value / TWO_32);
      low = value - high * TWO_32;
    } else {
      if (length > DIGITS_64_BITS) return leaveRow(ROW_OTHER, start, n);
      // In two decimal parts, `upper * 10^9 + lower`, the first of them in two binary ones: each step is exact.
      const split = first + length - 9;
      const upper = digitsBetween(bytes, first, split);
      const lower = digitsBetween(bytes, split, first + length);
      const top = Math.floor(upper / 0x100000);
      const bottomProduct = (upper - top * 0x100000) * 1e9 + lower;
      const topProduct = top * 1e9;
      const sum = (bottomProduct % TWO_32) + (topProduct % 0x1000) * 0x100000;
      high = Math.floor(bottomProduct / TWO_32) + Math.floor(topProduct / 0x1000) + (sum >= TWO_32 ? 1 : 0);
      low = sum >= TWO_32 ? sum - TWO_32 : sum;
    }
    if (!negative) {
      if (high >= (signed ? SIGN_BIT : TWO_32)) return leaveRow(ROW_OTHER, start, n);
    } else {
      const highMax = signed ? SIGN_BIT : 0;
      if (high > highMax || (high === highMax && low > 0)) return leaveRow(ROW_OTHER, start, n);
      // The two's complement.
      high = low === 0 ? -high : -high - 1;
      low = -low;
    }
    out[2 * n] = low;
    out[2 * n + 1] = high;
    n++;
    byte = bytes[i]!;
    while (byte <= SPACE && isBlank(byte)) byte = bytes[++i]!;
    if (byte !== COMMA) return leaveRow(byte === CLOSE ? ROW_CLOSED : ROW_BROKEN, i, n);
    i++;
  }
}

/** The number that at most 11 digits are: a double holds it exactly. */
function digitsBetween(bytes: Buffer, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) value = value * 10 + (bytes[i]! ^ ZERO);
  return value;
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
