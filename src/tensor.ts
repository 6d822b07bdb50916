import { createRequire } from 'node:module';
import type * as common from 'onnxruntime-common';
import { type ErrorDetail, HostError } from './errors.js';

// onnxruntime-node takes the CommonJS copy of onnxruntime-common. An `import` here would load the other copy, with a
// second Tensor class, and `instanceof` would fail on every output of a model.
const { Tensor } = createRequire(import.meta.url)('onnxruntime-common') as typeof common;
type Tensor = common.Tensor;

export { Tensor };

/** Numbers, nested to any depth; arrays of one depth have one length. */
export type NestedArray<T = number | bigint | boolean> = readonly (T | NestedArray<T>)[];

/** The element types that nested JSON arrays are read into here. */
export type NumericType = 'float32' | 'float64' | 'int32' | 'int64' | 'uint8' | 'bool';

type NumericArray = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;

interface ElementType {
  readonly create: (length: number) => NumericArray;
  /** The element as the typed array holds it, or undefined if the value is none. */
  readonly convert: (value: unknown) => number | bigint | undefined;
  readonly expected: string;
}

const anyNumber = (value: unknown) =>
  typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : undefined;

function integerBetween(min: number, max: number) {
  return (value: unknown) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max ? (value as number) : undefined;
}

/** A missing measurement is `null` in JSON and NaN in a float tensor, as in the reference. */
const floatOrNull = (value: unknown) => (value === null ? Number.NaN : anyNumber(value));

const elementTypes: Record<NumericType, ElementType> = {
  float32: { create: (length) => new Float32Array(length), convert: floatOrNull, expected: 'a number' },
  float64: { create: (length) => new Float64Array(length), convert: floatOrNull, expected: 'a number' },
  int32: {
    create: (length) => new Int32Array(length),
    convert: integerBetween(-(2 ** 31), 2 ** 31 - 1),
    expected: 'an integer of 32 bits',
  },
  uint8: {
    create: (length) => new Uint8Array(length),
    convert: integerBetween(0, 255),
    expected: 'an integer from 0 to 255',
  },
  int64: {
    create: (length) => new BigInt64Array(length),
    convert: (value) => {
      const whole =
        typeof value === 'bigint' ? value : Number.isSafeInteger(value) ? BigInt(value as number) : undefined;
      return whole !== undefined && BigInt.asIntN(64, whole) === whole ? whole : undefined;
    },
    expected: 'an integer of 64 bits',
  },
  bool: {
    create: (length) => new Uint8Array(length),
    convert: (value) => (typeof value === 'boolean' ? Number(value) : undefined),
    expected: 'true or false',
  },
};

/** The lengths along the first elements: `[[1, 2, 3]]` has dims `[1, 3]`. */
export function nestedDims(value: unknown): number[] {
  const dims: number[] = [];
  for (let inner = value; Array.isArray(inner); inner = inner[0]) dims.push(inner.length);
  return dims;
}

/** The dtype that a sample means: plain numbers are floats, bigints 64-bit integers, booleans bool. */
export function nestedType(value: unknown): NumericType {
  let inner = value;
  while (Array.isArray(inner)) inner = inner[0];
  return typeof inner === 'bigint' ? 'int64' : typeof inner === 'boolean' ? 'bool' : 'float32';
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return value === null
    ? 'null'
    : typeof value === 'object'
      ? 'an object'
      : `${typeof value} ${String(value).slice(0, 40)}`;
}

/**
 * A tensor from nested arrays.
 *
 * @param value - Row-major nested arrays, all arrays of one depth of one length.
 * @param type - The element type; nothing is cut or rounded but floats to their width.
 * @param dims - The shape it must have; `undefined` for a free axis. Left out, any shape goes.
 * @param path - JSON pointer of `value` in the body, for messages.
 * @throws {HostError} `INPUT_INVALID` with the pointer of the first value that does not fit.
 */
export function tensorFromNested(
  value: unknown,
  type: NumericType,
  dims?: readonly (number | undefined)[],
  path = '',
): Tensor {
  const actual = nestedDims(value);
  const element = elementTypes[type];
  if (dims && actual.length !== dims.length) {
    const zeroRows = actual.length < dims.length && actual.at(-1) === 0;
    const came = Array.isArray(value) ? `${actual.length} (shape [${actual.join(', ')}])` : typeName(value);
    if (!zeroRows)
      throw refused(path, `an array with ${dims.length} ${dims.length === 1 ? 'dimension' : 'dimensions'}`, came);
    for (const dim of dims.slice(actual.length)) actual.push(dim ?? 0);
  }
  checkShape(
    value,
    actual.map((dim, axis) => dims?.[axis] ?? dim),
    0,
    path,
  );
  const data = element.create(actual.reduce((size, dim) => size * dim, 1));
  let filled = 0;

  const fill = (inner: unknown, axis: number, at: string): void => {
    if (axis < actual.length) {
      for (let i = 0; i < (inner as unknown[]).length; i++) fill((inner as unknown[])[i], axis + 1, `${at}/${i}`);
      return;
    }
    const converted = element.convert(inner);
    if (converted === undefined) throw refused(at, element.expected, typeName(inner));
    data[filled++] = converted;
  };
  fill(value, 0, path);
  return new Tensor(type as 'float32', data as Float32Array, actual);
}

/** Before anything is allocated: a ragged body must not name a size that its bytes do not carry. */
function checkShape(value: unknown, dims: readonly number[], axis: number, path: string): void {
  if (axis === dims.length) return;
  if (!Array.isArray(value) || value.length !== dims[axis]) {
    throw refused(path, `an array of ${dims[axis]}`, typeName(value));
  }
  for (let i = 0; i < value.length; i++) checkShape(value[i], dims, axis + 1, `${path}/${i}`);
}

function refused(path: string, expected: string, came: string): HostError {
  const detail: ErrorDetail = { path, message: `expected ${expected}, got ${came}` };
  return new HostError('INPUT_INVALID', `${path || 'The body'}: ${detail.message}.`, { details: [detail] });
}

/**
 * A number of a float32 tensor with as few digits as name it: 0.1, where its double is 0.10000000149011612.
 *
 * Nine significant digits name every float32, six come back from every float32: IEEE 754-2019, 5.12.2.
 */
export function shortestFloat32(value: number): number {
  if (value === 0) return value; // toPrecision() loses the sign of -0
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number.isFinite(value) ? Number(value.toPrecision(9)) : value;
}
