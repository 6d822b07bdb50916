import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { writeJsonBytes } from '../../../../src/schema/json/write.js';

// FUZZ_CASES counts arrays of a hundred numbers; `npm run test:fuzz` asks 50 times as often.
const ARRAYS = Math.ceil(Number(process.env.FUZZ_CASES ?? 1_000));
const NUMBERS = 100;
const TIMEOUT_MS = 20_000 + 5 * ARRAYS;

const texts = (numbers: Float32Array) => writeJsonBytes(numbers).toString().slice(1, -1).split(',');

/** How many digits name a float32: the nearest decimal of so many digits does, or one beside it. */
function fewestDigits(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const [fraction, exponent] = value.toExponential(digits - 1).split('e');
    const units = Number(fraction?.replace('.', ''));
    const scale = Number(exponent) - digits + 1;
    if ([units, units - 1, units + 1].some((whole) => Math.fround(Number(`${whole}e${scale}`)) === value))
      return digits;
  }
  return 9;
}

function digitsOf(text: string): number {
  const digits = text.replace(/e.*|[-.]/g, '').replace(/^0+|0+$/g, '');
  return digits.length;
}

function check(numbers: Float32Array): void {
  const written = texts(numbers);
  assert.equal(written.length, numbers.length);
  for (const [i, text] of written.entries()) checkText(text, numbers[i] as number);
}

function checkText(text: string, value: number): void {
  if (!Number.isFinite(value)) assert.equal(text, 'null');
  else if (value === 0) assert.equal(text, Object.is(value, -0) ? '-0.0' : '0');
  else {
    assert.equal(text, String(Number(text)));
    assert.equal(Math.fround(JSON.parse(text)), value, text);
    assert.ok(digitsOf(text) <= fewestDigits(value), `${text} has ${fewestDigits(value)} digits`);
  }
}

/** Numbers of one kind from a seed: a case is named by its seed alone. */
function numbersFrom(seed: number, of: (random: () => number) => number): Float32Array {
  let state = seed;
  const random = () => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return Float32Array.from({ length: NUMBERS }, () => of(random));
}

function floatOf(bits: number): number {
  return new Float32Array(Uint32Array.of(bits).buffer)[0] as number;
}

describe('the text of a float32 is read back, has the fewest digits, and reads as JavaScript prints it', () => {
  it.each<[string, (random: () => number) => number]>([
    ['any bits', (random) => floatOf(random() * 2 ** 32)],
    ['subnormals', (random) => floatOf(random() * 2 ** 23)],
    ['probabilities', (random) => random() ** 8],
    ['few digits', (random) => Math.round(random() * 10 ** (random() * 9)) / 10 ** Math.floor(random() * 12)],
    ['any short decimal', (random) => Number(`${Math.ceil(random() * 999)}e${Math.floor(random() * 84) - 46}`)],
    ['whole numbers', (random) => Math.round((random() - 0.5) * 2 ** (random() * 80))],
  ])(
    '%s',
    (_, of) => {
      const property = fc.property(fc.integer(), (seed) => check(numbersFrom(seed, of)));
      fc.assert(property, { numRuns: Math.ceil(ARRAYS / 6) });
    },
    TIMEOUT_MS,
  );

  it('powers of two and their neighbours', () => {
    const bits = Array.from({ length: 255 }, (_, exponent) => exponent << 23);
    check(Float32Array.from(bits.flatMap((power) => [power - 1, power, power + 1, power | 0x400000]).map(floatOf)));
  });

  it('powers of ten and their neighbours', () => {
    const tens = Array.from({ length: 84 }, (_, i) => Math.fround(Number(`1e${i - 45}`)));
    const bits = [...new Uint32Array(Float32Array.from(tens).buffer)].filter((pattern) => pattern > 0);
    check(Float32Array.from(bits.flatMap((ten) => [ten - 1, ten, ten + 1]).map(floatOf)));
  });
});
