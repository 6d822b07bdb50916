import { expect, it } from 'vitest';
import { Memory } from '../../../../src/runtime/collect/writer/memory.js';

it('makes each thing once', () => {
  const memory = new Memory<string>();
  const made: string[] = [];
  const get = (key: string) =>
    memory.get(key, (given) => {
      made.push(given);
      return given.toUpperCase();
    });
  expect(['a', 'b', 'a', 'b'].map(get)).toEqual(['A', 'B', 'A', 'B']);
  expect(made).toEqual(['a', 'b']);
});

it('forgets, where there are too many texts to come again', () => {
  const memory = new Memory<number>();
  let made = 0;
  const get = (key: string) => memory.get(key, () => ++made);
  expect(get('first')).toBe(1);
  for (let i = 0; i < 20; i++) get(`${i}`.padEnd(100_000));
  expect(get('first')).toBe(22);
});
