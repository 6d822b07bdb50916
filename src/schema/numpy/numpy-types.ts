import type { Dtype } from '../../dtype.js';
import type { NestedArray, Tensor, TypedTensor } from '../../tensor.js';
import type { StructuredDtype } from './dtype-option.js';

/** What `run` receives, worked out by the compiler from the sample and its `dtype`. */

/** What an element of a sample may be. */
export type SampleElement =
  | number
  | bigint
  | boolean
  | string
  | Date
  | Uint8Array
  | null
  | { readonly [field: string]: unknown };
type SampleTypedArray =
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
export type NumpySample = NestedArray<SampleElement> | Tensor | SampleTypedArray;

/** The dtype that a sample means where none is given. */
export type DtypeOfSample<S> = S extends { readonly type: infer D extends Dtype; readonly dims: readonly number[] }
  ? D
  : S extends SampleTypedArray
    ? DtypeOfArray<S>
    : DtypeOfElement<ElementOf<S>>;

/** Deeper samples are told apart when they are run; the compiler needs an end. */
type ElementOf<S, Depth extends 0[] = []> = S extends readonly (infer E)[]
  ? Depth['length'] extends 8
    ? never
    : ElementOf<E, [...Depth, 0]>
  : S;

type DtypeOfElement<E> = [E] extends [number | null]
  ? 'float32'
  : [E] extends [bigint]
    ? 'int64'
    : [E] extends [boolean]
      ? 'bool'
      : [E] extends [string]
        ? 'string'
        : [E] extends [Date | null]
          ? 'datetime64[ms]'
          : [E] extends [Uint8Array]
            ? 'bytes'
            : Dtype;

interface ArrayDtypes {
  readonly Float32Array: 'float32';
  readonly Float64Array: 'float64';
  readonly Int8Array: 'int8';
  readonly Int16Array: 'int16';
  readonly Int32Array: 'int32';
  readonly BigInt64Array: 'int64';
  readonly Uint8Array: 'uint8';
  readonly Uint16Array: 'uint16';
  readonly Uint32Array: 'uint32';
  readonly BigUint64Array: 'uint64';
}
type DtypeOfArray<S extends SampleTypedArray> = ArrayDtypes[S[typeof Symbol.toStringTag]];

/** What `run` receives for a dtype: a tensor, or arrays as deep as those of the sample. */
export type NumpyValue<D, S = NumpySample> = D extends Dtype ? TypedTensor<D> : ArraysLike<S, ElementValue<D>>;

/** Arrays of any depth where the compiler does not see how deep the sample is, or would not find the end. */
type ArraysLike<S, E, Depth extends 0[] = []> = Depth['length'] extends 8
  ? NestedArray<E>
  : S extends readonly (infer Inner)[]
    ? [Inner] extends [readonly unknown[]]
      ? ArraysLike<Inner, E, [...Depth, 0]>[]
      : [Extract<Inner, readonly unknown[]>] extends [never]
        ? E[]
        : NestedArray<E>
    : NestedArray<E>;

type ElementValue<D> = D extends 'bytes'
  ? Buffer
  : D extends `datetime64[${string}]`
    ? Date | null
    : D extends `timedelta64[${string}]`
      ? number
      : D extends StructuredDtype
        ? { -readonly [Field in keyof D]: FieldValue<D[Field]> }
        : unknown;

type FieldValue<F> = F extends readonly [infer D, readonly number[]] ? NestedArray<ScalarValue<D>> : ScalarValue<F>;

type ScalarValue<D> = D extends 'int64' | 'uint64'
  ? bigint
  : D extends 'string'
    ? string
    : D extends 'bool'
      ? boolean
      : D extends Dtype
        ? number
        : ElementValue<D>;
