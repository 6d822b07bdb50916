import { DTYPES, type NumericType, newNumericArray } from '../../../dtype.js';
import { writeJsonBytes } from '../../../schema/json/write.js';
import { Tensor } from '../../../tensor.js';
import type { CollectedData } from '../../worker/messages.js';

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

function tensorOf(type: NumericType, dims: readonly number[], bytes: Buffer): Tensor {
  if (!DTYPES.includes(type) || !Array.isArray(dims)) throw new Error('what was collected is no tensor');
  const size = dims.reduce((product: number, dim) => product * dim, 1);
  if (size * newNumericArray(type, 0).BYTES_PER_ELEMENT !== bytes.length) {
    throw new Error(`${bytes.length} bytes are not the elements of ${type}[${dims}]`);
  }
  const elements = newNumericArray(type, size);
  new Uint8Array(elements.buffer).set(bytes); // where they lie, no array of wider elements may begin
  return new Tensor(type as 'float32', elements as Float32Array, dims);
}
