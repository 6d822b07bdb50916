/** The element types of tensors: their names, ranges and arrays. A leaf: it imports nothing of ours. */

export type FloatType = 'float16' | 'float32' | 'float64';
export type IntegerType = 'int8' | 'int16' | 'int32' | 'int64' | 'uint8' | 'uint16' | 'uint32' | 'uint64';
/** The element types that nested JSON arrays of numbers or booleans are read into. */
export type NumericType = FloatType | IntegerType | 'bool';
/** What ONNX has and JavaScript can hold: strings besides the numeric types. */
export type Dtype = NumericType | 'string';

/** `float16` is held as a `Float16Array` where Node has one (24), else as its bits in a `Uint16Array`. */
export type NumericArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

type NumericArrayClass = new (length: number) => NumericArray;

/** Node 24 has it, Node 20 does not. */
const Float16Class = (globalThis as { Float16Array?: unknown }).Float16Array as NumericArrayClass | undefined;

const arrayClasses: Readonly<Record<NumericType, NumericArrayClass>> = {
  float16: Float16Class ?? Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
};

export const DTYPES: readonly Dtype[] = [...(Object.keys(arrayClasses) as NumericType[]), 'string'];

/** Smallest and largest value, as bigint: a double cannot hold the ends of the 64-bit types. */
export const integerRanges: Readonly<Record<IntegerType, { readonly min: bigint; readonly max: bigint }>> = {
  int8: { min: -128n, max: 127n },
  int16: { min: -32768n, max: 32767n },
  int32: { min: -(2n ** 31n), max: 2n ** 31n - 1n },
  int64: { min: -(2n ** 63n), max: 2n ** 63n - 1n },
  uint8: { min: 0n, max: 255n },
  uint16: { min: 0n, max: 65535n },
  uint32: { min: 0n, max: 2n ** 32n - 1n },
  uint64: { min: 0n, max: 2n ** 64n - 1n },
};

export function isFloatType(type: Dtype): type is FloatType {
  return type === 'float16' || type === 'float32' || type === 'float64';
}

export function isNumericType(type: string): type is NumericType {
  return Object.hasOwn(arrayClasses, type);
}

export function isIntegerType(type: Dtype): type is IntegerType {
  return Object.hasOwn(integerRanges, type);
}

/** By the tag of the class: a Buffer is a Uint8Array too, and not every Node has a Float16Array to name. */
const arrayDtypes: Readonly<Record<string, NumericType>> = {
  Float16Array: 'float16',
  Float32Array: 'float32',
  Float64Array: 'float64',
  Int8Array: 'int8',
  Int16Array: 'int16',
  Int32Array: 'int32',
  BigInt64Array: 'int64',
  Uint8Array: 'uint8',
  Uint16Array: 'uint16',
  Uint32Array: 'uint32',
  BigUint64Array: 'uint64',
};

/** The element type that a typed array means; undefined for anything else. */
export function dtypeOfArray(values: unknown): NumericType | undefined {
  return ArrayBuffer.isView(values) ? arrayDtypes[(values as Float32Array)[Symbol.toStringTag]] : undefined;
}

/** An array of zeros that holds `length` elements of a type. */
export function newNumericArray(type: NumericType, length: number): NumericArray {
  return new arrayClasses[type](length);
}

/** Whether the array of float16 elements holds numbers, or only their bits. */
export const FLOAT16_AS_BITS = Float16Class === undefined;

const scratch = new DataView(new ArrayBuffer(8));

/**
 * The bits of the float16 nearest to a double, halfway cases to even: IEEE 754-2019, 4.3.1.
 *
 * From the double in one step: by way of a float32 it would be rounded twice.
 */
export function float16Bits(value: number): number {
  scratch.setFloat64(0, value);
  const high = scratch.getUint32(0);
  const sign = (high >>> 16) & 0x8000;
  const magnitude = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (magnitude >= 65520) return sign | 0x7c00; // halfway from the largest to the next that would be
  const exponent = Math.max(((high >>> 20) & 0x7ff) - 1023, -14);
  // In units of the last place the value is exact, and so is its rest.
  const units = magnitude / 2 ** (exponent - 10);
  const floor = Math.floor(units);
  const rest = units - floor;
  const rounded = rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
  // A carry out of the fraction is a carry into the exponent.
  return sign | (rounded < 1024 ? rounded : ((exponent + 14) << 10) + rounded);
}

/** The number that the bits of a float16 are. */
export function float16Value(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}
