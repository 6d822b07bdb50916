import {
  type Dtype,
  type IntegerType,
  integerRanges,
  type NumericArray,
  type NumericType,
  newNumericArray,
} from '../../../dtype.js';
import { EMPTY_PLACES_MAX, hasTooManyEmptyPlaces } from '../../../schema/empty-places.js';
import { refused, shown } from '../../../schema/refusal.js';
import { Tensor } from '../../../tensor.js';
import { base64Bytes, base64Text } from './base64.js';

/**
 * ONNX's TensorProto in the JSON of protobuf: `{"dims": ["1", "10"], "dataType": 1, "rawData": "…"}`.
 *
 * @see https://protobuf.dev/programming-guides/json and onnx.proto3, message TensorProto.
 */
export type TensorProtoJson = Readonly<Record<string, unknown>>;

/** TensorProto.DataType by number; what is not here has no tensor. */
const dtypes: readonly (Dtype | undefined)[] = [
  undefined,
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
];

/** The field that holds elements of a type, where they are not in `rawData`. */
const dataFields: Readonly<Record<Dtype, string>> = {
  float32: 'floatData',
  uint8: 'int32Data',
  int8: 'int32Data',
  uint16: 'int32Data',
  int16: 'int32Data',
  int32: 'int32Data',
  bool: 'int32Data',
  float16: 'int32Data',
  int64: 'int64Data',
  string: 'stringData',
  float64: 'doubleData',
  uint32: 'uint64Data',
  uint64: 'uint64Data',
};

const DIMS_MAX = 16;
/** The longest axis. With it the product of all lengths is far below what a double can hold. */
const LENGTH_MAX = 2 ** 31 - 1;
/** No tensor of more elements can be in a body. */
const ELEMENTS_MAX = 2 ** 31;

/** @throws {HostError} `INPUT_INVALID` below `path`. */
export function tensorOfProto(proto: TensorProtoJson, path: string): Tensor {
  const dims = dimsOf(member(proto, 'dims') ?? [], `${path}/dims`);
  const type = typeOf(member(proto, 'dataType'), `${path}/dataType`);
  const size = sizeOf(dims, `${path}/dims`);
  const raw = member(proto, 'rawData');
  if (raw !== undefined && type !== 'string') return fromRaw(raw, type, dims, size, `${path}/rawData`);
  const field = dataFields[type];
  return fromList(member(proto, field) ?? [], type, dims, size, `${path}/${field}`);
}

/** Parsers of protobuf's JSON take a field by its name in the .proto file too. */
function member(proto: TensorProtoJson, name: string): unknown {
  return proto[name] ?? proto[name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
}

/** int64 is text in that JSON; numbers are taken, too. */
function dimsOf(value: unknown, path: string): number[] {
  if (!Array.isArray(value) || value.length > DIMS_MAX) {
    throw refused(path, `expected a list of at most ${DIMS_MAX} lengths, got ${shown(value)}`);
  }
  return value.map((each, i) => {
    const dim = typeof each === 'string' && /^\d{1,10}$/.test(each) ? Number(each) : each;
    if (Number.isInteger(dim) && dim >= 0 && dim <= LENGTH_MAX) return dim as number;
    throw refused(`${path}/${i}`, `expected the length of an axis, 0 to ${LENGTH_MAX}, got ${shown(each)}`);
  });
}

function typeOf(value: unknown, path: string): Dtype {
  const number = typeof value === 'string' && /^\d{1,2}$/.test(value) ? Number(value) : value;
  const type = typeof number === 'number' ? dtypes[number] : undefined;
  if (type === undefined) throw refused(path, `expected the number of an ONNX type, 1 to 13, got ${shown(value)}`);
  return type;
}

function sizeOf(dims: readonly number[], path: string): number {
  if (hasTooManyEmptyPlaces(dims)) {
    throw refused(path, `expected at most ${EMPTY_PLACES_MAX} places for nothing, got [${dims.join(', ')}]`);
  }
  const size = dims.reduce((product, dim) => product * dim, 1);
  if (size > ELEMENTS_MAX) throw refused(path, `expected at most ${ELEMENTS_MAX} elements, got ${size}`);
  return size;
}

function fromRaw(raw: unknown, type: NumericType, dims: readonly number[], size: number, path: string): Tensor {
  const bytes = base64Bytes(raw, path);
  const { BYTES_PER_ELEMENT } = newNumericArray(type, 0);
  if (bytes.length !== size * BYTES_PER_ELEMENT) {
    throw refused(
      path,
      `expected ${size * BYTES_PER_ELEMENT} bytes for [${dims.join(', ')}] of ${type}, got ${bytes.length}`,
    );
  }
  const data = newNumericArray(type, size);
  new Uint8Array(data.buffer).set(bytes);
  if (type === 'bool' && bytes.some((byte) => byte > 1)) throw refused(path, 'expected bytes of 0 and 1 for bool');
  return new Tensor(type as 'float32', data as Float32Array, dims);
}

function fromList(list: unknown, type: Dtype, dims: readonly number[], size: number, path: string): Tensor {
  if (!Array.isArray(list) || list.length !== size) {
    throw refused(path, `expected a list of ${size} for [${dims.join(', ')}], got ${shown(list)}`);
  }
  if (type === 'string') {
    // Bytes are base64 in that JSON.
    const texts = list.map((item, i) => base64Text(item, `${path}/${i}`));
    return new Tensor('string', texts, dims);
  }
  const data: NumericArray = type === 'float16' ? new Uint16Array(size) : newNumericArray(type, size);
  for (let i = 0; i < size; i++) data[i] = numberOf(list[i], type, `${path}/${i}`) as number;
  const elements = type === 'float16' ? ofBits(data as Uint16Array) : data;
  return new Tensor(type as 'float32', elements as Float32Array, dims);
}

function ofBits(bits: Uint16Array): NumericArray {
  const halves = newNumericArray('float16', bits.length);
  new Uint16Array(halves.buffer).set(bits);
  return halves;
}

/** float16 is given as its bits, bool as 0 and 1. */
const ranges: Readonly<Record<IntegerType | 'float16' | 'bool', { readonly min: bigint; readonly max: bigint }>> = {
  ...integerRanges,
  float16: integerRanges.uint16,
  bool: { min: 0n, max: 1n },
};

/** JSON's own grammar, and the words that JSON has no numbers for. */
const FLOAT_TEXT = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|NaN|-?Infinity)$/;
const WHOLE_TEXT = /^-?(?:0|[1-9]\d{0,19})$/;

/** Numbers may be texts in that JSON, those of 64 bits always are. */
function numberOf(item: unknown, type: NumericType, path: string): number | bigint {
  if (type === 'float32' || type === 'float64') {
    const number = typeof item === 'string' && FLOAT_TEXT.test(item) ? Number(item) : item;
    if (typeof number === 'number' || typeof number === 'bigint') return Number(number);
    throw refused(path, `expected a number, got ${shown(item)}`);
  }
  const isWhole =
    typeof item === 'bigint' || Number.isSafeInteger(item) || (typeof item === 'string' && WHOLE_TEXT.test(item));
  if (!isWhole) throw refused(path, `expected a whole number, got ${shown(item)}`);
  const whole = BigInt(item as string);
  const { min, max } = ranges[type];
  if (whole < min || whole > max) throw refused(path, `expected ${type}, from ${min} to ${max}, got ${shown(item)}`);
  return type === 'int64' || type === 'uint64' ? whole : Number(whole);
}

/** The tensor in that JSON, as ONNX Runtime Server wrote it. */
export function protoOfTensor({ type, dims, data }: Tensor): TensorProtoJson {
  const head = { dims: dims.map(String), dataType: dtypes.indexOf(type as Dtype) };
  if (type === 'string') {
    return {
      ...head,
      stringData: (data as string[]).map((text) => Buffer.from(text).toString('base64')),
      dataLocation: 'DEFAULT',
    };
  }
  const { buffer, byteOffset, byteLength } = data as NumericArray;
  return { ...head, rawData: Buffer.from(buffer, byteOffset, byteLength).toString('base64'), dataLocation: 'DEFAULT' };
}
