import assert from 'node:assert/strict';
import fc from 'fast-check';
import { it } from 'vitest';
import { writeJson } from '../../../../src/schema/json/write.js';

it('the text of a float64 is what JSON.stringify writes, but for the sign of zero', () => {
  const property = fc.property(fc.float64Array({ maxLength: 600 }), (data) => {
    assert.equal(writeJson(data).replaceAll('-0.0,', '0,').replace('-0.0]', '0]'), JSON.stringify(Array.from(data)));
  });
  fc.assert(property, { numRuns: 500 });
  const edges = Float64Array.of(
    -1.2345678901234567e-6,
    -(2 ** 31),
    2 ** 31,
    -1e20,
    1e21,
    5e-324,
    -1.7976931348623157e308,
  );
  assert.equal(writeJson(edges), JSON.stringify(Array.from(edges)));
});
