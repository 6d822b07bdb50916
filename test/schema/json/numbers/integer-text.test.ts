import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { writeJson } from '../../../../src/schema/json/write.js';

const literals = (data: ArrayLike<number | bigint>) => `[${Array.from(data, String).join(',')}]`;

describe('the text of integers is their literal', () => {
  it.each([
    ['int8', Int8Array],
    ['uint8, clamped', Uint8ClampedArray],
    ['int16', Int16Array],
    ['uint16', Uint16Array],
    ['int32', Int32Array],
    ['uint32', Uint32Array],
  ] as const)('%s', (_, NumberArray) => {
    const ends = [0, 1, -1, 127, -128, 255, 32767, -32768, 65535, 2 ** 31 - 1, -(2 ** 31), 2 ** 32 - 1];
    const tens = Array.from({ length: 10 }, (_, i) => [10 ** i, 10 ** i - 1, -(10 ** i)]).flat();
    const edges = NumberArray.from([...ends, ...tens]);
    assert.equal(writeJson(edges), literals(edges));
    const property = fc.property(fc.array(fc.integer(), { maxLength: 600 }), (numbers) => {
      const data = NumberArray.from(numbers);
      assert.equal(writeJson(data), literals(data));
    });
    fc.assert(property);
  });

  it.each([
    ['int64', BigInt64Array],
    ['uint64', BigUint64Array],
  ] as const)('%s', (_, BigArray) => {
    const powers = Array.from({ length: 64 }, (_, i) => [2n ** BigInt(i), 10n ** BigInt(i % 20)]).flat();
    const edges = BigArray.from(powers.flatMap((power) => [power, power - 1n, power + 1n, -power, 1n - power]));
    assert.equal(writeJson(edges), literals(edges));
    const property = fc.property(fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n })), (numbers) => {
      const data = BigArray.from(numbers);
      assert.equal(writeJson(data), literals(data));
      assert.equal(writeJson(data.subarray(1)), literals(data.subarray(1)));
    });
    fc.assert(property, { numRuns: 500 });
  });
});
