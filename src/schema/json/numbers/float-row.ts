import * as rounding from './float-rounding.js';
import * as digitGroups from './four-digits.js';
import * as powersOfTen from './powers.js';
import {
  CHUNK_LENGTH,
  INTEGER_BYTES_MAX,
  leaveRow,
  ROW_BROKEN,
  ROW_CLOSED,
  ROW_FULL,
  ROW_OTHER,
  type RowEnd,
} from './row.js';

export const float32Chunk = new Float32Array(CHUNK_LENGTH);
export const float64Chunk = new Float64Array(CHUNK_LENGTH);

// Constants of this file, and not imports: V8 compiles those into the code.
const { fourDigits, isFourDigits } = digitGroups;
const { doubleOf, float32Between } = rounding;
const { exactPowers } = powersOfTen;
const SPACE = 0x20;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const CLOSE = 0x5d;
/** With it, letters are small ones. */
const SMALL = 0x20;
const LETTER_E = 0x65;
/** So many decimal digits are a whole number that a double holds exactly. */
const DIGITS_MAX = 15;
/** So many tell nearly all float32 apart; what follows is only skipped. */
const DIGITS_ENOUGH_FLOAT32 = 12;
const EXPONENT_MAX = 22;
/** Outside every table, so that `Number()` decides. */
const EXPONENT_HUGE = 1_000_000;
/** While it is read, an exponent stops growing here. */
const EXPONENT_READ_MAX = 100_000;

const NULL = Buffer.from('null');
const NAN = Buffer.from('NaN');
const INFINITY = Buffer.from('Infinity');

/** Numbers to `float32Chunk`: each is `Math.fround` of the nearest double. A {@link RowKernel}. */
export function readFloat32Row(bytes: Buffer, view: DataView, at: number, filled: number, filledMax: number): RowEnd {
  return readRow(bytes, view, at, filled, filledMax, false);
}

/** Numbers to `float64Chunk`: each is the nearest double. A {@link RowKernel}. */
export function readFloat64Row(bytes: Buffer, view: DataView, at: number, filled: number, filledMax: number): RowEnd {
  return readRow(bytes, view, at, filled, filledMax, true);
}

/**
 * Decimal digits become one exact integer, `digits`, and an exponent of ten. One division or product with an exact
 * power is rounded once, so it is what `Number()` gives (W. D. Clinger, How to read floating point numbers accurately,
 * 1990). Digits that are too many for it go into a second integer, `rest` (float64), or are skipped, which leaves the
 * number between `digits` and `digits + 1` (float32). What neither proves is given to `Number()`.
 *
 * `null` and NaN are NaN. A whole `-0` is 0, as in the general parser: it is an integer.
 *
 * One long loop, as in the other kernels: a double that a function gives or takes costs an object where it is not inlined.
 */
function readRow(bytes: Buffer, view: DataView, at: number, filled: number, filledMax: number, wide: boolean): RowEnd {
  const out32 = float32Chunk;
  const out64 = float64Chunk;
  const groupLast = bytes.length - 4;
  const digitsEnough = wide ? DIGITS_MAX : DIGITS_ENOUGH_FLOAT32;
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
    let value: number;
    if (digit > 9) {
      const length = wordLength(bytes, i, negative);
      if (length === 0) return leaveRow(ROW_OTHER, start, n);
      value = length === INFINITY.length ? Number.POSITIVE_INFINITY : Number.NaN;
      i += length;
    } else {
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
      byte = bytes[i]!;
      if (byte === COMMA || byte === CLOSE) value = whole;
      else {
        let digits = whole;
        let kept = whole === 0 ? 0 : i - first;
        let exponent = 0;
        let rest = 0;
        let restDigits = 0;
        while (digit <= 9) {
          if (kept < DIGITS_MAX) {
            digits = digits * 10 + digit;
            kept++;
          } else {
            restDigits++;
            if (wide) rest = rest * 10 + digit;
            else exponent++;
          }
          digit = bytes[++i]! ^ ZERO;
        }
        byte = bytes[i]!;
        let plain = true;
        if (byte === DOT) {
          plain = false;
          const fraction = ++i;
          // Leading zeros do not count: `digits` stays 0.
          while (kept <= DIGITS_MAX - 4 && i <= groupLast) {
            const word = view.getInt32(i, true);
            if (!isFourDigits(word)) break;
            digits = digits * 10_000 + fourDigits(word);
            kept = digits === 0 ? 0 : kept + 4;
            i += 4;
          }
          digit = bytes[i]! ^ ZERO;
          while (digit <= 9 && kept < digitsEnough) {
            digits = digits * 10 + digit;
            kept = digits === 0 ? 0 : kept + 1;
            digit = bytes[++i]! ^ ZERO;
          }
          if (wide) {
            while (digit <= 9) {
              rest = rest * 10 + digit;
              restDigits++;
              digit = bytes[++i]! ^ ZERO;
            }
            exponent = fraction - i;
          } else {
            exponent += fraction - i;
            if (digit <= 9) {
              restDigits++;
              do digit = bytes[++i]! ^ ZERO;
              while (digit <= 9);
            }
          }
          if (i === fraction) return leaveRow(ROW_BROKEN, i, n);
          byte = bytes[i]!;
        }
        if ((byte | SMALL) === LETTER_E) {
          plain = false;
          byte = bytes[++i]!;
          const below = byte === MINUS;
          if (below || byte === 0x2b) i++;
          digit = bytes[i]! ^ ZERO;
          if (digit > 9) return leaveRow(ROW_BROKEN, i, n);
          let power = 0;
          do {
            if (power < EXPONENT_READ_MAX) power = power * 10 + digit;
            digit = bytes[++i]! ^ ZERO;
          } while (digit <= 9);
          if (power >= EXPONENT_READ_MAX) exponent = EXPONENT_HUGE;
          else exponent += below ? -power : power;
        }
        if (plain && i - start > INTEGER_BYTES_MAX) return leaveRow(ROW_BROKEN, start, n);

        if (restDigits === 0 && exponent <= EXPONENT_MAX && exponent >= -EXPONENT_MAX) {
          value = exponent < 0 ? digits / exactPowers[-exponent]! : digits * exactPowers[exponent]!;
        } else if (wide) {
          value = doubleOf(digits, rest, restDigits, exponent);
        } else if (exponent <= EXPONENT_MAX && exponent >= -EXPONENT_MAX) {
          const above = digits + 1;
          value = Math.fround(exponent < 0 ? digits / exactPowers[-exponent]! : digits * exactPowers[exponent]!);
          const other = Math.fround(exponent < 0 ? above / exactPowers[-exponent]! : above * exactPowers[exponent]!);
          if (value !== other) value = Number.NaN;
        } else {
          value = float32Between(digits, restDigits === 0 ? digits : digits + 1, exponent);
        }
        // No NaN stands in digits: it says that nothing was proved.
        if (Number.isNaN(value)) value = Number(bytes.toString('latin1', first, i));
      }
    }
    // Of the numbers with one digit and no more only -0 is not the same in both ways.
    if (negative) value = i - start === 2 ? 0 - value : -value;
    if (wide) out64[n++] = value;
    else out32[n++] = value;
    byte = bytes[i]!;
    while (byte <= SPACE && isBlank(byte)) byte = bytes[++i]!;
    if (byte !== COMMA) return leaveRow(byte === CLOSE ? ROW_CLOSED : ROW_BROKEN, i, n);
    i++;
  }
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Of a word that a float can be, its bytes; 0 if there is none. */
function wordLength(bytes: Buffer, at: number, negative: boolean): number {
  if (startsWith(bytes, at, INFINITY)) return INFINITY.length;
  if (negative) return 0;
  return startsWith(bytes, at, NULL) ? NULL.length : startsWith(bytes, at, NAN) ? NAN.length : 0;
}

function startsWith(bytes: Buffer, at: number, word: Buffer): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word[i]) return false;
  return true;
}
