import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { numberOfText } from '../../src/schema/number-text.js';

describe('numbers sent as text', () => {
  it('reads floats as Python does', () => {
    const texts: [string, number][] = [
      ['7', 7],
      ['-7.', -7],
      ['+.5', 0.5],
      ['1.5e-3', 0.0015],
      ['1.E3', 1000],
      [' 2 ', 2],
      ['NaN', Number.NaN],
      ['-inf', Number.NEGATIVE_INFINITY],
      ['+Infinity', Number.POSITIVE_INFINITY],
    ];
    for (const [text, number] of texts) assert.equal(numberOfText(text, 'float64'), number, text);
  });

  it('refuses what is no float', () => {
    for (const text of [
      '',
      '.',
      '+',
      'e3',
      '1e',
      '1.e',
      '.e3',
      '1..2',
      '1_000',
      '0x10',
      '--1',
      '1 2',
      'nano',
      'infi',
    ]) {
      assert.equal(numberOfText(text, 'float64'), undefined, text);
    }
  });

  it('refuses a million digits that are no number at once, wherever they stop being one', () => {
    const digits = '1'.repeat(1_000_000);
    for (const text of [`${digits}x`, `${digits}.${digits}x`, `.${digits}x`, `1e${digits}x`]) {
      for (const type of ['float64', 'int64', 'bool'] as const) assert.equal(numberOfText(text, type), undefined);
    }
  });

  it('takes no integer out of its range, and no fraction', () => {
    assert.equal(numberOfText('-9223372036854775808', 'int64'), -(2n ** 63n));
    assert.equal(numberOfText('9223372036854775808', 'int64'), undefined);
    assert.equal(numberOfText('256', 'uint8'), undefined);
    assert.equal(numberOfText('7.5', 'int64'), undefined);
  });
});
