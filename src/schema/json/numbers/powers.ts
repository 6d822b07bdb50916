/** The powers of ten from 10^0 to 10^22: all that a double holds exactly. */
export const exactPowers = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/** Below it the low halves would be subnormal, and wrong in their last bits. */
export const PAIR_EXPONENT_MIN = -280;
export const PAIR_EXPONENT_MAX = 290;

const PAIRS = PAIR_EXPONENT_MAX - PAIR_EXPONENT_MIN + 1;

/** At `exponent - PAIR_EXPONENT_MIN`, after {@link needPower}: the double nearest to the power of ten. */
export const powersHigh = new Float64Array(PAIRS);
/** The double nearest to what `powersHigh` lacks: both together are off by less than 2^-105 of the power. */
export const powersLow = new Float64Array(PAIRS);

/** Sees to it that the pair of an exponent is there. Each is made when it is first needed: a start pays for none. */
export function needPower(exponent: number): void {
  const i = exponent - PAIR_EXPONENT_MIN;
  if (powersHigh[i] !== 0) return;
  const high = Number(`1e${exponent}`);
  powersLow[i] = exponent < 0 ? lowOfFraction(high, -exponent) : Number(10n ** BigInt(exponent) - BigInt(high));
  powersHigh[i] = high;
}

/** The double nearest to `10^-digits - high`. */
function lowOfFraction(high: number, digits: number): number {
  const bits = new BigUint64Array(Float64Array.of(high).buffer)[0]!;
  const significand = (bits & 0xfffffffffffffn) | 0x10000000000000n;
  const halvings = 1075 - Number(bits >> 52n); // high = significand / 2^halvings
  const power = 10n ** BigInt(digits);
  const missing = ((1n << BigInt(halvings)) - significand * power) << 128n;
  return Number(missing / power) * 2 ** -128 * 2 ** -halvings;
}
