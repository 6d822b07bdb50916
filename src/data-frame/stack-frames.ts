import { dtypeOfArray, type NumericArray, type NumericType, newNumericArray } from '../dtype.js';
import type { ColumnValues } from './column.js';
import { DataFrame } from './data-frame.js';
import type { RowLabel } from './orients.js';

/** Whether two frames have the same columns: their names, in one order, and what they hold. */
export function haveSameColumns(a: DataFrame, b: DataFrame): boolean {
  if (a.columns.length !== b.columns.length) return false;
  return a.columns.every((name, i) => name === b.columns[i] && a.columnType(name) === b.columnType(name));
}

/**
 * Frames one behind the other. Each row keeps its label, so that labels may repeat.
 *
 * @param frames - At least one; all {@link haveSameColumns}.
 */
export function stackFrames(frames: readonly DataFrame[]): DataFrame {
  const [first] = frames as readonly [DataFrame];
  if (frames.length === 1) return first;
  const index = frames.flatMap((frame) => frame.index);
  return likeFrame(first, index, (name) =>
    stackColumns(
      frames.map((frame) => frame.column(name)),
      index.length,
    ),
  );
}

/**
 * Takes a frame apart. Rows keep their labels, but where these only count the rows of the whole: then each part counts its
 * own, as it would by itself.
 *
 * @param rows - Of each part, in order; together as many as the frame has.
 * @returns Parts whose numbers share the memory of the frame's.
 */
export function splitFrame(frame: DataFrame, rows: readonly number[]): DataFrame[] {
  const isCounted = frame.index.every((label, row) => label === row);
  let end = 0;
  return rows.map((count) => {
    const from = end;
    end += count;
    const index = isCounted ? frame.index.slice(0, count) : frame.index.slice(from, end);
    return likeFrame(frame, index, (name) => sliceOf(frame.column(name), from, end));
  });
}

/** A frame with the columns of another one, and other values. */
function likeFrame(frame: DataFrame, index: readonly RowLabel[], valuesOf: (name: string) => ColumnValues): DataFrame {
  const columns = frame.columns.map((name) => [name, valuesOf(name)] as const);
  const types = Object.fromEntries(frame.columns.map((name) => [name, frame.columnType(name)]));
  return DataFrame.fromColumns(columns, { index, types });
}

/** Integers of one type are in an array of it, or where some are missing in a plain one. */
function stackColumns(parts: readonly ColumnValues[], length: number): ColumnValues {
  const numbers = parts.every((part) => ArrayBuffer.isView(part));
  const values = numbers ? newNumericArray(dtypeOfArray(parts[0]) as NumericType, length) : new Array<unknown>(length);
  let at = 0;
  for (const part of parts) {
    if (numbers) (values as Float32Array).set(part as Float32Array, at);
    else for (let i = 0; i < part.length; i++) values[at + i] = part[i] as never;
    at += part.length;
  }
  return values;
}

function sliceOf(values: ColumnValues, from: number, end: number): ColumnValues {
  return ArrayBuffer.isView(values) ? (values as NumericArray).subarray(from, end) : values.slice(from, end);
}
