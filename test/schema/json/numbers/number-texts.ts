import type { Random } from './random.js';

const doubles = new Float64Array(1);
const doubleBits = new BigUint64Array(doubles.buffer);
const floats = new Float32Array(1);
const floatBits = new Uint32Array(floats.buffer);

function doubleOfBits(bits: bigint): number {
  doubleBits[0] = bits;
  return doubles[0]!;
}

function floatOfBits(bits: number): number {
  floatBits[0] = bits;
  return floats[0]!;
}

function digits(random: Random, count: number): string {
  let text = '';
  while (text.length < count) text += String(random.bits32());
  return text.slice(0, count);
}

function integer(random: Random, lengthMax: number): string {
  return digits(random, 1 + random.below(lengthMax)).replace(/^0+(?=\d)/, '');
}

/** Digits with a point somewhere. */
function decimal(random: Random): string {
  const all = digits(random, 2 + random.below(69));
  const point = 1 + random.below(all.length - 1);
  return `${all.slice(0, point).replace(/^0+(?=\d)/, '')}.${all.slice(point)}`;
}

function exponent(random: Random, max: number): string {
  const value = random.below(max + 1);
  const padded = random.oneIn(8) ? `00${value}` : String(value);
  return random.pick(['e', 'E']) + random.pick(['', '+', '-', '-']) + padded;
}

function anyDouble(random: Random): number {
  for (;;) {
    const value = Math.abs(doubleOfBits(random.bits64()));
    if (Number.isFinite(value)) return value;
  }
}

/** A positive float32 that has a next one. */
function anyFloatBits(random: Random): number {
  return random.below(0x7f7fffff);
}

/** Between two float32: a double, exactly. */
function floatHalfway(random: Random): number {
  const bits = anyFloatBits(random);
  return (floatOfBits(bits) + floatOfBits(bits + 1)) / 2;
}

/** All digits of `significand * 2^exponent`. */
function expansion(significand: bigint, exponent: number): string {
  if (exponent >= 0) return String(significand << BigInt(exponent));
  const all = String(significand * 5n ** BigInt(-exponent)).padStart(1 - exponent, '0');
  return `${all.slice(0, exponent)}.${all.slice(exponent)}`;
}

/** All digits of a positive double, and with `halfway` of the middle to the next. */
function doubleExpansion(value: number, halfway: boolean): string {
  doubles[0] = value;
  const bits = doubleBits[0]!;
  const biased = Number(bits >> 52n);
  const fraction = bits & 0xfffffffffffffn;
  const significand = biased === 0 ? fraction : fraction | 0x10000000000000n;
  return expansion(2n * significand + (halfway ? 1n : 0n), Math.max(biased, 1) - 1076);
}

/** The same with a digit more, or the last one less. */
function nudged(random: Random, text: string): string {
  const more = text.includes('.') ? text : `${text}.`;
  switch (random.below(3)) {
    case 0:
      return `${more}${'0'.repeat(random.below(20))}1`;
    case 1:
      return more.replace(
        /\d(\.?)$/,
        (last, point) => `${Math.max(0, Number(last[0]) - 1)}${point}${digits(random, 1)}`,
      );
    default:
      return text.includes('.') ? text.slice(0, -1).replace(/\.$/, '') : text;
  }
}

/** Doubles whose expansions are not too long to make by the million. */
function middlingDouble(random: Random): number {
  const biased = random.oneIn(50) ? random.below(2046) : 900 + random.below(250);
  return doubleOfBits((BigInt(biased) << 52n) | (random.bits64() & 0xfffffffffffffn));
}

const borders = [
  '0',
  '0.0',
  '0e0',
  '0e-999',
  '0.000e999999999999',
  '1',
  '9',
  '10',
  '99999999',
  '999999999',
  '9999999999',
  '999999999999',
  '9999999999999',
  '999999999999999',
  '9999999999999999',
  '0.999999999999999',
  '0.9999999999999999',
  '1e22',
  '1e23',
  '1e-22',
  '1e-23',
  '123456789012345e22',
  '123456789012345e-22',
  '123456789012345e23',
  '3.4028234663852886e38',
  '3.4028235677973366e38',
  '3.4028235677973365e38',
  '3.4028236e38',
  '1e39',
  '1e400',
  '1.401298464324817e-45',
  '7.006492321624085e-46',
  '7.006492321624086e-46',
  '7e-46',
  '1.1754943508222875e-38',
  '1.7976931348623157e308',
  '1.7976931348623158e308',
  '1.7976931348623159e308',
  '1.797693134862315807e308',
  '2.2250738585072014e-308',
  '2.2250738585072011e-308',
  '4.9e-324',
  '5e-324',
  '2.4703282292062327e-324',
  '2.4703282292062328e-324',
  '2e-324',
  '1e-400',
  '1e-280',
  '1e-281',
  '1e290',
  '1e291',
  '1e-288',
  '1e-289',
  '9007199254740991',
  '9007199254740992',
  '9007199254740993',
  '9007199254740993.0000000000000000000000000000001',
  '9223372036854775807',
  '9223372036854775808',
  '9223372036854775809',
  '18446744073709551615',
  '18446744073709551616',
  '127',
  '128',
  '129',
  '255',
  '256',
  '32767',
  '32768',
  '32769',
  '65535',
  '65536',
  '2147483647',
  '2147483648',
  '2147483649',
  '4294967295',
  '4294967296',
  '1.0',
  '1e3',
  '1E+3',
  '120e-1',
  '125e-1',
  '0.5',
  '2.50e1',
  '65504',
  '65519.99999999999',
  '65520',
  '5.960464477539063e-8',
  '2.9802322387695312e-8',
  '1.00000000000000000000000000000000001',
  '0.1',
  '0.2',
  '0.3',
  '16777217',
  '16777219.0',
  '1.00000005960464477539062500',
  '1.000000059604644775390624999999',
  `0.${'0'.repeat(400)}1e400`,
  `0.${'0'.repeat(1000)}1e999`,
  `1${'0'.repeat(400)}e-400`,
  `0.${'0'.repeat(250_000)}1e250001`,
  `${'1'.repeat(4299)}`,
  `${'1'.repeat(4301)}.5e-4300`,
];

/** The 19 kinds of number texts, without sign: what is likely, and what is hard to round. */
export const numberClasses: Readonly<Record<string, (random: Random) => string>> = {
  'short integers': (random) => integer(random, 9),
  'long integers': (random) => integer(random, 70),
  'integers with an exponent': (random) => integer(random, 30) + exponent(random, 350),
  decimals: decimal,
  'decimals with an exponent': (random) => decimal(random) + exponent(random, 350),
  'decimals as people send them': (random) => (random.bits32() / 2 ** 30).toFixed(random.below(12)),
  'leading zeros': (random) => `0.${'0'.repeat(random.below(60))}${digits(random, 1 + random.below(25))}`,
  'doubles, shortest': (random) => String(anyDouble(random)),
  'doubles, 17 to 21 digits': (random) => anyDouble(random).toPrecision(17 + random.below(5)),
  'doubles near 1': (random) => String((random.bits32() / 2 ** 32 + random.bits32()) / 2 ** random.below(64)),
  'float32 as doubles': (random) => String(floatOfBits(anyFloatBits(random))),
  'float32 halfway': (random) => String(floatHalfway(random)),
  'beside float32 halfway': (random) => {
    doubles[0] = floatHalfway(random);
    return String(doubleOfBits(doubleBits[0]! + BigInt(random.pick([-2, -1, 1, 2]))));
  },
  'float32 halfway in full, and nudged': (random) => {
    const text = doubleExpansion(floatHalfway(random), false);
    return random.oneIn(3) ? text : nudged(random, text);
  },
  'double halfway in full, and nudged': (random) => {
    const text = doubleExpansion(middlingDouble(random), true);
    return random.oneIn(3) ? text : nudged(random, text);
  },
  'float32 subnormals': (random) => floatOfBits(1 + random.below(0x7fffff)).toPrecision(random.pick([7, 9, 17])),
  'double subnormals': (random) => {
    const value = doubleOfBits(random.bits64() & 0xfffffffffffffn);
    return random.oneIn(2) ? String(value) : value.toPrecision(17);
  },
  'around 2^53, 2^63 and 2^64': (random) =>
    String(2n ** random.pick([53n, 54n, 63n, 64n]) + BigInt(random.below(40) - 20)) +
    random.pick(['', '', '', '.0', '.00000000000000000001', '.5', 'e0', '0e-1']),
  borders: (random) => random.pick(borders),
};

/** A number of a class, with a sign as often as not. */
export function numberText(random: Random, name = random.pick(Object.keys(numberClasses))): string {
  const text = numberClasses[name]!(random);
  return random.oneIn(2) ? `-${text}` : text;
}
