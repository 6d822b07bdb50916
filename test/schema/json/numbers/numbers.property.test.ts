import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import {
  type FloatType,
  float16Bits,
  type IntegerType,
  integerRanges,
  type NumericArray,
  type NumericType,
} from '../../../../src/dtype.js';
import { readTensor } from '../../../../src/schema/json/numbers/tensor-reader.js';
import { numberClasses, numberText } from './number-texts.js';
import { Random } from './random.js';
import { wholeOf } from './reference.js';

// Every number, however it is written, is read to the last bit as JSON.parse reads it, and every integer as BigInt
// does. `FUZZ_CASES` asks for so many numbers of each float type; `FUZZ_SEED` for those of an earlier run.

const CASES = Number(process.env.FUZZ_CASES ?? 20_000);
const ROW_LENGTH = 500;
const TIMEOUT_MS = Math.max(20_000, CASES);
const floatTypes: readonly FloatType[] = ['float32', 'float64', 'float16'];
const integerTypes = Object.keys(integerRanges) as IntegerType[];
const classNames = Object.keys(numberClasses);
const blanks = ['', '', '', '', ' ', '\n', '\r\n\t '];

function dataOf(text: string, type: NumericType, length: number): NumericArray {
  const read = readTensor(Buffer.from(text), 0, { type, dims: [length] });
  assert.equal(read.kind, 'tensor', text.slice(0, 200));
  assert.ok(read.kind === 'tensor' && read.end === text.length);
  return read.data;
}

/** What the element of a number must be, by the number that JSON.parse gives. */
function floatOf(type: FloatType, text: string, value: number): number {
  const number = text === '-0' ? 0 : value; // a whole -0 is an integer, as in the general parser
  return type === 'float64' ? number : type === 'float32' ? Math.fround(number) : float16Bits(number);
}

describe.each(floatTypes)('numbers read to %s', (type) => {
  it(
    'are those of JSON.parse, bit by bit',
    () => {
      const random = new Random();
      for (let done = 0; done < CASES; done += ROW_LENGTH) {
        // Evenly of every class.
        const texts = Array.from({ length: ROW_LENGTH }, (_, i) =>
          numberText(random, classNames[(done + i) % classNames.length]),
        );
        const row = `[${texts.map((text) => random.pick(blanks) + text + random.pick(blanks)).join()}]`;
        const data = dataOf(row, type, ROW_LENGTH);
        const elements =
          type === 'float16' ? new Uint16Array(data.buffer, data.byteOffset, data.length) : (data as Float64Array);
        const values = JSON.parse(row) as number[];
        for (let i = 0; i < ROW_LENGTH; i++) {
          const expected = floatOf(type, texts[i]!, values[i]!);
          if (Object.is(elements[i], expected)) continue;
          assert.fail(`${texts[i]} was read as ${elements[i]}, not ${expected}; FUZZ_SEED=${random.seed}`);
        }
      }
    },
    TIMEOUT_MS,
  );
});

/** An integer that is likely to be in a range or beside it. */
function nearInteger(random: Random): string {
  const width = random.pick([8n, 16n, 32n, 64n]) - BigInt(random.below(2));
  const near = 2n ** width + BigInt(random.below(7) - 3);
  const value = random.oneIn(2) ? near : BigInt.asUintN(Number(width), random.bits64()) + 1n;
  const suffix = random.oneIn(2) ? '' : random.pick(['.0', '.000', '.01', 'e0', 'E+1', '0e-1', '5e-1']);
  return `${random.pick(['', '-'])}${value}${suffix}`;
}

describe('numbers read to integers', () => {
  it(
    'are those of BigInt, or do not fit',
    () => {
      const random = new Random();
      for (let done = 0; done < CASES / 4; done++) {
        const text = random.oneIn(3) ? numberText(random) : nearInteger(random);
        if (text.length > 10_000) continue;
        const value = wholeOf(text);
        for (const type of integerTypes) {
          const { min, max } = integerRanges[type];
          const expected = value !== undefined && value >= min && value <= max ? value : undefined;
          const read = readTensor(Buffer.from(`[${text}]`), 0, { type, dims: [1] });
          const actual = read.kind === 'tensor' ? BigInt(read.data[0] as number | bigint) : undefined;
          if (actual === expected && read.kind === (expected === undefined ? 'unfit' : 'tensor')) continue;
          assert.fail(`${text} to ${type}: ${read.kind} ${actual}, not ${expected}; FUZZ_SEED=${random.seed}`);
        }
      }
    },
    TIMEOUT_MS,
  );

  it(
    'are the same in a row as alone',
    () => {
      const random = new Random();
      for (let done = 0; done < CASES; done += 2 * ROW_LENGTH) {
        for (const type of integerTypes) {
          const width = Number(type.replace(/\D+/, ''));
          const values = Array.from({ length: 100 }, () => {
            const bits = random.bits64() >> BigInt(random.below(64));
            return type.startsWith('u') ? BigInt.asUintN(width, bits) : BigInt.asIntN(width, bits);
          });
          const row = `[${values.map((value) => random.pick(blanks) + value + random.pick(['', '', '.0', ' '])).join()}]`;
          const data = dataOf(row, type, values.length);
          assert.deepEqual(Array.from(data as BigInt64Array, BigInt), values, `FUZZ_SEED=${random.seed}`);
        }
      }
    },
    TIMEOUT_MS,
  );
});
