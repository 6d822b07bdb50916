import { type Dtype, dtypeOfArray, FLOAT16_AS_BITS, float16Value } from '../../dtype.js';
import { HostError } from '../../errors.js';
import { firstElement, nest, shortestFloat32, Tensor } from '../../tensor.js';
import type { NumpyDtype } from './dtype-option.js';

/**
 * A sample of whatever kind as nested arrays.
 *
 * @throws {HostError} `ENTRY_INVALID` if it is no array of any kind.
 */
export function nestedSample(sample: unknown): unknown[] {
  if (sample instanceof Tensor) return nest(Array.from(elementsOf(sample)), sample.dims) as unknown[];
  if (dtypeOfArray(sample)) return Array.from(sample as Float32Array, shortest(sample instanceof Float32Array));
  if (Array.isArray(sample)) return sample;
  const fix = 'Give an array, nested as the input will be: new NumpyParameterType([[1.5, 2.5]]).';
  throw new HostError('ENTRY_INVALID', 'Invalid sample input provided, must provide a sample array.', { fix });
}

function elementsOf({ type, data }: Tensor): unknown[] {
  const elements = Array.from(data as ArrayLike<unknown>);
  if (type === 'bool') return elements.map(Boolean);
  if (type === 'float16' && FLOAT16_AS_BITS) return elements.map((bits) => float16Value(bits as number));
  return elements.map((value) => shortest(type === 'float32')(value as number));
}

/** 0.1 in the documents, where its float32 is 0.10000000149011612. */
function shortest(isFloat32: boolean) {
  return (value: number) => (isFloat32 ? shortestFloat32(value) : value);
}

/** The dtype that a sample means: plain numbers are floats. */
export function dtypeOfSample(sample: unknown): NumpyDtype {
  if (sample instanceof Tensor) return sample.type as Dtype;
  const ofArray = dtypeOfArray(sample);
  if (ofArray) return ofArray;
  const first = firstElement(sample);
  if (typeof first === 'bigint') return 'int64';
  if (typeof first === 'boolean') return 'bool';
  if (typeof first === 'string') return 'string';
  if (first instanceof Date) return 'datetime64[ms]';
  if (first instanceof Uint8Array) return 'bytes';
  if (typeof first !== 'object' || first === null) return 'float32';
  const fix = "Say what its fields are: { dtype: { name: 'string', grade: 'float64' } }.";
  throw new HostError('ENTRY_INVALID', 'Invalid sample input provided: it holds objects, but no dtype.', { fix });
}
