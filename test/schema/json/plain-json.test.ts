import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { isPlainJson } from '../../../src/schema/json/plain-json.js';

describe('isPlainJson()', () => {
  it.each<[string, unknown]>([
    ['a record', { label: 'cat', scores: [0.5, 1e300, 0], more: { none: null, yes: true, left: undefined } }],
    ['no numbers, which both write as null', [Number.NaN, Number.POSITIVE_INFINITY]],
    ['no prototype', Object.assign(Object.create(null), { a: 1 })],
    ['holes', new Array(3)],
  ])('is: %s', (_, value) => assert.equal(isPlainJson(value, 3), true));

  it.each<[string, unknown]>([
    ['-0', [-0]],
    ['bigint', { a: 1n }],
    ['a function', { a: () => 1 }],
    ['a symbol', [Symbol('s')]],
    ['a typed array', { a: new Float32Array(1) }],
    ['Date', new Date()],
    ['Map', new Map()],
    ['a boxed string', Object('a')],
    ['an object of a class', new (class Point {})()],
    ['toJSON of an array', Object.assign([1], { toJSON: () => 2 })],
    ['a toJSON that is no function', { toJSON: 1 }],
    ['too deep', [[[[]]]]],
    ['undefined alone, for which JSON.stringify gives no text', undefined],
  ])('is not: %s', (_, value) => assert.equal(isPlainJson(value, 3), false));
});
