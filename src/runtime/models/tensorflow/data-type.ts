import type { Dtype } from '../../../dtype.js';

/** Numbers of TensorFlow's `DataType` that the addon of tfjs-node can take, give, or both. */
const types = {
  1: { dtype: 'float32', fetched: true },
  3: { dtype: 'int32', fetched: true },
  // The addon creates such tensors, and has no array for them on the way back.
  4: { dtype: 'uint8', fetched: false },
  7: { dtype: 'string', fetched: true },
  9: { dtype: 'int64', fetched: true },
  10: { dtype: 'bool', fetched: true },
} as const satisfies Readonly<Record<number, { readonly dtype: Dtype; readonly fetched: boolean }>>;

const otherNames: Readonly<Record<number, string>> = {
  2: 'float64',
  5: 'int16',
  6: 'int8',
  8: 'complex64',
  14: 'bfloat16',
  17: 'uint16',
  18: 'complex128',
  19: 'float16',
  20: 'resource',
  21: 'variant',
  22: 'uint32',
  23: 'uint64',
};

export const DT_STRING = 7;

/** The element type that an input of a data type is fed with; undefined where the addon cannot be fed it. */
export function fedType(dataType: number): Dtype | undefined {
  return types[dataType as keyof typeof types]?.dtype;
}

/** The element type that an output of a data type comes back with; undefined where the addon cannot read it. */
export function fetchedType(dataType: number): Dtype | undefined {
  const type = types[dataType as keyof typeof types];
  return type?.fetched ? type.dtype : undefined;
}

/** As our tensors name it, or as TensorFlow does where they have no such type. */
export function dataTypeName(dataType: number): string {
  return fedType(dataType) ?? otherNames[dataType] ?? `data type ${dataType}`;
}
