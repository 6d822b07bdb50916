import { parseDuration } from '../../../src/data-frame/duration.js';
import { DataFrame, PandasParameterType, type ParameterType } from '../../../src/index.js';
import { type PythonValue, pythonValue, type RecordedFrame, type RecordedParam, type Tagged } from './python-value.js';
import { isoMoment, NoCounterpart } from './translate-value.js';

/** The frame of a sample with the types of its columns. */
export function pandasType({ options = {} }: RecordedParam, sample: PythonValue, coerce: boolean): ParameterType {
  const frame = sample.kind === 'frame' ? translateFrame(sample) : (sample as never);
  return new PandasParameterType(frame, {
    orient: options.orient as 'records',
    enforceColumnType: options.enforce_column_type !== false,
    enforceShape: options.enforce_shape !== false,
    applyColumnNames: options.apply_column_names === true,
    coerce,
  });
}

/** What the columns of pandas hold here; what is not of these is objects. */
export function ownColumnType(dtype: string): string {
  if (dtype.startsWith('datetime64')) return 'datetime';
  if (dtype.startsWith('timedelta64')) return 'timedelta';
  const name = dtype.toLowerCase();
  if (/^u?int(?:8|16|32|64)$|^float(?:16|32|64)$|^bool$/.test(name)) return name;
  if (name === 'boolean') return 'bool';
  return name === 'string' || name === 'category' ? 'string' : 'object';
}

function translateFrame({ columns, dtypes, index, data }: RecordedFrame): DataFrame {
  const names = columns.map(String);
  const values = names.map((name, column) => {
    const type = columnTypeOf(
      dtypes[column] as string,
      data.map((row) => row[column]),
    );
    return [name, data.map((row) => translateCell(row[column])), type] as const;
  });
  const types = Object.fromEntries(values.map(([name, , type]) => [name, type as 'object']));
  return DataFrame.fromColumns(
    values.map(([name, cells]) => [name, cells] as const),
    { index: index.map((label) => (typeof label === 'number' ? label : String(label))), types },
  );
}

/** A column of objects that are all text is one of strings here; categories of numbers are numbers. */
function columnTypeOf(dtype: string, cells: readonly Tagged[]): string {
  const type = ownColumnType(dtype);
  if (type !== 'object' && dtype !== 'category') return type;
  const known = cells.filter((cell) => cell !== null);
  if (known.length > 0 && known.every((cell) => typeof cell === 'string')) return 'string';
  return 'object';
}

function translateCell(cell: Tagged): unknown {
  const value = pythonValue(cell);
  switch (value.kind) {
    case 'datetime':
    case 'date':
      return new Date(isoMoment(value.iso));
    case 'timedelta':
      return parseDuration(value.iso);
    case 'none':
      return null;
    case 'float':
      return Number.isNaN(value.value) ? null : value.value;
    case 'list':
    case 'tuple':
      return value.items.map(cellOf);
    case 'dict':
      return Object.fromEntries([...value.members].map(([name, member]) => [name, cellOf(member)]));
    case 'object':
      throw new NoCounterpart(value.name);
    default:
      return cellOf(value);
  }
}

function cellOf(value: PythonValue): unknown {
  switch (value.kind) {
    case 'int':
    case 'float':
    case 'str':
    case 'bool':
      return value.value;
    case 'bytes':
    case 'bytearray':
      return value.value;
    case 'list':
    case 'tuple':
    case 'range':
      return value.items.map(cellOf);
    case 'dict':
      return Object.fromEntries([...value.members].map(([name, member]) => [name, cellOf(member)]));
    case 'none':
      return null;
    default:
      throw new NoCounterpart(value.kind);
  }
}
