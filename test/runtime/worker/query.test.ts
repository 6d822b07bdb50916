import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuery, queryAsJson } from '../../../src/runtime/worker/query.js';

const limits = { depthMax: 5 };
const parse = (query: string) => Object.fromEntries(parseQuery(`/score?${query}`, limits));

describe('parseQuery()', () => {
  it('gives nothing without a query', () => {
    expect(parseQuery('/score', limits).size).toBe(0);
    expect(parse('')).toEqual({});
    expect(parse('&&')).toEqual({});
  });

  // As the reference was seen to do.
  it.each([
    ['a=1', { a: 1 }],
    ['a=1.5e3', { a: 1500 }],
    ['d=null', { d: null }],
    ['t=true', { t: true }],
    ['i=True', { i: 'True' }],
    ['g=01', { g: '01' }],
    ['l=[1,"x"]', { l: [1, 'x'] }],
    ['o={"k":1}', { o: { k: 1 } }],
    ['s="quoted"', { s: 'quoted' }],
    ['w=two+words%21', { w: 'two words!' }],
    ['empty=', { empty: '' }],
    ['bare', { bare: '' }],
    ['a=1&a=x&a=', { a: [1, 'x', ''] }],
    ['a=1;b=2', { a: '1;b=2' }],
    ['a=b=c', { a: 'b=c' }],
    ['=1', { '': 1 }],
    ['n=NaN&i=-Infinity', { n: 'NaN', i: '-Infinity' }],
    ['a%20b=%C5%BE', { 'a b': 'ž' }],
    ['bad=%ff%C5%BE', { bad: '%FFž' }],
    ['half=%4', { half: '%4' }],
    ['big=12345678901234567890', { big: 12345678901234567890n }],
    ['deep=[[[[[[1]]]]]]', { deep: '[[[[[[1]]]]]]' }],
  ])('%s', (query, values) => expect(parse(query)).toEqual(values));

  it('takes __proto__ for a key like any other', () => {
    const values = parseQuery('/score?__proto__=1', limits);
    expect([...values]).toEqual([['__proto__', 1]]);
  });

  it('gives back what a client has encoded', () => {
    const pairs = fc.uniqueArray(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })), {
      selector: ([key]) => key,
    });
    const property = fc.property(pairs, (given) => {
      const query = given.map(
        ([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(JSON.stringify(value))}`,
      );
      expect([...parseQuery(`/score?${query.join('&')}`, limits)]).toEqual(given);
    });
    fc.assert(property);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (query) => parseQuery(`/score?${query}`, limits) instanceof Map),
    );
  });
});

describe('queryAsJson()', () => {
  it.each([
    ['', '{}'],
    ['a=1&b=x', '{"a": 1, "b": "x"}'],
    ['a=1&a=[2,3]', '{"a": [1, [2, 3]]}'],
    ['o={"k":{"n":null}}', '{"o": {"k": {"n": null}}}'],
    ['u=%C5%BE%F0%9F%98%80', '{"u": "\\u017e\\ud83d\\ude00"}'],
    ['q=%22%5Cn%22%0A', '{"q": "\\n"}'],
    ['big=12345678901234567890', '{"big": 12345678901234567890}'],
    ['inf=1e999', '{"inf": null}'],
  ])('%s is %s', (query, json) => expect(queryAsJson(`/score?${query}`, limits)).toBe(json));

  it.each([
    ['%C3%A9', '\\u00e9'],
    ['%ff%fe', '%FF%FE'],
    ['%C3%A9%ff%41', '\\u00e9%FFA'],
    ['%e2%82%41', '%E2%82A'],
    ['%ED%A0%80', '%ED%A0%80'],
    ['%f0%9f%98%c3%a9', '%F0%9F%98\\u00e9'],
    ['%F0%9F%98%80', '\\ud83d\\ude00'],
    ['%zz+%2B', '%zz +'],
  ])('leaves of %s only what is not UTF-8 as it came', (value, text) => {
    expect(queryAsJson(`/score?q=${value}`, limits)).toBe(`{"q": "${text}"}`);
  });

  it('keeps the sign of a negative zero, and an integer has none', () => {
    expect(queryAsJson('/score?a=-0.0&b=-0', limits)).toBe('{"a": -0.0, "b": 0}');
  });

  it('is ASCII and JSON, whatever the query', () => {
    const property = fc.property(fc.string({ unit: 'binary' }), (query) => {
      const json = queryAsJson(`/score?${query}`, limits);
      expect(json).toMatch(/^[\x20-\x7e]*$/);
      expect(typeof JSON.parse(json)).toBe('object');
    });
    fc.assert(property);
  });
});
