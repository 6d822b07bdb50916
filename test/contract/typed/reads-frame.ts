import { parseDuration } from '../../../src/data-frame/duration.js';
import type { DataFrame } from '../../../src/index.js';
import { momentOf } from './compare-values.js';
import { type FramePlace, sampleColumns } from './frame-place.js';
import { isDateTime } from './is-of-dtype.js';
import { isPlainObject } from './json-pointer.js';
import { cellsOf } from './own-value.js';
import { isSameFloat, isSameJson, spelled } from './same-values.js';

/** A row of a body by the names of its columns. */
type RowOf = (name: string) => unknown;

/** Whether a frame has the cells of a body, each in its column; what the body lacks is null. */
export function readsAsFrame(place: FramePlace, input: unknown, ours: DataFrame): boolean {
  const rows = rowsOf(place, input);
  const columns = [...sampleColumns(place)];
  if (rows?.length !== ours.length || columns.map(([name]) => name).join('\0') !== ours.columns.join('\0'))
    return false;
  return columns.every(([name, dtype]) => {
    const cells = cellsOf(ours, name);
    return rows.every((row, i) => readsAsCell(place.enforced ? dtype : 'object', row(name), cells[i]));
  });
}

/** @returns undefined for what is not of the layout. */
function rowsOf(place: FramePlace, input: unknown): readonly RowOf[] | undefined {
  const named = (rows: readonly unknown[]) =>
    rows.map((row) => (name: string) => (row as Record<string, unknown>)[name]);
  const placed = (rows: readonly unknown[], names: readonly string[]) =>
    rows.map((row) => (name: string) => (row as unknown[])[names.indexOf(name)]);
  const names = [...sampleColumns(place).keys()];
  if (place.orient === 'records' || place.orient === 'values') {
    if (!Array.isArray(input)) return undefined;
    return place.orient === 'records' ? named(input) : placed(input, names);
  }
  if (!isPlainObject(input)) return undefined;
  switch (place.orient) {
    case 'index':
      return named(Object.values(input));
    case 'split': {
      const given = Array.isArray(input.columns) ? input.columns.map(String) : names;
      return Array.isArray(input.data) ? placed(input.data, given) : undefined;
    }
    case 'table':
      return Array.isArray(input.data) ? named(input.data) : undefined;
    default: {
      const labels = [...new Set(Object.values(input).flatMap((column) => Object.keys(column as object)))];
      return labels.map((label) => (name: string) => (input[name] as Record<string, unknown> | undefined)?.[label]);
    }
  }
}

function readsAsCell(dtype: string, value: unknown, ours: unknown): boolean {
  if (value === null || value === undefined || Number.isNaN(value)) return ours === null;
  if (dtype.startsWith('datetime64')) {
    return ours instanceof Date && isDateTime(value) && ours.getTime() === momentOf(spelled(value));
  }
  if (dtype.startsWith('timedelta64')) return ours === parseDuration(String(value));
  if (/^float/i.test(dtype)) return isSameFloat(dtype.toLowerCase(), value, ours);
  return isSameJson(value, ours);
}
