import { type NumericType, newNumericArray } from '../../dtype.js';
import { Tensor } from '../../tensor.js';
import type { ModelValue, Tensors } from './model.js';

/**
 * One row of zeros, or of texts, for each input.
 *
 * @param freeLength - Of the free axes behind the first; that one is of length 1.
 * @param elementsMax - Of all inputs together.
 * @returns undefined if there would be more.
 */
export function zeroFeeds(inputs: readonly ModelValue[], freeLength: number, elementsMax: number): Tensors | undefined {
  const dims = inputs.map(({ shape }) => shape.map((axis, i) => lengthOf(axis, i === 0 ? 1 : freeLength)));
  if (dims.reduce((sum, each) => sum + sizeOf(each), 0) > elementsMax) return undefined;
  return Object.fromEntries(inputs.map(({ name, type }, i) => [name, filled(type, dims[i] as number[])]));
}

function lengthOf(axis: number | string, free: number): number {
  return typeof axis === 'number' ? axis : free;
}

function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

function filled(type: ModelValue['type'], dims: readonly number[]): Tensor {
  const size = sizeOf(dims);
  if (type === 'string') return new Tensor('string', new Array<string>(size).fill('text'), dims);
  return new Tensor(type as 'float32', newNumericArray(type as NumericType, size) as Float32Array, dims);
}
