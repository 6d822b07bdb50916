import { isNumericType, newNumericArray } from '../../../dtype.js';
import { writeJsonBytes } from '../../../schema/json/write.js';
import { Tensor } from '../../../tensor.js';
import type { CollectedData } from '../../worker/messages.js';

/** Arrays inside of each other, and all there are: a tensor without elements may have any number. */
const DIMS_MAX = 100;
const ARRAYS_MAX = 1_000_000;

/**
 * What a collector has collected, as JSON. A tensor comes as its elements: they are written as text here, where no call waits.
 *
 * @param dims - The dims that a tensor is written with, from its own.
 * @throws {Error} for bytes that are not the tensor they are said to be: user code can write to the socket of its worker.
 */
export function collectedJson(
  { tensor }: CollectedData,
  data: Buffer,
  dims = (own: readonly number[]): readonly number[] => own,
): string {
  if (tensor === undefined) return data.toString();
  return writeJsonBytes(tensorOf(tensor.type, dims(tensor.dims), data)).toString('latin1');
}

function tensorOf(type: string, dims: readonly number[], bytes: Buffer): Tensor {
  if (!isNumericType(type) || !Array.isArray(dims)) throw new Error('what was collected is no tensor');
  if (dims.length > DIMS_MAX) throw new Error(`a tensor has ${dims.length} dims, ${DIMS_MAX} are the limit`);
  let size = 1;
  let arrays = 0;
  for (const dim of dims) {
    arrays += size;
    size *= dim;
  }
  if (arrays > ARRAYS_MAX) throw new Error(`a tensor is ${arrays} arrays, ${ARRAYS_MAX} are the limit`);
  if (size * newNumericArray(type, 0).BYTES_PER_ELEMENT !== bytes.length) {
    throw new Error(`${bytes.length} bytes are not the elements of ${type}[${dims}]`);
  }
  const elements = newNumericArray(type, size);
  new Uint8Array(elements.buffer).set(bytes); // where they lie, no array of wider elements may begin
  return new Tensor(type as 'float32', elements as Float32Array, dims);
}
