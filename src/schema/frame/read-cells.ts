import type { ColumnType, ColumnValues } from '../../data-frame/column.js';
import { DataFrame } from '../../data-frame/data-frame.js';
import type { RowLabel } from '../../data-frame/orients.js';
import { type Dtype, isFloatType, isIntegerType, newNumericArray } from '../../dtype.js';
import type { ErrorDetail } from '../../errors.js';
import { PROBLEMS_MAX, refusedFor } from '../refusal.js';
import { type ColumnNode, cellValidator } from './column-node.js';

/** The cells of a body, by column. */
export interface Cells {
  /** A list per column of the type, in its order, all of one length. `undefined` is a cell that the body lacks. */
  readonly columns: readonly (readonly unknown[])[];
  /** Row labels. Left out: 0, 1, 2, … */
  readonly index?: readonly RowLabel[] | undefined;
  /** JSON pointer of a cell. */
  readonly pathOf: (row: number, column: number) => string;
}

export interface ReadOptions {
  /** Whether a cell that the body lacks is refused; else it is missing in the frame. */
  readonly required: boolean;
  /** Whether a column's cells have yet to be checked by its schema. */
  readonly isUnchecked: (node: ColumnNode) => boolean;
}

/**
 * A frame of the columns of a type, from the cells of a body.
 *
 * @throws {HostError} `INPUT_INVALID` with the pointers of the cells that are not there, or not of their column.
 */
export function readCells(nodes: readonly ColumnNode[], cells: Cells, options: ReadOptions): DataFrame {
  const problems = problemsOf(nodes, cells, options);
  if (problems.length > 0) throw refusedFor(problems);
  const columns = nodes.map((node, i) => {
    const read = (cell: unknown, row: number) =>
      node.fromJson(cell, node.type === 'object' ? cells.pathOf(row, i) : '');
    const values = (cells.columns[i] ?? []).map((cell, row) => (cell === undefined ? null : read(cell, row)));
    return [node.name, packed(values, node.type)] as const;
  });
  const length = cells.columns[0]?.length;
  return frameOfColumns(nodes, columns, cells.index ?? Array.from({ length: length ?? 0 }, (_, row) => row));
}

/** A frame whose columns are typed as their nodes say. */
export function frameOfColumns(
  nodes: readonly ColumnNode[],
  columns: readonly (readonly [string, ColumnValues])[],
  index: readonly RowLabel[],
): DataFrame {
  const types = nodes.flatMap(({ name, type }) => (type === undefined ? [] : [[name, type] as const]));
  return DataFrame.fromColumns(columns, { index, types: Object.fromEntries(types) });
}

/** Numbers go straight into the array that a frame keeps them in. */
export function packed(values: readonly unknown[], type: ColumnType | undefined): ColumnValues {
  const dtype = type as Dtype;
  if (type === undefined || type === 'float16' || !(isFloatType(dtype) || isIntegerType(dtype))) return values;
  if (isIntegerType(dtype) && values.includes(null)) return values;
  const array = newNumericArray(dtype, values.length);
  for (let row = 0; row < values.length; row++) array[row] = (values[row] ?? Number.NaN) as number;
  return array;
}

function problemsOf(nodes: readonly ColumnNode[], cells: Cells, options: ReadOptions): ErrorDetail[] {
  const problems: ErrorDetail[] = [];
  for (const [i, node] of nodes.entries()) {
    const column = cells.columns[i] ?? [];
    const problemOf = cellCheck(node, options);
    for (let row = 0; problemOf && row < column.length; row++) {
      const problem = problemOf(column[row]);
      if (problem) problems.push({ path: cells.pathOf(row, i) + problem.path, message: problem.message });
      if (problems.length === PROBLEMS_MAX) return problems;
    }
  }
  return problems;
}

/** What is wrong with a cell, where something may be. */
function cellCheck(node: ColumnNode, { required, isUnchecked }: ReadOptions) {
  const validate = isUnchecked(node) ? cellValidator(node) : undefined;
  if (!validate && !required) return undefined;
  return (cell: unknown): ErrorDetail | undefined => {
    if (cell === undefined) return required ? { path: '', message: 'missing' } : undefined;
    return validate?.(cell, { onlyFirst: true })[0];
  };
}
