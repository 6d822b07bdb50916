import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { FLOAT32_BYTES_MAX, writeFloat32s } from '../../../../src/schema/json/numbers/float32-text.js';

function text(value: number): string {
  const bytes = Buffer.alloc(64);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return bytes.toString('latin1', 0, writeFloat32s(Float32Array.of(value), 0, 1, view, 0));
}

describe('writeFloat32s()', () => {
  it.each([
    [0.1, '0.1,'],
    [1 / 3, '0.33333334,'],
    [202.83589, '202.83589,'],
    [-1234.5, '-1234.5,'],
    [16777215, '16777215,'],
    [16777216, '16777216,'],
    [1e10, '10000000000,'],
    [1e20, '100000000000000000000,'],
    [1e21, '1e+21,'],
    [3.4028234663852886e38, '3.4028235e+38,'],
    [1e-6, '0.000001,'],
    [-1.2345678e-6, '-0.0000012345678,'],
    [9.99999e-7, '9.99999e-7,'],
    [1.17549435e-38, '1.1754944e-38,'],
    [1e-45, '1e-45,'],
    // Its lower neighbours lie closer: the nearest eight digits, 1.2621774e-29, name one of them.
    [2 ** -96, '1.2621775e-29,'],
    [0, '0,'],
    [-0, '-0.0,'],
    [Number.NaN, 'null,'],
    [Number.NEGATIVE_INFINITY, 'null,'],
  ])('%s is %s', (value, expected) => assert.equal(text(Math.fround(value)), expected));

  it('keeps to its room', () => {
    assert.equal(text(-340282350000000000000).length, FLOAT32_BYTES_MAX);
  });
});
