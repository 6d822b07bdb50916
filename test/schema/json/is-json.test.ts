import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJson } from '../../../src/schema/json/is-json.js';
import { parseJson } from '../../../src/schema/json/parse.js';
import { damagedText } from './damaged-text.js';

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
    const text = fc.oneof(
      fc.json(),
      fc
        .tuple(fc.jsonValue(), fc.constantFrom(1, '\t'))
        .map(([value, space]) => JSON.stringify(value, undefined, space)),
    );
    const damaged = damagedText(text, { damagesMin: 0, more: ['NaN'] });
    const property = fc.property(damaged, (json) => {
      const wellFormed = Buffer.from(json);
      expect(isJson(wellFormed), json).toBe(isParsed(wellFormed.toString()));
    });
    fc.assert(property, { numRuns: Number(process.env.FUZZ_CASES ?? 5_000) });
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
