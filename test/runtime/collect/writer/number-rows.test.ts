import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNumbers, numberRows, rowWidth } from '../../../../src/runtime/collect/writer/number-rows.js';

describe('numberRows()', () => {
  it.each([
    ['[1]', false, ['1']],
    ['[1,-2.5,3e-7]', false, ['1,-2.5,3e-7']],
    ['[1,2]', true, ['1', '2']],
    ['[[1,2],[3,4]]', false, ['1,2', '3,4']],
    ['[[1],[2,-0.0]]', true, ['1', '2,-0.0']],
  ])('of %s, as a column: %s', (json, column, rows) => {
    expect(numberRows(json, column)).toEqual(rows);
  });

  it.each([
    ['[]', '[[]]', '1', '[null]', '["1"]', '[true]', '{"a":1}', '[1, 2]', '[[[1]]]', '[[1],2]', '[1,[2]]', '[[1],[]]'],
    ['', '[', '[1', '[1,]', '[,1]', '[[1],]', '[[1]', '[[1]],[[2]]', '[01]', '[1.]', '[.5]', '[+1]', '[1e]', '[NaN]'],
  ])('takes nothing else: %s, …', (...others) => {
    for (const json of others) expect(numberRows(json, false), json).toBeUndefined();
  });

  it('knows each array of numbers, and takes nothing that is no JSON', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    const row = fc.array(number, { minLength: 1 });
    fc.assert(fc.property(fc.oneof(row, fc.array(row, { minLength: 1 })), (value) => isNumbers(JSON.stringify(value))));
    const text = fc.string({ unit: fc.constantFrom(...'[],-+.eE019 '), maxLength: 12 });
    fc.assert(
      fc.property(text, (json) => {
        if (isNumbers(json)) JSON.parse(json);
      }),
      { numRuns: 5_000 },
    );
  });
});

it('rowWidth() counts the numbers', () => {
  expect(['1', '1,2', '-1.5,2e3,3'].map(rowWidth)).toEqual([1, 2, 3]);
});
