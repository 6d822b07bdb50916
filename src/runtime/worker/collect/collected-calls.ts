import { DataFrame } from '../../../data-frame/data-frame.js';
import { Tensor } from '../../../tensor.js';
import type { CallContext } from '../request-context.js';

/** A part of what was collected, and the call that it is of. */
export interface CallPart {
  readonly call: CallContext;
  /** Makes it: not all parts are wanted. */
  readonly take: () => unknown;
}

/**
 * What a batched run has collected, taken apart: the rows of each call.
 *
 * @returns undefined where the data has not a row for each of the batch: then it is of no call alone.
 */
export function partsOf(data: unknown, calls: readonly CallContext[]): CallPart[] | undefined {
  const rows = calls.reduce((sum, call) => sum + call.rows, 0);
  const take = rowTaker(data, rows);
  return take && calls.map((call) => ({ call, take: () => take(call.firstRow, call.firstRow + call.rows) }));
}

type RowTaker = (from: number, to: number) => unknown;

function rowTaker(data: unknown, rows: number): RowTaker | undefined {
  if (Array.isArray(data)) return data.length === rows ? (from, to) => data.slice(from, to) : undefined;
  if (data instanceof DataFrame) return data.length === rows ? frameRows(data) : undefined;
  if (data instanceof Tensor) return data.dims[0] === rows ? (from, to) => tensorRows(data, from, to) : undefined;
  if (ArrayBuffer.isView(data) && 'subarray' in data) {
    const values = data as Float64Array;
    return values.length === rows ? (from, to) => values.subarray(from, to) : undefined;
  }
  return undefined;
}

function frameRows(frame: DataFrame): RowTaker {
  let records: readonly unknown[] | undefined;
  return (from, to) => {
    records ??= frame.toOrient('records') as readonly unknown[];
    return records.slice(from, to);
  };
}

function tensorRows({ type, data, dims }: Tensor, from: number, to: number): Tensor {
  const rowSize = dims.slice(1).reduce((product, dim) => product * dim, 1);
  const part = (data as Float32Array).slice(from * rowSize, to * rowSize);
  return new Tensor(type as 'float32', part, [to - from, ...dims.slice(1)]);
}
