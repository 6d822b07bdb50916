import { type NumericArray, type NumericType, newNumericArray } from '../../../dtype.js';
import { Tensor } from '../../../tensor.js';

/**
 * Tensors one behind the other along their first axis.
 *
 * @param parts - At least one; of one type, and alike in all axes but the first.
 */
export function stack(parts: readonly Tensor[]): Tensor {
  const [first] = parts as readonly [Tensor];
  if (parts.length === 1) return first;
  const rows = parts.reduce((sum, { dims }) => sum + (dims[0] as number), 0);
  const dims = [rows, ...first.dims.slice(1)];
  if (first.type === 'string')
    return new Tensor(
      'string',
      parts.flatMap(({ data }) => data as string[]),
      dims,
    );
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const data = newNumericArray(first.type as NumericType, size) as Float32Array;
  let at = 0;
  for (const part of parts) {
    data.set(part.data as Float32Array, at);
    at += part.size;
  }
  return new Tensor(first.type as 'float32', data, dims);
}

/**
 * Takes what was stacked apart again.
 *
 * @param rows - Of each part, in order; together as many as the tensor has.
 * @returns Parts that share the tensor's memory.
 */
export function split(tensor: Tensor, rows: readonly number[]): Tensor[] {
  const rowSize = tensor.dims.slice(1).reduce((product, dim) => product * dim, 1);
  const data = tensor.data as NumericArray & readonly string[];
  let at = 0;
  return rows.map((count) => {
    const from = at;
    at += count * rowSize;
    const part = Array.isArray(data) ? data.slice(from, at) : data.subarray(from, at);
    return new Tensor(tensor.type as 'float32', part as Float32Array, [count, ...tensor.dims.slice(1)]);
  });
}

/** Whether two tensors can be stacked: they are of one type, and all their axes but the first are equally long. */
export function areAlike(a: Tensor, b: Tensor): boolean {
  if (a.type !== b.type || a.dims.length !== b.dims.length) return false;
  for (let axis = 1; axis < a.dims.length; axis++) if (a.dims[axis] !== b.dims[axis]) return false;
  return true;
}
