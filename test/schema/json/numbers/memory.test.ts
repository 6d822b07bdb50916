import assert from 'node:assert/strict';
import { beforeEach, describe, it, vi } from 'vitest';
import type { NumericType } from '../../../../src/dtype.js';
import { readTensor } from '../../../../src/schema/json/numbers/tensor-reader.js';
import type { TensorSpec } from '../../../../src/tensor.js';

const allocations = vi.hoisted(() => [] as number[]);

vi.mock('../../../../src/dtype.js', async (importOriginal) => {
  const dtype = await importOriginal<typeof import('../../../../src/dtype.js')>();
  const newNumericArray = (type: NumericType, length: number) => {
    const array = dtype.newNumericArray(type, length);
    allocations.push(array.byteLength);
    return array;
  };
  return { ...dtype, newNumericArray };
});

const free = undefined;
const long = `${'1'.repeat(100)},`.repeat(5_000);
const short = '1,'.repeat(100_000);

function read(text: string, dims: TensorSpec['dims']) {
  return readTensor(Buffer.from(text), 0, { type: 'float64', dims });
}

describe('the memory of readTensor()', () => {
  beforeEach(() => void allocations.splice(0));

  it.each<[string, string, TensorSpec['dims'], string]>([
    ['a row much shorter than its shape', `[${short}1]`, [2 ** 40], 'unfit'],
    ['rows much shorter than their shape', `[[${short}1]]`, [free, 2 ** 40], 'unfit'],
    ['many rows where the shape has more', `[${'[1],'.repeat(50_000)}[1]]`, [2 ** 30, 1], 'unfit'],
    ['short numbers after long ones', `[${long}${short}1]`, [free], 'tensor'],
    ['long numbers after short ones', `[${short}${long}1]`, [free], 'tensor'],
    ['much behind it', `[${short}1]${' '.repeat(1_000_000)}`, [free], 'tensor'],
    ['a body that breaks off', `[${short}`, [free], 'unknown'],
  ])('is some times the body at the most: %s', (_, text, dims, kind) => {
    assert.equal(read(text, dims).kind, kind);
    const bytes = allocations.reduce((sum, size) => sum + size, 0);
    assert.ok(bytes > 0);
    // Eight bytes for two of the text, and all that was there before the last doubling.
    assert.ok(bytes <= 8 * text.length, `${bytes} bytes for ${text.length}: ${allocations}`);
  });

  it('is allocated once where the shape says how much it is', () => {
    const image = JSON.stringify(Array.from({ length: 20 }, () => Array.from({ length: 1000 }, () => Math.random())));
    for (const dims of [
      [20, 1000],
      [free, 20, 1000],
    ]) {
      allocations.length = 0;
      assert.equal(read(dims.length === 2 ? image : `[${image}]`, dims).kind, 'tensor');
      assert.deepEqual(allocations, [160_000]);
    }
  });

  it('is allocated once for a small tensor, and not at all for one that does not fit', () => {
    assert.equal(read('[[1,2,3],[4,5,6]]', [free, free]).kind, 'tensor');
    assert.deepEqual(allocations, [48]);
    assert.equal(read('[[1,2,3],[4,5]]', [free, free]).kind, 'unfit');
    assert.deepEqual(allocations, [48]);
  });
});
