import type { ColumnValues } from '../../data-frame/column.js';
import { DataFrame } from '../../data-frame/data-frame.js';
import type { Orient } from '../../data-frame/orients.js';
import type { ColumnNode } from './column-node.js';

/**
 * A frame in a layout of pandas, where cells that only their column knows to write are written by it.
 *
 * @throws {HostError} `RESULT_INVALID` if the layout needs labels or names that are unique, and they are not.
 */
export function layOutFrame(frame: DataFrame, nodes: readonly ColumnNode[], orient: Orient): unknown {
  const writers = new Map(nodes.flatMap(({ name, toJson }) => (toJson ? [[name, toJson] as const] : [])));
  if (writers.size === 0) return frame.toOrient(orient);
  const columns = frame.columns.map((name): [string, ColumnValues] => {
    const toJson = writers.get(name);
    const values = frame.column(name);
    const written = (value: unknown) => (value === null ? null : toJson?.(value));
    return [name, toJson ? Array.from(values as ArrayLike<unknown>, written) : values];
  });
  const types = frame.columns.map((name) => [name, writers.has(name) ? 'object' : frame.columnType(name)]);
  return DataFrame.fromColumns(columns, { index: frame.index, types: Object.fromEntries(types) }).toOrient(orient);
}
