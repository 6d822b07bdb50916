import { type Dtype, FLOAT16_AS_BITS, float16Bits, newNumericArray } from '../../dtype.js';
import { Tensor } from '../../tensor.js';
import type { Element } from './element.js';
import { eachElement } from './nested.js';

/**
 * A tensor from nested arrays.
 *
 * @param dims - The length of the arrays of each depth, of which the value has at least the first of each.
 * @throws {HostError} `INPUT_INVALID` with the pointer of the first value that does not fit.
 */
export function tensorOf(
  value: unknown,
  type: Dtype,
  dims: readonly number[],
  path: string,
  fromJson: Element['fromJson'],
): Tensor {
  // Before anything is allocated: a ragged body must not name a size that its bytes do not carry.
  eachElement(value, dims, path, () => {});
  if (type === 'string') {
    const texts: string[] = [];
    eachElement(value, dims, path, (element, at) => texts.push(fromJson(element, at) as string));
    return new Tensor('string', texts, dims);
  }
  const data = newNumericArray(
    type,
    dims.reduce((size, dim) => size * dim, 1),
  );
  const held = type === 'float16' && FLOAT16_AS_BITS ? (number: unknown) => float16Bits(number as number) : undefined;
  let filled = 0;
  eachElement(value, dims, path, (element, at) => {
    const number = fromJson(element, at);
    data[filled++] = (held ? held(number) : number) as number;
  });
  return new Tensor(type as 'float32', data as Float32Array, dims);
}

/** The element type that the values of a body need, where the sample's is not enforced. */
export function inferredType(value: unknown): Dtype {
  let type: Dtype | undefined;
  const see = (inner: unknown): void => {
    if (Array.isArray(inner)) for (const each of inner) see(each);
    else type = wider(type, typeOfElement(inner));
  };
  see(value);
  return type ?? 'float64';
}

function typeOfElement(value: unknown): Dtype {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  return typeof value === 'bigint' || Number.isSafeInteger(value) ? 'int64' : 'float64';
}

function wider(a: Dtype | undefined, b: Dtype): Dtype {
  if (a === undefined || a === b) return b;
  if (a === 'string' || b === 'string') return 'string';
  return a === 'float64' || b === 'float64' ? 'float64' : 'int64';
}
