import { describe, expect, it } from 'vitest';
import { queryAsJson } from '../../../src/runtime/worker/query.js';

describe('queryAsJson()', () => {
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
    expect(queryAsJson(`/score?q=${value}`, { depthMax: 10 })).toBe(`{"q": "${text}"}`);
  });

  it('keeps the sign of a negative zero, and an integer has none', () => {
    expect(queryAsJson('/score?a=-0.0&b=-0', { depthMax: 10 })).toBe('{"a": -0.0, "b": 0}');
  });
});
