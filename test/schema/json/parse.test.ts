import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonSyntaxError, parseJson } from '../../../src/schema/json/parse.js';
import { damagedText } from './damaged-text.js';

const limits = { depthMax: 100 };
const parse = (text: string) => parseJson(text, limits);

/** The same without the help of JSON.parse, which would lose the sign of the zero. */
const parseAlone = (text: string) => (parseJson(`[-0,\n${text}]`, { depthMax: 101 }) as unknown[])[1];

/** The message of the error that a text must give. */
function problem(text: string): string {
  try {
    parse(text);
  } catch (error) {
    expect(error).toBeInstanceOf(JsonSyntaxError);
    return (error as JsonSyntaxError).message;
  }
  throw new Error(`it was read: ${text}`);
}

describe('parseJson()', () => {
  it('reads what JSON.stringify writes, as JSON.parse does', () => {
    const point = fc.oneof(
      fc.integer({ min: 0, max: 0x7f }),
      fc.integer({ min: 0xd800, max: 0xdfff }),
      fc.integer({ min: 0, max: 0x10ffff }),
    );
    // What fast-check has for all of Unicode takes seconds to make ready, and has no half of a pair.
    const stringUnit = point.map(
      (point) => String.fromCodePoint(point),
      (unit) => (unit as string).codePointAt(0) as number,
    );
    const text = fc
      .tuple(fc.jsonValue({ stringUnit }), fc.constantFrom(undefined, 1, '\t', '\r\n '))
      .map(([value, space]) => JSON.stringify(value, undefined, space));
    const property = fc.property(text, (json) => {
      for (const read of [parse, parseAlone]) expect(rounded(read(json))).toEqual(rounded(JSON.parse(json)));
    });
    fc.assert(property, { numRuns: 1_000 });
  });

  it('counts the levels alike with and without JSON.parse, whatever is in strings', () => {
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 6 },
        fc.string({ unit: fc.constantFrom('[', '{', ']', '"', '\\', 'a') }),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('[', '"{', '\\'), tie('tree')),
      ),
    }));
    const property = fc.property(tree, fc.integer({ min: 1, max: 5 }), (value, depthMax) => {
      const outcome = (text: string, levels: number) => {
        try {
          parseJson(text, { depthMax: levels });
          return 'read';
        } catch {
          return 'refused';
        }
      };
      const json = JSON.stringify(value);
      expect(outcome(`[${json}]`, depthMax)).toBe(outcome(`[-0,${json}]`, depthMax));
    });
    fc.assert(property, { numRuns: 1_000 });
  });

  it('takes and refuses the same damaged texts as JSON.parse', () => {
    const damaged = damagedText(fc.json(), { damagesMin: 1 });
    const property = fc.property(damaged, (text) => {
      let expected: { readonly value: unknown } | undefined;
      try {
        expected = { value: JSON.parse(text) };
      } catch {}
      if (expected)
        for (const read of [parse, parseAlone]) expect(rounded(read(text))).toEqual(rounded(expected.value));
      else expect(problem(text)).toMatch(/: line \d+ column \d+ \(char \d+\)$/);
    });
    fc.assert(property, { numRuns: 2_000 });
  });

  it.each([
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['-9007199254740993', -9007199254740993n],
    ['123456789012345678901234567890', 123456789012345678901234567890n],
    ['1.0', 1],
    ['1e400', Number.POSITIVE_INFINITY],
    ['12345678901234567890.0', 12345678901234567000],
    ['-0', 0],
    ['-0.0', -0],
    ['5e-324', 5e-324],
    [' NaN ', Number.NaN],
    ['-Infinity', Number.NEGATIVE_INFINITY],
    ['"\\ud83d\\ude00 \\ud83d"', '😀 \ud83d'],
  ])('%s is kept as it is', (text, value) => expect(parse(text)).toEqual(value));

  it('lets the last of repeated keys win, and __proto__ be a key', () => {
    expect(parse('{"a":1,"b":2,"a":3}')).toEqual({ a: 3, b: 2 });
    const object = parse('{"__proto__":{"polluted":1}}') as Record<string, unknown>;
    expect(Object.keys(object)).toEqual(['__proto__']);
    expect(object.polluted).toBe(undefined);
    expect(({} as Record<string, unknown>).polluted).toBe(undefined);
  });

  // The words and places are those of CPython's json module.
  it.each([
    ['', 'Expecting value: line 1 column 1 (char 0)'],
    ['{"data": }', 'Expecting value: line 1 column 10 (char 9)'],
    ['[1,]', 'Expecting value: line 1 column 4 (char 3)'],
    ['[1 2]', "Expecting ',' delimiter: line 1 column 4 (char 3)"],
    ['{"a" 1}', "Expecting ':' delimiter: line 1 column 6 (char 5)"],
    ['{a:1}', 'Expecting property name enclosed in double quotes: line 1 column 2 (char 1)'],
    ['{"a":1 "b"}', "Expecting ',' delimiter: line 1 column 8 (char 7)"],
    ['{} x', 'Extra data: line 1 column 4 (char 3)'],
    ['01', 'Extra data: line 1 column 2 (char 1)'],
    ['"abc', 'Unterminated string starting at: line 1 column 1 (char 0)'],
    ['["a\\', 'Unterminated string starting at: line 1 column 2 (char 1)'],
    ['"a\tb"', 'Invalid control character at: line 1 column 3 (char 2)'],
    ['"\\x"', 'Invalid \\escape: line 1 column 2 (char 1)'],
    ['"\\u12g4"', 'Invalid \\uXXXX escape: line 1 column 3 (char 2)'],
    ['[\n1,\n\n  x]', 'Expecting value: line 4 column 3 (char 8)'],
    ['[\r\n\r\nx', 'Expecting value: line 3 column 1 (char 5)'],
    ['\n\n', 'Expecting value: line 3 column 1 (char 2)'],
    ['True', 'Expecting value: line 1 column 1 (char 0)'],
  ])('says where %j goes wrong', (text, message) => expect(problem(text)).toBe(message));

  it('has a limit for depth, arrays and objects together', () => {
    expect(parse(`${'['.repeat(100)}${']'.repeat(100)}`)).toBeInstanceOf(Array);
    expect(parse(`[${'[],'.repeat(200)}[]]`)).toHaveLength(201);
    expect(problem(`${'{"a":['.repeat(51)}`)).toBe('Nested deeper than 100 levels: line 1 column 301 (char 300)');
    expect(problem('['.repeat(10_000_000))).toBe('Nested deeper than 100 levels: line 1 column 101 (char 100)');
  });

  it('has a limit for the digits of an integer, and none for those of a fraction', () => {
    expect(parse('7'.repeat(4_300))).toBe(BigInt('7'.repeat(4_300)));
    expect(problem(`[${'7'.repeat(4_301)}]`)).toBe('Integer of more than 4300 digits: line 1 column 2 (char 1)');
    expect(parse(`0.${'1'.repeat(5_000_000)}`)).toBeCloseTo(1 / 9);
  });

  it('finds the place of an error in time that grows with the text, not faster', () => {
    const startedAt = performance.now();
    expect(problem(`${'\n'.repeat(10_000_000)}x`)).toBe('Expecting value: line 10000001 column 1 (char 10000000)');
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});

/** A value without what one of the parsers cannot say: whole numbers that are no double, and the sign of zero. */
function rounded(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value;
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    Object.defineProperty(copy, key, { value: rounded(item), enumerable: true, writable: true, configurable: true });
  }
  return copy;
}
