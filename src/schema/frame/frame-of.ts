import type { ColumnType, ColumnValues } from '../../data-frame/column.js';
import { DataFrame } from '../../data-frame/data-frame.js';
import { parseDuration } from '../../data-frame/duration.js';
import { HostError } from '../../errors.js';
import { parseDateTime } from '../dates.js';
import { shown } from '../refusal.js';

/** What a frame may be given as: itself, an array of records, or an object of columns. */
export type FrameLike = DataFrame | readonly object[] | Readonly<Record<string, ColumnValues>>;

type Entries = readonly (readonly [string, ColumnValues])[];

/**
 * A frame from what stands for one. Dates and spans of time may be text, where `types` says what they are.
 *
 * @param types - What columns hold. Default: what a frame's columns hold, else what their values have in common.
 * @throws {HostError} `INPUT_INVALID` for what is no frame, and for values that are not of their type.
 */
export function frameOf(value: unknown, types: Readonly<Record<string, ColumnType>>): DataFrame {
  const known = value instanceof DataFrame ? value.columns.map((name) => [name, value.columnType(name)] as const) : [];
  const all = new Map<string, ColumnType>([...known, ...Object.entries(types)]);
  const entries = entriesOf(value).map(([name, values]) => [name, withoutText(values, all.get(name))] as const);
  const index =
    value instanceof DataFrame ? value.index : Array.isArray(value) ? value.map((_, row) => row) : undefined;
  return DataFrame.fromColumns(entries, { index, types: Object.fromEntries(all) });
}

function entriesOf(value: unknown): Entries {
  if (value instanceof DataFrame) return value.columns.map((name) => [name, value.column(name)]);
  if (Array.isArray(value)) return entriesOfRows(value);
  if (typeof value !== 'object' || value === null) throw noFrame(shown(value));
  const entries = Object.entries(value);
  const wrong = entries.find(([, values]) => !Array.isArray(values) && !ArrayBuffer.isView(values));
  if (wrong) throw noFrame(`an object whose '${wrong[0]}' is no array`);
  return entries as [string, ColumnValues][];
}

function entriesOfRows(rows: readonly unknown[]): Entries {
  const wrong = rows.findIndex((row) => typeof row !== 'object' || row === null || Array.isArray(row));
  if (wrong >= 0) throw noFrame(`an array whose item ${wrong} is no object`);
  const names = new Set((rows as object[]).flatMap((row) => Object.keys(row)));
  return [...names].map((name) => [name, rows.map((row) => ownMember(row as object, name) ?? null)]);
}

/** A member that an object has itself: `constructor` and `__proto__` are only names. */
export function ownMember(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined;
}

function noFrame(came: string): HostError {
  const message = `Expected a data frame, an array of records or an object of columns, got ${came}.`;
  return new HostError('INPUT_INVALID', message);
}

function withoutText(values: ColumnValues, type: ColumnType | undefined): ColumnValues {
  if (type !== 'datetime' && type !== 'timedelta') return values;
  const parse = type === 'datetime' ? parseDateTime : parseDuration;
  return Array.from(values as ArrayLike<unknown>, (value) =>
    typeof value === 'string' ? (parse(value) ?? value) : value,
  );
}
