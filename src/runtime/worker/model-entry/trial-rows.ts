import { FLOAT16_AS_BITS, float16Bits, type NumericType, newNumericArray } from '../../../dtype.js';
import { Tensor } from '../../../tensor.js';
import type { Tensors } from '../../models/model.js';

/** Rows of a trial. */
const ROWS = 3;

/**
 * Three different rows of the shapes of an example, the same at every start: so is what the trial finds.
 *
 * Floats of the first row are positive, those of the second negative, of the third both. Integers and booleans are 0 and 1,
 * as they may be places in a table; no two of the first rows have the same ones.
 *
 * @param scale - Of the floats.
 */
export function trialRows(example: Tensors, scale: number): Tensors[] {
  return Array.from({ length: ROWS }, (_, row) => {
    const next = randomNumbers(row + 1);
    return Object.fromEntries(
      Object.entries(example).map(([name, tensor]) => [name, rowLike(tensor, row, scale, next)]),
    );
  });
}

function rowLike({ type, dims, size }: Tensor, row: number, scale: number, next: () => number): Tensor {
  if (type === 'string')
    return new Tensor(
      'string',
      Array.from({ length: size }, (_, i) => `row ${row}, ${i}`),
      dims,
    );
  const data = newNumericArray(type as NumericType, size);
  for (let i = 0; i < size; i++) data[i] = element(type, row, i, scale, next()) as number;
  return new Tensor(type as 'float32', data as Float32Array, dims);
}

/** @param random - From 0 to 1. */
function element(type: Tensor['type'], row: number, i: number, scale: number, random: number): number | bigint {
  const float = scale * (row === 0 ? random : row === 1 ? -random : 2 * random - 1);
  if (type === 'float16') return FLOAT16_AS_BITS ? float16Bits(float) : float;
  if (type === 'float32' || type === 'float64') return float;
  const bit = row < 2 ? (i + row + 1) % 2 : Math.round(random);
  return type === 'int64' || type === 'uint64' ? BigInt(bit) : bit;
}

/** The generator mulberry32. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
