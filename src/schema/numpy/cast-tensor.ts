import {
  type Dtype,
  FLOAT16_AS_BITS,
  type FloatType,
  float16Bits,
  float16Value,
  integerRanges,
  isFloatType,
  isIntegerType,
  newNumericArray,
} from '../../dtype.js';
import { Tensor } from '../../tensor.js';
import { refused } from '../refusal.js';

/**
 * The same numbers as another element type: between widths of floats, between integers that are in range, and from
 * integers to floats that hold them exactly.
 *
 * @throws {HostError} `INPUT_INVALID` for floats to integers, and the first number that does not fit.
 */
export function castTensor(tensor: Tensor, type: Dtype, path: string): Tensor {
  if (tensor.type === type) return tensor;
  const from = tensor.type;
  if (!isNumber(from) || !isNumber(type) || (isFloatType(from) && !isFloatType(type))) {
    throw refused(path, `expected elements of type ${type}, got ${from}`);
  }
  const data = newNumericArray(type, tensor.size);
  const read = reader(tensor);
  for (let i = 0; i < tensor.size; i++) {
    const number = read(i);
    if (!fits(number, from, type)) throw refused(path, `expected ${type}, but element ${i} is ${number}`);
    data[i] = held(number, type) as number;
  }
  return new Tensor(type as 'float32', data as Float32Array, tensor.dims);
}

type NumberType = Exclude<Dtype, 'string' | 'bool'>;

function isNumber(type: string): type is NumberType {
  return isFloatType(type as Dtype) || isIntegerType(type as Dtype);
}

function reader({ type, data }: Tensor): (i: number) => number | bigint {
  const numbers = data as ArrayLike<number | bigint>;
  if (type === 'float16' && FLOAT16_AS_BITS) return (i) => float16Value(numbers[i] as number);
  return (i) => numbers[i] as number | bigint;
}

/** Up to here every integer is a float of the type: beyond it some would change. */
const wholeMax: Readonly<Record<FloatType, number>> = { float16: 2 ** 11, float32: 2 ** 24, float64: 2 ** 53 };

function fits(number: number | bigint, from: NumberType, to: NumberType): boolean {
  if (isIntegerType(to)) return number >= integerRanges[to].min && number <= integerRanges[to].max;
  return isFloatType(from) || holdsInteger(to, number);
}

/** Whether every integer up to this one is a float of the type. */
export function holdsInteger(type: FloatType, integer: number | bigint): boolean {
  return integer <= wholeMax[type] && integer >= -wholeMax[type];
}

function held(number: number | bigint, type: NumberType): number | bigint {
  if (type === 'int64' || type === 'uint64') return BigInt(number);
  const value = Number(number);
  return type === 'float16' && FLOAT16_AS_BITS ? float16Bits(value) : value;
}
