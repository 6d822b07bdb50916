import { expect, it } from 'vitest';
import { TextCache } from '../../../../src/runtime/collect/writer/text-cache.js';

/** Gets what a cache has, and the keys for which it had to be made. */
function setUp(make: (key: string) => string) {
  const cache = new TextCache();
  const made: string[] = [];
  const get = (key: string) =>
    cache.get(key, (given) => {
      made.push(given);
      return make(given);
    });
  return { get, made };
}

it('makes each thing once', () => {
  const { get, made } = setUp((key) => key.toUpperCase());
  expect(['a', 'b', 'a', 'b'].map(get)).toEqual(['A', 'B', 'A', 'B']);
  expect(made).toEqual(['a', 'b']);
});

it.each([
  ['keys', 100_000, 0],
  ['what is made of them', 5, 100_000],
])('forgets, where %s are too long to come again', (_, keyLength, length) => {
  const { get, made } = setUp(() => 'x'.repeat(length));
  get('first');
  get('first');
  for (let i = 0; i < 20; i++) get(`${i}`.padEnd(keyLength));
  get('first');
  expect(made.filter((key) => key === 'first')).toHaveLength(2);
});
