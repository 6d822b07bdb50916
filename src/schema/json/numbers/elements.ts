import { float16Bits, type IntegerType, integerRanges, type NumericArray, type NumericType } from '../../../dtype.js';
import { boolChunk, readBoolRow } from './bool-row.js';
import { float32Chunk, float64Chunk, readFloat32Row, readFloat64Row } from './float-row.js';
import { int32Chunk, readIntegerRow } from './integer-row.js';
import { int64Chunk, readInteger64Row, uint64Chunk } from './integer64-row.js';
import type { RowKernel } from './row.js';

/** How the elements of one type are read and kept. */
export interface Elements {
  /** What a message says was expected. */
  readonly expected: string;
  readonly readRow: RowKernel;
  /** Copies the first `count` elements of the kernel's chunk to a place in an array of this type. */
  readonly copyChunk: (count: number, to: NumericArray, offset: number) => void;
}

type SmallIntegerType = Exclude<IntegerType, 'int64' | 'uint64'>;

export const elementsOf: Readonly<Record<NumericType, Elements>> = {
  float16: { expected: 'a number or null', readRow: readFloat64Row, copyChunk: copyFloat16 },
  float32: { expected: 'a number or null', readRow: readFloat32Row, copyChunk: copyFrom(float32Chunk) },
  float64: { expected: 'a number or null', readRow: readFloat64Row, copyChunk: copyFrom(float64Chunk) },
  int8: smallIntegers('int8'),
  int16: smallIntegers('int16'),
  int32: smallIntegers('int32'),
  int64: {
    expected: integerFrom('int64'),
    readRow: (bytes, view, at, filled, filledMax) => readInteger64Row(bytes, view, at, filled, filledMax, true),
    copyChunk: copyFrom(int64Chunk),
  },
  uint8: smallIntegers('uint8'),
  uint16: smallIntegers('uint16'),
  uint32: smallIntegers('uint32'),
  uint64: {
    expected: integerFrom('uint64'),
    readRow: (bytes, view, at, filled, filledMax) => readInteger64Row(bytes, view, at, filled, filledMax, false),
    copyChunk: copyFrom(uint64Chunk),
  },
  bool: { expected: 'true or false', readRow: readBoolRow, copyChunk: copyFrom(boolChunk) },
};

function smallIntegers(type: SmallIntegerType): Elements {
  const min = Number(integerRanges[type].min);
  const max = Number(integerRanges[type].max);
  return {
    expected: integerFrom(type),
    readRow: (bytes, view, at, filled, filledMax) => readIntegerRow(bytes, view, at, filled, filledMax, min, max),
    copyChunk: copyFrom(int32Chunk),
  };
}

function integerFrom(type: IntegerType): string {
  return `an integer from ${integerRanges[type].min} to ${integerRanges[type].max}`;
}

function copyFrom(chunk: NumericArray): Elements['copyChunk'] {
  return (count, to, offset) => {
    // The array of a type takes the elements of its chunk; their common type does not say so.
    (to as Float64Array).set(chunk.subarray(0, count) as Float64Array, offset);
  };
}

/** As bits also where Node has a `Float16Array`: one rounding for all. */
function copyFloat16(count: number, to: NumericArray, offset: number): void {
  const bits = new Uint16Array(to.buffer, to.byteOffset + 2 * offset, count);
  for (let i = 0; i < count; i++) bits[i] = float16Bits(float64Chunk[i]!);
}
