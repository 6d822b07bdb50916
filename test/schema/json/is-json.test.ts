import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJson } from '../../../src/schema/json/is-json.js';
import { parseJson } from '../../../src/schema/json/parse.js';

function isParsed(text: string): boolean {
  try {
    parseJson(text, { depthMax: 1000 });
    return true;
  } catch {
    return false;
  }
}

describe('isJson()', () => {
  it('takes what the parser takes, and nothing else', () => {
    const bits = [
      '[',
      ']',
      '{',
      '}',
      ',',
      ':',
      '"',
      '\\',
      '\\u',
      '0',
      '-',
      '.',
      'e',
      '+',
      'true',
      'NaN',
      ' ',
      '\n',
      '\u0001',
      '\u00a0',
    ];
    const damage = fc.record({ at: fc.nat(), cut: fc.nat(3), insert: fc.constantFrom('', '', ...bits) });
    const text = fc.oneof(
      fc.json(),
      fc
        .tuple(fc.jsonValue(), fc.constantFrom(1, '\t'))
        .map(([value, space]) => JSON.stringify(value, undefined, space)),
    );
    const damaged = fc.tuple(text, fc.array(damage, { maxLength: 3 })).map(([whole, damages]) =>
      damages.reduce((rest, { at, cut, insert }) => {
        const place = at % (rest.length + 1);
        return rest.slice(0, place) + insert + rest.slice(place + cut);
      }, whole),
    );
    const property = fc.property(damaged, (json) => {
      const wellFormed = Buffer.from(json);
      expect(isJson(wellFormed), json).toBe(isParsed(wellFormed.toString()));
    });
    fc.assert(property, { numRuns: Number(process.env.FUZZ_CASES ?? 10_000) });
  });

  it.each([
    '',
    ' ',
    '[]',
    ' [ ] ',
    '{}',
    '{"a":{}}',
    '[[],[[]],{"a":[]}]',
    '[1,]',
    '[,1]',
    '[1 2]',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{a:1}',
    '[}',
    '{]',
    ']',
    '[1]]',
    '[[1]',
    '"\\u12G4"',
    '"\\u1234"',
    '"\\x"',
    '"\\',
    '"a\tb"',
    'NaN',
    '-NaN',
    '-Infinity',
    'Infinit',
    'truefalse',
    '01',
    '-',
    '-0',
    '1.',
    '.5',
    '1e',
    '1e+5',
    '1e5.5',
    '1'.repeat(4300),
    '1'.repeat(4301),
    `${'1'.repeat(4301)}.5`,
    `-${'1'.repeat(4301)}`,
  ])('agrees with the parser on %j', (text) => expect(isJson(Buffer.from(text))).toBe(isParsed(text)));
});
