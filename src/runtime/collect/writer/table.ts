import { writeJson } from '../../../schema/json/write.js';

/** Text of a cell; null where there is nothing. */
export type Cell = string | null;

/** More columns than anybody reads: they are the keys of what a caller has sent. */
const COLUMNS_MAX = 2_000;
/** A table is rows × columns, of which a small record can have many. */
const CELLS_MAX = 1_000_000;

export interface Table {
  /** The first columns. */
  readonly named: readonly string[];
  /** How many columns there are, with those that have no name. */
  readonly width: number;
  readonly rows: readonly (readonly Cell[])[];
}

/**
 * A value as rows: the items of an array are rows, be they arrays, however deep, or objects; anything else is one. An array of
 * plain values is one row, too, unless there is one feature, whose values they are then.
 *
 * @param features - Names of the columns.
 * @throws {Error} for what has too many columns, or cells.
 */
export function tableOf(value: unknown, features: readonly string[] | undefined): Table {
  const items = itemsOf(value, features);
  const named = features ?? keysOf(items);
  checkSize(named.length, items.length);
  const rows = items.map((item) => rowOf(item, named));
  const width = rows.reduce((most, row) => Math.max(most, row.length), named.length);
  checkSize(width, items.length);
  const wide = (row: readonly Cell[]) => [...row, ...Array<null>(width - row.length).fill(null)];
  return { named, width, rows: rows.map((row) => (row.length === width ? row : wide(row))) };
}

/** What has no name has its number. */
export function columnNames(named: readonly string[], width: number): string[] {
  return Array.from({ length: width }, (_, i) => named[i] ?? String(i));
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
  const keys = new Set<string>();
  for (const item of items) if (isObject(item)) for (const key of Object.keys(item)) keys.add(key);
  return [...keys];
}

/** @throws {Error} for too many columns, or cells. */
export function checkSize(columns: number, rows: number): void {
  if (columns > COLUMNS_MAX) throw new Error(`it has ${columns} columns, ${COLUMNS_MAX} are the limit`);
  if (Math.max(columns, 1) * rows > CELLS_MAX)
    throw new Error(`it has ${columns} × ${rows} cells, ${CELLS_MAX} are the limit`);
}

function rowOf(item: unknown, columns: readonly string[]): Cell[] {
  if (Array.isArray(item)) return (item.flat(Number.POSITIVE_INFINITY) as unknown[]).map(cellOf);
  if (isObject(item)) return columns.map((name) => cellOf(Object.hasOwn(item, name) ? item[name] : null));
  return [cellOf(item)];
}

function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (Object.is(value, -0)) return '-0.0';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : null;
  return typeof value === 'object' ? writeJson(value) : String(value);
}
