import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { float16Bits, float16Value } from '../../../../src/dtype.js';
import { FLOAT16_BYTES_MAX } from '../../../../src/schema/json/numbers/float16-text.js';
import { writeJson } from '../../../../src/schema/json/write.js';
import { Tensor } from '../../../../src/tensor.js';

const all = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
const texts = writeJson(new Tensor('float16', all, [65536]))
  .slice(1, -1)
  .split(',');

describe('the text of every float16', () => {
  it('is read back, reads as JavaScript prints it, and keeps to its room', () => {
    for (const bits of all) {
      const text = texts[bits] as string;
      const value = float16Value(bits);
      assert.ok(text.length < FLOAT16_BYTES_MAX, text);
      if (!Number.isFinite(value)) assert.equal(text, 'null');
      else if (value === 0) assert.equal(text, bits === 0 ? '0' : '-0.0');
      else {
        assert.equal(text, String(Number(text)));
        assert.equal(float16Bits(Number(text)), bits, text);
      }
    }
  });

  it('has no more digits behind the point than name it', () => {
    for (const bits of all) {
      const text = texts[bits] as string;
      const digits = text.replace(/e.*|[-.]/g, '').replace(/^0+|0+$/g, '').length;
      // Whole numbers keep all their digits: zeros instead would be as long.
      if (!/[.e]/.test(text) || digits < 2) continue;
      const [fraction, exponent] = float16Value(bits)
        .toExponential(digits - 2)
        .split('e');
      const units = Number(fraction?.replace('.', ''));
      for (const whole of [units - 1, units, units + 1]) {
        const shorter = Number(`${whole}e${Number(exponent) - digits + 2}`);
        assert.notEqual(float16Bits(shorter), bits, `${shorter} is shorter than ${text}`);
      }
    }
  });

  it.each([
    [0.1, '0.1'],
    [1 / 3, '0.3333'],
    [65504, '65504'],
    [2 ** -24, '6e-8'],
  ])('%s is %s', (value, text) => assert.equal(texts[float16Bits(value)], text));
});
