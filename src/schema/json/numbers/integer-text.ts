import { COMMA, writeAscii, writeByte, writeMinus, writeNineDigits, writeWhole } from './decimal-text.js';

/** `-2147483648,` */
export const INTEGER_BYTES_MAX = 12;
/** `-9223372036854775808,` */
export const INTEGER64_BYTES_MAX = 21;
/** `false,` */
export const BOOLEAN_BYTES_MAX = 6;

/** The arrays whose elements are integers of at most 32 bits. */
export type IntegerArray =
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array;

/**
 * Writes integers `[from, to)`, a comma behind each.
 *
 * @param text - Has room for INTEGER_BYTES_MAX bytes an element, and SLACK_BYTES.
 * @returns Where the text ends.
 */
export function writeIntegers(data: IntegerArray, from: number, to: number, text: DataView, at: number): number {
  let end = at;
  for (let i = from; i < to; i++) {
    const value = data[i] as number;
    if (value < 0) end = writeMinus(text, end);
    end = writeByte(COMMA, text, writeWhole(Math.abs(value), text, end));
  }
  return end;
}

/** Where the lower half of 64 bits lies: that depends on the machine. */
const LOWER = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;
const UPPER = 1 - LOWER;

/** Writes 64-bit integers as writeIntegers() does: their literals, whatever a double could hold of them. */
export function writeIntegers64(
  data: BigInt64Array | BigUint64Array,
  from: number,
  to: number,
  text: DataView,
  at: number,
): number {
  // A bigint an element would be garbage.
  const halves = new Uint32Array(data.buffer, data.byteOffset + from * 8, (to - from) * 2);
  const isSigned = data instanceof BigInt64Array;
  let end = at;
  for (let i = 0; i < halves.length; i += 2) {
    let lower = halves[i + LOWER] as number;
    let upper = halves[i + UPPER] as number;
    if (isSigned && upper >= 2 ** 31) {
      end = writeMinus(text, end);
      upper = ~upper >>> 0;
      lower = -lower >>> 0;
      if (lower === 0) upper = (upper + 1) >>> 0;
    }
    end = writeByte(COMMA, text, writeWhole64(upper, lower, text, end));
  }
  return end;
}

/** By long division by 10^9 in steps of 16 bits, each exact in a double. */
function writeWhole64(upper: number, lower: number, text: DataView, at: number): number {
  if (upper < 2 ** 21) return writeWhole(upper * 2 ** 32 + lower, text, at);
  const first = Math.floor(upper / 1e9);
  const middle = (upper - first * 1e9) * 65536 + (lower >>> 16);
  const second = Math.floor(middle / 1e9);
  const last = (middle - second * 1e9) * 65536 + (lower & 0xffff);
  const third = Math.floor(last / 1e9);
  const quotient = first * 2 ** 32 + second * 65536 + third;
  return writeNineDigits(last - third * 1e9, text, writeWhole(quotient, text, at));
}

/** Writes bytes as `true` and `false`, as writeIntegers() writes integers; room for BOOLEAN_BYTES_MAX an element. */
export function writeBooleans(data: Uint8Array, from: number, to: number, text: DataView, at: number): number {
  let end = at;
  for (let i = from; i < to; i++) end = writeByte(COMMA, text, writeAscii(data[i] ? 'true' : 'false', text, end));
  return end;
}
