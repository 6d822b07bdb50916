import { createRequire } from 'node:module';
import type * as common from 'onnxruntime-common';
import type { Dtype, NumericType } from './dtype.js';

// onnxruntime-node takes the CommonJS copy of onnxruntime-common. An `import` here would load the other copy, with a
// second Tensor class, and `instanceof` would fail on every output of a model.
const { Tensor } = createRequire(import.meta.url)('onnxruntime-common') as typeof common;
type Tensor = common.Tensor;

export { Tensor };
/** A tensor whose element type is known: `data` is one kind of array. */
export type TypedTensor<D extends Dtype> = common.TypedTensor<D>;

/** Values, nested to any depth; arrays of one depth have one length. */
export type NestedArray<T = number | bigint | boolean> = readonly (T | NestedArray<T>)[];

/** The numeric tensor that a value must be. */
export interface TensorSpec {
  readonly type: NumericType;
  /** As many as the value is deep; `undefined` for a free axis, 0 dimensions for a number alone. */
  readonly dims: readonly (number | undefined)[];
}

/** The lengths along the first elements: `[[1, 2, 3]]` has dims `[1, 3]`. */
export function nestedDims(value: unknown): number[] {
  const dims: number[] = [];
  for (let inner = value; Array.isArray(inner); inner = inner[0]) dims.push(inner.length);
  return dims;
}

/** The first element that is no array; undefined where there is none. */
export function firstElement(value: unknown): unknown {
  let inner = value;
  while (Array.isArray(inner)) inner = inner[0];
  return inner;
}

/** Nested arrays over the elements of a row-major list. */
export function nest<T>(elements: ArrayLike<T>, dims: readonly number[]): NestedArray<T> {
  let next = 0;
  const axis = (depth: number): NestedArray<T> =>
    Array.from({ length: dims[depth] ?? 0 }, () =>
      depth === dims.length - 1 ? (elements[next++] as T) : axis(depth + 1),
    );
  return axis(0);
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
