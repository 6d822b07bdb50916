import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indentJson } from '../../src/cli/indent-json.js';

describe('indentJson()', () => {
  it('writes what JSON.stringify() writes with two blanks, from any spelling', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 1, '\t'), (value, indent) => {
        expect(indentJson(JSON.stringify(value, null, indent))).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });

  it('leaves numbers and strings as they stand', () => {
    const text = '{"a":[9223372036854775807,1.0,-1E400],"\\"{,}\\\\":" [\\u00e9] "}';
    expect(indentJson(text).replace(/\n */g, '').replaceAll('": ', '":')).toBe(text);
  });
});
