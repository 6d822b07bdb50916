import * as powersOfTen from './powers.js';

// Constants of this file, and not imports: V8 compiles those into the code.
const { exactPowers, needPower, PAIR_EXPONENT_MAX, PAIR_EXPONENT_MIN, powersHigh, powersLow } = powersOfTen;

/** More than the relative error of a double power, a product with it and a factor: 3 * 2^-53. */
const WIDER = 2 ** -50;
/** 2^27 + 1: a product with it splits a double into two halves of 26 bits. */
const SPLITTER = 134217729;
/** More than the relative error of the product of two pairs, about 2^-102. */
const PAIR_ERROR = 2 ** -95;
/** `rest` is exact up to here. */
const REST_DIGITS_MAX = 15;

/**
 * `Math.fround` of the double nearest to a number from `from * 10^exponent` to `to * 10^exponent`; NaN where the ends
 * do not prove it.
 *
 * Rounding never swaps two numbers: if both ends, each moved outwards by more than its error, become the same float32,
 * all between them do.
 */
export function float32Between(from: number, to: number, exponent: number): number {
  if (exponent < PAIR_EXPONENT_MIN || exponent > PAIR_EXPONENT_MAX) return Number.NaN;
  needPower(exponent);
  const power = powersHigh[exponent - PAIR_EXPONENT_MIN]!;
  const low = Math.fround(from * power * (1 - WIDER));
  return low === Math.fround(to * power * (1 + WIDER)) ? low : Number.NaN;
}

/**
 * The double nearest to `(digits * 10^restDigits + rest) * 10^exponent`; NaN where that cannot be told.
 *
 * Reckoned with pairs of doubles, a sum of 106 bits (T. J. Dekker, A floating-point technique for extending the
 * available precision, 1971): if the sum less its error and the sum more its error round to the same double, that is
 * the nearest.
 *
 * @param digits - A whole number below 10^15, as `rest` is.
 */
export function doubleOf(digits: number, rest: number, restDigits: number, exponent: number): number {
  if (exponent < PAIR_EXPONENT_MIN || exponent > PAIR_EXPONENT_MAX || restDigits > REST_DIGITS_MAX) return Number.NaN;
  needPower(exponent);
  const scale = exactPowers[restDigits]!;
  const shifted = digits * scale;
  const whole = shifted + rest;
  const added = whole - shifted;
  const wholeLow = productError(digits, scale, shifted) + (shifted - (whole - added) + (rest - added));

  const high = powersHigh[exponent - PAIR_EXPONENT_MIN]!;
  const product = whole * high;
  const low = productError(whole, high, product) + (whole * powersLow[exponent - PAIR_EXPONENT_MIN]! + wholeLow * high);
  // Outside, the errors of the parts would be subnormal, or the parts infinite.
  if (!(product > 1e-270 && product < 1e290)) return Number.NaN;
  const value = product + low;
  const valueLow = low - (value - product);
  const error = value * PAIR_ERROR;
  return value + (valueLow - error) === value + (valueLow + error) ? value + valueLow : Number.NaN;
}

/** What a product of doubles lacks, exactly: Dekker's product, with Veltkamp's split. */
function productError(a: number, b: number, product: number): number {
  const aTimes = a * SPLITTER;
  const aHigh = aTimes - (aTimes - a);
  const aLow = a - aHigh;
  const bTimes = b * SPLITTER;
  const bHigh = bTimes - (bTimes - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}
