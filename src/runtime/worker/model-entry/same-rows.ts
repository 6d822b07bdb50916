import { FLOAT16_AS_BITS, float16Value } from '../../../dtype.js';
import type { Tensor } from '../../../tensor.js';
import { stack } from '../batch/stack.js';

/** How far a number alone and the same in a batch may lie apart. */
export interface RowTolerance {
  readonly relativeMax: number;
  /** Of the largest number of its column, for one that is nearly nothing by subtraction. */
  readonly ofColumnMax: number;
}

/** The order of additions may differ. */
const ON_CPU: RowTolerance = { relativeMax: 1e-4, ofColumnMax: 1e-6 };
/**
 * A batch of another size gets another kernel, and some multiply with TF32, whose numbers have 11 binary digits: on an H200 rows
 * that know nothing of each other differed in the fourth digit.
 */
const ON_GPU: RowTolerance = { relativeMax: 1e-2, ofColumnMax: 1e-3 };

/** What is the same on an execution provider. */
export function rowTolerance(provider: string): RowTolerance {
  return provider === 'cpu' ? ON_CPU : ON_GPU;
}

/** What comparing an output of rows alone with that of the same rows together tells. */
export type RowsVerdict =
  | { readonly kind: 'same' }
  /** All rows gave the same numbers: whether they mix does not show. */
  | { readonly kind: 'constant' }
  | { readonly kind: 'different'; readonly reason: string };

/**
 * Holds an output of rows that ran together against those of the rows alone.
 *
 * @param alone - The output for each row by itself.
 * @param tolerance - Of {@link rowTolerance}.
 */
export function compareRows(alone: readonly Tensor[], together: Tensor, tolerance: RowTolerance): RowsVerdict {
  const rows = alone.length;
  if (together.dims[0] !== rows || alone.some(({ dims }) => dims[0] !== 1)) {
    return { kind: 'different', reason: 'has not one row for each row of the inputs' };
  }
  const isOneShape = alone.every(({ size }) => size * rows === together.size);
  if (!isOneShape) return { kind: 'different', reason: 'has other shapes in a batch' };
  const [one, many] = [elements(stack(alone)), elements(together)];
  const width = one.length / rows;
  for (let column = 0; column < width; column++) {
    if (!isSameColumn(one, many, column, width, tolerance)) {
      return { kind: 'different', reason: 'of a row depends on the rows around it' };
    }
  }
  const isConstant = one.every((value, i) => value === one[i % width] || Object.is(value, one[i % width]));
  return isConstant ? { kind: 'constant' } : { kind: 'same' };
}

type Element = number | bigint | string;

function elements({ type, data }: Tensor): Element[] {
  const values = Array.from<Element>(data as Float32Array | string[]);
  return type === 'float16' && FLOAT16_AS_BITS ? values.map((bits) => float16Value(bits as number)) : values;
}

/** By columns: next to numbers of millions another one might be anything. */
function isSameColumn(
  one: readonly Element[],
  many: readonly Element[],
  column: number,
  width: number,
  tolerance: RowTolerance,
): boolean {
  let largest = 0;
  for (let i = column; i < one.length; i += width) largest = Math.max(largest, magnitude(one[i]), magnitude(many[i]));
  for (let i = column; i < one.length; i += width) if (!isSame(one[i], many[i], largest, tolerance)) return false;
  return true;
}

function magnitude(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? Math.abs(value) : 0;
}

function isSame(a: unknown, b: unknown, largest: number, { relativeMax, ofColumnMax }: RowTolerance): boolean {
  if (a === b || Object.is(a, b)) return true;
  if (typeof a !== 'number' || typeof b !== 'number') return false;
  if (!Number.isFinite(a) || !Number.isFinite(b)) return false;
  return Math.abs(a - b) <= relativeMax * Math.max(Math.abs(a), Math.abs(b)) + ofColumnMax * largest;
}
