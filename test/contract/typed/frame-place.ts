import { isOfDtype, isWhole } from './is-of-dtype.js';
import { isPlainObject } from './json-pointer.js';
import type { Place } from './place.js';
import { type PythonValue, pythonValue, type RecordedFrame, type RecordedSparkFrame } from './python-value.js';

/** A data frame in one of the layouts of pandas, and how far inside of it: the tokens that led here. */
export interface FramePlace {
  readonly kind: 'frame';
  readonly frame: RecordedFrame | RecordedSparkFrame;
  readonly orient: string;
  readonly enforced: boolean;
  /** Whether the columns must be those of the sample. */
  readonly sameColumns: boolean;
  readonly level: readonly string[];
  /** How many rows the body has, where its layout says it beside the labels. */
  readonly rowCount?: number;
}

/** What is in a place of a layout: a row, a cell, a list of names. */
export type FramePart = 'frame' | 'row' | 'column' | 'cell' | 'names' | 'labels' | 'label' | 'rows' | 'other';

/** The part of its layout that a place is. */
export function framePart({ orient, level }: FramePlace): FramePart {
  if (level.length === 0) return 'frame';
  const [first] = level as [string];
  switch (orient) {
    case 'columns':
      return level.length === 1 ? 'column' : level.length === 2 ? 'cell' : 'other';
    case 'split':
      if (level.length === 1) return splitParts[first] ?? 'other';
      if (first === 'index') return level.length === 2 ? 'label' : 'other';
      return first === 'data' ? rowPart(level.length - 2) : 'other';
    case 'table':
      if (level.length === 1) return first === 'data' ? 'rows' : 'other';
      return first === 'data' ? rowPart(level.length - 2) : 'other';
    default:
      return rowPart(level.length - 1);
  }
}

const splitParts: Readonly<Record<string, FramePart>> = { columns: 'names', index: 'labels', data: 'rows' };

function rowPart(depth: number): FramePart {
  return depth === 0 ? 'row' : depth === 1 ? 'cell' : 'other';
}

/** What is behind a token of a pointer; behind `*` what any cell of a row by position may be. */
export function framePlaces(
  place: FramePlace,
  token: string,
  insideValue: (sample: PythonValue, token: string) => readonly Place[],
): readonly Place[] {
  if (framePart(place) === 'cell') {
    return cellsOf(place).flatMap((cell) => insideValue(pythonValue(cell), token));
  }
  const inside = { ...place, level: [...place.level, token] };
  const part = framePart(inside);
  if (part === 'other') return [{ kind: 'unknown' }];
  if (part !== 'cell' || token !== '*') return [inside];
  return [...sampleColumns(place).keys()].map((_, column) => ({ ...place, level: [...place.level, String(column)] }));
}

/** The columns of the sample with their dtypes. */
export function sampleColumns({ frame }: FramePlace): ReadonlyMap<string, string> {
  if (frame.kind === 'spark') return new Map(frame.columns);
  return new Map(frame.columns.map((name, i) => [String(name), frame.dtypes[i] as string]));
}

/** The dtype of the column of a cell; of an array by position, by that of the sample. */
export function cellDtype(place: FramePlace): string | undefined {
  const columns = sampleColumns(place);
  const token = place.orient === 'columns' ? place.level[0] : place.level.at(-1);
  return columns.get(String(token)) ?? (isPositional(place) ? [...columns.values()][Number(token)] : undefined);
}

/** Whether rows are arrays. */
export function isPositional({ orient }: FramePlace): boolean {
  return orient === 'split' || orient === 'values';
}

const ROWS_AS_OBJECT = ['index', 'columns', 'split', 'table'];

export function isOfFramePlace(place: FramePlace, value: unknown): boolean {
  switch (framePart(place)) {
    case 'frame':
      return ROWS_AS_OBJECT.includes(place.orient) ? isPlainObject(value) : Array.isArray(value);
    case 'row': {
      const count = sampleColumns(place).size;
      if (isPositional(place)) return Array.isArray(value) && (!place.sameColumns || value.length === count);
      return isPlainObject(value);
    }
    case 'column':
      return isPlainObject(value) && sampleColumns(place).has(String(place.level[0]));
    case 'cell':
      return isOfCell(place, value);
    case 'names':
      return Array.isArray(value) && (!place.sameColumns || isSameNames(value, place));
    case 'labels':
      return Array.isArray(value) && (place.rowCount ?? value.length) === value.length;
    case 'label':
      return typeof value === 'string' || isWhole(value);
    case 'rows':
      return Array.isArray(value);
    case 'other':
      return value !== undefined;
  }
}

function isSameNames(names: readonly unknown[], place: FramePlace): boolean {
  const columns = sampleColumns(place);
  return names.length === columns.size && names.every((name) => columns.has(String(name)));
}

function isOfCell(place: FramePlace, value: unknown): boolean {
  const dtype = cellDtype(place);
  if (dtype === undefined) return false;
  return value !== undefined && isOfColumn(dtype, cellsOf(place), value);
}

/** The cells of the sample in the column of a place. */
export function cellsOf(place: FramePlace): readonly unknown[] {
  const { frame } = place;
  if (frame.kind === 'spark') return [];
  const token = place.orient === 'columns' ? place.level[0] : place.level.at(-1);
  const named = frame.columns.findIndex((name) => String(name) === token);
  const column = named < 0 && isPositional(place) ? Number(token) : named;
  return frame.data.map((row) => row[column]);
}

/** Whether a cell is of a column: one of objects holds what the cells of the sample have in common. */
export function isOfColumn(dtype: string, cells: readonly unknown[], value: unknown): boolean {
  const withNulls = cells.some((cell) => cell === null);
  if (value === null) return withNulls || /^float|^datetime|^timedelta|^string|^Float/.test(dtype);
  if (dtype === 'object') return isOfObjects(cells, value);
  if (dtype === 'string') return typeof value === 'string';
  if (dtype === 'category') return cells.some((cell) => typeof cell === typeof value);
  if (dtype.startsWith('datetime64')) return isOfDtype('datetime64[ns]', value);
  if (dtype.startsWith('timedelta64')) return isOfDtype('timedelta64[ns]', value);
  return isOfDtype(dtype.toLowerCase().replace('boolean', 'bool'), value);
}

function isOfObjects(cells: readonly unknown[], value: unknown): boolean {
  const kinds = cells.filter((cell) => cell !== null).map(kindOf);
  return kinds.length === 0 || kinds.includes(kindOf(value));
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'bigint' ? 'number' : typeof value;
}
