import { type Dtype, isFloatType, isIntegerType } from '../dtype.js';
import { HostError } from '../errors.js';
import { shortestFloat32 } from '../tensor.js';
import type { Column, ColumnType } from './column.js';
import { formatDuration } from './duration.js';

/** The layouts that pandas knows for a frame in JSON: the `orient` of its `to_json()`. */
export type Orient = 'split' | 'records' | 'index' | 'columns' | 'values' | 'table';

export const ORIENTS: readonly Orient[] = ['split', 'records', 'index', 'columns', 'values', 'table'];

export type RowLabel = string | number;

/** A row by its column names. */
export type Row = Record<string, unknown>;

/** What a frame consists of, for those who lay it out. */
export interface FrameParts {
  readonly columns: ReadonlyMap<string, Column>;
  readonly index: readonly RowLabel[];
}

/** Sets a member of a plain object; `__proto__` is only a key. */
export function setMember(object: Row, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

/**
 * A frame as plain values that JSON can say, in a layout of pandas. Dates and spans of time are ISO 8601 text, what is
 * missing or no finite number is null, integers of 64 bits are bigint.
 *
 * @throws {HostError} `RESULT_INVALID` for `index` and `columns` if two rows have one label, for `table` if a column is
 * named `index`; and for an unknown layout.
 */
export function layOut({ columns, index }: FrameParts, orient: Orient): unknown {
  const names = [...columns.keys()];
  const cells = [...columns.values()].map(jsonValues);
  const members = (row: number): Row => {
    const record: Row = {};
    names.forEach((name, column) => {
      setMember(record, name, cells[column]?.[row]);
    });
    return record;
  };
  const records = () => index.map((_, row) => members(row));
  const values = () => index.map((_, row) => cells.map((column) => column[row]));

  switch (orient) {
    case 'records':
      return records();
    case 'values':
      return values();
    case 'split':
      return { columns: names, index, data: values() };
    case 'index':
      return byLabel(index, orient, members);
    case 'columns':
      return columnsByLabel();
    case 'table':
      return { schema: tableSchema(columns, index), data: tableRows() };
    default:
      throw new HostError('RESULT_INVALID', `Unknown orient '${orient}': use one of ${ORIENTS.join(', ')}.`);
  }

  function columnsByLabel(): Row {
    const object: Row = {};
    names.forEach((name, column) => {
      setMember(
        object,
        name,
        byLabel(index, orient, (row) => cells[column]?.[row]),
      );
    });
    return object;
  }

  function tableRows(): Row[] {
    if (columns.has('index')) {
      throw new HostError('RESULT_INVALID', "Cannot lay out a frame as 'table': its column 'index' has the rows' key.");
    }
    return records().map((record, row) => ({ index: index[row], ...record }));
  }
}

function byLabel(index: readonly RowLabel[], orient: Orient, memberAt: (row: number) => unknown): Row {
  const object: Row = {};
  index.forEach((label, row) => {
    if (Object.hasOwn(object, label)) {
      throw new HostError('RESULT_INVALID', `Cannot lay out a frame as '${orient}': two rows are labelled '${label}'.`);
    }
    setMember(object, String(label), memberAt(row));
  });
  return object;
}

function jsonValues({ type, values }: Column): readonly unknown[] {
  const toJson = jsonValue(type);
  return Array.from(values as ArrayLike<unknown>, (value) => (value === null ? null : toJson(value)));
}

function jsonValue(type: ColumnType): (value: unknown) => unknown {
  switch (type) {
    case 'float16':
    case 'float32':
      return (value) => (Number.isFinite(value) ? shortestFloat32(value as number) : null);
    case 'float64':
      return (value) => (Number.isFinite(value) ? value : null);
    case 'datetime':
      return (value) => (value as Date).toISOString();
    case 'timedelta':
      return (value) => formatDuration(value as number);
    default:
      return (value) => value;
  }
}

function tableSchema(columns: ReadonlyMap<string, Column>, index: readonly RowLabel[]) {
  const indexType = !index.every((label) => typeof label === 'number')
    ? 'string'
    : index.every(Number.isInteger)
      ? 'integer'
      : 'number';
  const fields = [...columns].map(([name, { type }]) => ({ name, ...fieldType(type) }));
  return { fields: [{ name: 'index', type: indexType }, ...fields], primaryKey: ['index'], pandas_version: '1.4.0' };
}

/** The names of the Table Schema, which pandas uses. */
function fieldType(type: ColumnType): { type: string; tz?: string } {
  if (isFloatType(type as Dtype)) return { type: 'number' };
  if (isIntegerType(type as Dtype)) return { type: 'integer' };
  if (type === 'bool') return { type: 'boolean' };
  if (type === 'datetime') return { type: 'datetime', tz: 'UTC' };
  return { type: type === 'timedelta' ? 'duration' : 'string' };
}
