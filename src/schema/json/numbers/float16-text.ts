import { float16Bits, float16Value } from '../../../dtype.js';
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

/** The longest text and a comma: `-0.000012346,`. */
export const FLOAT16_BYTES_MAX = 14;

/**
 * Writes float16 elements `[from, to)`, given as bits, as writeFloat32s() writes float32: with as few digits as name the
 * float16.
 *
 * @param text - Has room for FLOAT16_BYTES_MAX bytes an element, and SLACK_BYTES.
 */
export function writeFloat16s(bits: Uint16Array, from: number, to: number, text: DataView, at: number): number {
  let end = at;
  for (let i = from; i < to; i++) end = writeByte(COMMA, text, writeFloat16(bits[i] as number, text, end));
  return end;
}

const SIGN = 0x8000;
const INFINITY = 0x7c00;

function writeFloat16(bits: number, text: DataView, at: number): number {
  const magnitude = bits & ~SIGN;
  if (magnitude === 0) return writeFloatZero(bits === 0 ? 0 : -0, text, at);
  if (magnitude >= INFINITY) return writeAscii('null', text, at);
  const start = bits & SIGN ? writeMinus(text, at) : at;
  const name = nameOf(magnitude);
  const places = name & PLACES;
  const digits = name >> PLACES_BITS;
  return places === 0 ? writeWhole(digits, text, start) : writeDecimal(digits, -places, text, start);
}

// There are few float16: each name is found once. Digits and decimal places share an integer; 0 is not found yet.
const PLACES_BITS = 4;
const PLACES = 2 ** PLACES_BITS - 1;
let names: Int32Array | undefined;

function nameOf(magnitude: number): number {
  names ??= new Int32Array(INFINITY);
  const known = names[magnitude] as number;
  if (known !== 0) return known;
  const name = shortestName(magnitude);
  names[magnitude] = name;
  return name;
}

/** As few decimal places as name it, and for whole numbers all digits: JavaScript prints no exponent there. */
function shortestName(magnitude: number): number {
  const value = float16Value(magnitude);
  for (let places = 0; ; places++) {
    const scale = powersOfTen[places] as number;
    const nearest = Math.round(value * scale);
    // The float16 below a power of two are twice as close as those above: a name may be further off above it.
    for (const digits of [nearest, nearest + 1]) {
      if (float16Bits(digits / scale) === magnitude) return (digits << PLACES_BITS) | places;
    }
  }
}
