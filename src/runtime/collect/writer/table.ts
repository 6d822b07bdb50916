import { writeJson } from '../../../schema/json/write.js';

/** Text of a cell; null where there is nothing. */
export type Cell = string | null;

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/**
 * A value as rows: the items of an array are rows, be they arrays, however deep, or objects; anything else is one. An array of
 * plain values is one row, too, unless there is one feature, whose values they are then.
 *
 * @param features - Names of the columns. Columns without a name are counted from 0, as pandas does it.
 */
export function tableOf(value: unknown, features: readonly string[] | undefined): Table {
  const items = itemsOf(value, features);
  const named = features ?? keysOf(items);
  const rows = items.map((item) => rowOf(item, named));
  const width = rows.reduce((most, row) => Math.max(most, row.length), named.length);
  const columns = Array.from({ length: width }, (_, i) => named[i] ?? String(i));
  return { columns, rows: rows.map((row) => columns.map((_, i) => row[i] ?? null)) };
}

/** The same value with the names in it: records, where rows are arrays of that length. */
export function recordsOf(value: unknown, features: readonly string[]): unknown {
  if (!Array.isArray(value)) return value;
  const areRows = value.every((row) => Array.isArray(row) && row.length === features.length);
  return areRows ? value.map((row: unknown[]) => new Map(features.map((name, i) => [name, row[i]]))) : value;
}

function itemsOf(value: unknown, features: readonly string[] | undefined): readonly unknown[] {
  if (!Array.isArray(value)) return [value];
  if (value.some((item) => typeof item === 'object' && item !== null)) return value;
  if (value.length === 0) return [];
  return features?.length === 1 ? value : [value];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every key of every object, in the order of appearance. */
function keysOf(items: readonly unknown[]): string[] {
  return [...new Set(items.filter(isObject).flatMap(Object.keys))];
}

function rowOf(item: unknown, columns: readonly string[]): Cell[] {
  if (Array.isArray(item)) return (item.flat(Number.POSITIVE_INFINITY) as unknown[]).map(cellOf);
  if (isObject(item)) return columns.map((name) => cellOf(Object.hasOwn(item, name) ? item[name] : null));
  return [cellOf(item)];
}

function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : null;
  return typeof value === 'object' ? writeJson(value) : String(value);
}
