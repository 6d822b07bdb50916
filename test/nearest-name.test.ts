import { expect, it } from 'vitest';
import { nearestName } from '../src/nearest-name.js';

it.each<[string, string[], string | undefined]>([
  ['data', ['Data', 'date'], 'Data'],
  ['sepal_length', ['sepalLength', 'petal_length'], 'sepalLength'],
  ['temperature', ['temprature', 'pressure'], 'temprature'],
  ['age', ['ages'], 'ages'],
  ['age', ['name', 'x'], undefined],
  ['a', ['b'], undefined],
  ['x'.repeat(1000), ['x'.repeat(1000)], undefined],
])('%j of %j is %j', (name, candidates, nearest) => expect(nearestName(name, candidates)).toBe(nearest));

it('looks at the first thousand names alone', () => {
  const others = new Array<string>(999).fill('shape');
  expect(nearestName('data', [...others, 'Data'])).toBe('Data');
  expect(nearestName('data', [...others, 'shape', 'Data'])).toBeUndefined();
});
