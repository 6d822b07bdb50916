import * as digitGroups from './four-digits.js';
import { CHUNK_LENGTH, leaveRow, ROW_BROKEN, ROW_CLOSED, ROW_FULL, ROW_OTHER, type RowEnd } from './row.js';
import { wholeLiteral } from './whole-literal.js';

/** The low 32 bits of each integer: `set()` of a narrower or an unsigned array takes of them what it holds. */
export const int32Chunk = new Int32Array(CHUNK_LENGTH);

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

/** Integers from `min` to `max`, at most 32 bits wide, to `int32Chunk`. A {@link RowKernel} with a range. */
export function readIntegerRow(
  bytes: Buffer,
  view: DataView,
  at: number,
  filled: number,
  filledMax: number,
  min: number,
  max: number,
): RowEnd {
  const out = int32Chunk;
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
    if (i <= wordLast) {
      // Up to three digits without a branch for each: their number is what a processor cannot foresee.
      const word = view.getInt32(i, true);
      const length = digitsAhead(word);
      const end = (word >>> (8 * length)) & 0xff;
      if (length > 0 && (end === COMMA || end === CLOSE) && (length === 1 || digit !== 0)) {
        const small = firstDigits(word, length);
        const signed = negative ? 0 - small : small;
        if (signed < min || signed > max) return leaveRow(ROW_OTHER, start, n);
        out[n++] = signed;
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
    // Rounded where it is long, but then far out of range.
    while (digit <= 9) {
      value = value * 10 + digit;
      digit = bytes[++i]! ^ ZERO;
    }
    if (negative) value = -value;
    byte = bytes[i]!;
    // Python writes the whole floats of an array as 1.0.
    if (byte === DOT && bytes[i + 1] === ZERO) {
      do byte = bytes[++i]!;
      while (byte === ZERO);
    }
    if (byte === DOT || (byte | SMALL) === LETTER_E || (byte ^ ZERO) <= 9) {
      const literal = wholeLiteral(bytes, start);
      if (literal === undefined) return leaveRow(ROW_OTHER, start, n);
      value = Number(literal.value);
      i = literal.end;
    }
    if (value < min || value > max) return leaveRow(ROW_OTHER, start, n);
    out[n++] = value;
    byte = bytes[i]!;
    while (byte <= SPACE && isBlank(byte)) byte = bytes[++i]!;
    if (byte !== COMMA) return leaveRow(byte === CLOSE ? ROW_CLOSED : ROW_BROKEN, i, n);
    i++;
  }
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
