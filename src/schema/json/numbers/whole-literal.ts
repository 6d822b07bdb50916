import { scalarEnd } from './skip.js';

const NUMBER = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
/** 2^64 has so many; with more digits than this no integer type has a place for the number. */
const DIGITS_MAX = 20;
const ZERO = 0x30;

/** A whole number as it is written, however it is written: `12`, `1.0`, `1e3`, `120e-1`. */
export interface WholeLiteral {
  readonly value: bigint;
  /** The position behind it. */
  readonly end: number;
}

/**
 * The whole number at a position, exactly; undefined if there is none, or one of more than 20 digits.
 *
 * Slow, and in time that grows with the literal only: for what the kernels of the integers do not know.
 */
export function wholeLiteral(bytes: Buffer, at: number): WholeLiteral | undefined {
  const end = scalarEnd(bytes, at);
  const match = NUMBER.exec(bytes.toString('latin1', at, end));
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', power = '0'] = match;
  const all = whole + fraction;
  let first = 0;
  while (all.charCodeAt(first) === ZERO) first++;
  let last = all.length;
  while (last > first && all.charCodeAt(last - 1) === ZERO) last--;
  if (first === last) return { value: 0n, end };
  const zeros = Number(power) - fraction.length + (all.length - last);
  if (zeros < 0 || last - first + zeros > DIGITS_MAX) return undefined;
  const value = BigInt(all.slice(first, last) + '0'.repeat(zeros));
  return { value: sign === '-' ? -value : value, end };
}
