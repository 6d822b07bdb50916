import type { ColumnType } from '../../data-frame/column.js';
import { DataFrame } from '../../data-frame/data-frame.js';
import { HostError } from '../../errors.js';
import { castFrame } from './cast-frame.js';
import type { ColumnNode } from './column-node.js';
import { frameOf } from './frame-of.js';

export interface ResultOptions {
  /** Whether the result must have all columns of the type. */
  readonly required: boolean;
  /** Whether columns that the type does not have are kept, behind the others. */
  readonly keepsOthers: boolean;
}

/**
 * The frame that a result of `run` is, its columns in the order of the type.
 *
 * @throws {HostError} `RESULT_INVALID` if it is no frame, lacks a column, or has cells that are not of their column.
 */
export function frameOfResult(result: unknown, nodes: readonly ColumnNode[], options: ResultOptions): DataFrame {
  try {
    const frame = frameOf(result, hints(result, nodes));
    // A list of no records has no columns, and is a frame without rows.
    const required = options.required && frame.length + frame.columns.length > 0;
    const known = castFrame(frame, nodes, { path: '', required, readsObjects: false });
    return options.keepsOthers ? withOthers(known, frame) : known;
  } catch (error) {
    const reason = (error as Error).message;
    throw new HostError('RESULT_INVALID', `The result of run() does not fit its output type: ${reason}`, {
      cause: error,
    });
  }
}

/** What numbers and texts alone do not say of themselves, where the result has such a column. */
function hints(result: unknown, nodes: readonly ColumnNode[]): Record<string, ColumnType> {
  if (result instanceof DataFrame || typeof result !== 'object' || result === null) return {};
  const rows = Array.isArray(result) ? (result as unknown[]) : [result];
  const names = new Set(rows.flatMap((row) => Object.keys(Object(row))));
  const typed = nodes.filter(({ name, type }) => names.has(name) && type !== undefined && hinted.has(type));
  return Object.fromEntries(typed.map(({ name, type }) => [name, type as ColumnType]));
}

const hinted: ReadonlySet<ColumnType> = new Set(['datetime', 'timedelta', 'object']);

function withOthers(known: DataFrame, frame: DataFrame): DataFrame {
  const taken = new Set(known.columns);
  const others = frame.columns.filter((name) => !taken.has(name));
  if (others.length === 0) return known;
  const all = [...known.columns.map((name) => [known, name] as const), ...others.map((name) => [frame, name] as const)];
  return DataFrame.fromColumns(
    all.map(([from, name]) => [name, from.column(name)] as const),
    { index: frame.index, types: Object.fromEntries(all.map(([from, name]) => [name, from.columnType(name)])) },
  );
}
