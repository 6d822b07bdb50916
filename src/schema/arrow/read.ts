import type { ColumnType, ColumnValues } from '../../data-frame/column.js';
import { DataFrame } from '../../data-frame/data-frame.js';
import type { RowLabel } from '../../data-frame/orients.js';
import {
  FLOAT16_AS_BITS,
  float16Bits,
  isFloatType,
  type NumericArray,
  type NumericType,
  newNumericArray,
} from '../../dtype.js';
import { HostError } from '../../errors.js';
import { Tensor } from '../../tensor.js';
import { EMPTY_PLACES_MAX, hasTooManyEmptyPlaces } from '../empty-places.js';
import { PLAIN_VALUES_MAX } from './batch-reader.js';
import { ArrowError } from './flat-table.js';
import { type ArrowField, columnTypeOf } from './metadata.js';
import { readStream } from './read-stream.js';

/** What pandas calls the row labels where it makes a column of them. */
export const INDEX_COLUMN = '__index_level_0__';

/**
 * Reads an Arrow IPC stream as a data frame.
 *
 * Integers, floats (half too), booleans, text, bytes, dates, timestamps (as `Date`, cut to milliseconds), durations,
 * lists, structs, dictionaries, and what is missing. The column `__index_level_0__`, as pandas names its row labels, is
 * the frame's index if it holds strings or integers.
 *
 * @param path - JSON pointer of the input in the body, for messages.
 * @throws {HostError} `INPUT_INVALID` for other types, compressed streams, and bytes that are not just one stream.
 * @see https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format
 */
export function readArrow(bytes: Uint8Array, path = ''): DataFrame {
  return reading(path, () => {
    const { fields, batches } = readStream(asBuffer(bytes), (reader, all, rows) => ({
      rows,
      values: all.map((field) => reader.values(field)),
    }));
    const rows = countRows(batches.map((batch) => batch.rows));
    const columns = new Map<string, ColumnValues>();
    const types = new Map<string, ColumnType>();
    fields.forEach((field, column) => {
      if (columns.has(field.name)) throw new ArrowError(`two columns are named '${field.name}'`);
      const type = columnTypeOf(field);
      types.set(field.name, type);
      columns.set(
        field.name,
        joined(
          batches.map(({ values }) => values[column] as ColumnValues),
          type,
        ),
      );
    });
    const labels = rowLabels(columns.get(INDEX_COLUMN));
    if (labels) for (const map of [columns, types]) map.delete(INDEX_COLUMN);
    const index = labels ?? Array.from({ length: rows }, (_, i) => i);
    return DataFrame.fromColumns(columns, { index, types: Object.fromEntries(types) });
  });
}

/**
 * Reads an Arrow IPC stream of one column as a tensor. A column of numbers, booleans or text is a tensor of rank 1; lists
 * of a fixed length (`FixedSizeList`) are the next axis, lists in lists the one after. What is missing is NaN among
 * floats.
 *
 * @param path - JSON pointer of the input in the body, for messages.
 * @throws {HostError} `INPUT_INVALID` for several columns, other types, what is missing where no float is, and bytes that
 * are not just one stream.
 */
export function arrowToTensor(bytes: Uint8Array, path = ''): Tensor {
  return reading(path, () => {
    const { fields, batches } = readStream(asBuffer(bytes), (reader, [field], rows) => ({
      rows,
      values: field && reader.elements(field).values,
    }));
    const [field] = fields;
    if (fields.length !== 1 || field === undefined)
      throw new ArrowError(`it has ${fields.length} columns, a tensor has one`);
    const rows = countRows(batches.map((batch) => batch.rows));
    const { dims, element } = listDims(field);
    const type = columnTypeOf(element);
    const values = joined(
      batches.map((batch) => batch.values as ColumnValues),
      type,
    );
    return tensorOf(field.name, type, values, [rows, ...dims]);
  });
}

function listDims(field: ArrowField): { dims: number[]; element: ArrowField } {
  if (field.type.kind !== 'fixedList' || field.dictionary) return { dims: [], element: field };
  const { dims, element } = listDims(field.children[0] as ArrowField);
  return { dims: [field.type.size, ...dims], element };
}

function tensorOf(name: string, type: ColumnType, values: ColumnValues, dims: readonly number[]): Tensor {
  if (type === 'object' || type === 'datetime' || type === 'timedelta') {
    throw new ArrowError(`the column '${name}' holds ${type === 'object' ? 'no numbers' : type}, which is no tensor`);
  }
  if (hasTooManyEmptyPlaces(dims)) {
    throw new ArrowError(`shape (${dims.join(', ')}) has more than ${EMPTY_PLACES_MAX} places for nothing`);
  }
  if (Array.isArray(values) && values.includes(null))
    throw new ArrowError(`the column '${name}' of ${type} has missing values`);
  if (type === 'string') return new Tensor('string', values as string[], dims);
  const data = type === 'float16' ? halves(values as Float32Array) : typed(values, type);
  return new Tensor(type as 'float32', data as Float32Array, dims);
}

function halves(values: Float32Array): NumericArray {
  const data = newNumericArray('float16', values.length);
  for (let i = 0; i < data.length; i++)
    data[i] = FLOAT16_AS_BITS ? float16Bits(values[i] as number) : (values[i] as number);
  return data;
}

/** Booleans, integers of a dictionary and batches of which some have missing values are no typed arrays yet. */
function typed(values: ColumnValues, type: NumericType): NumericArray {
  if (!Array.isArray(values)) return values as NumericArray;
  const data = newNumericArray(type, values.length);
  for (let i = 0; i < data.length; i++) data[i] = type === 'bool' ? Number(values[i]) : (values[i] as number);
  return data;
}

/** The values of all batches in a row; a typed array where all are, and where there are none of a float type. */
function joined(parts: readonly ColumnValues[], type: ColumnType): ColumnValues {
  if (parts.length === 1) return parts[0] as ColumnValues;
  if (parts.length === 0) return isFloatType(type as 'float32') ? new Float32Array() : [];
  if (parts.some((part) => Array.isArray(part))) return parts.flatMap((part) => Array.from(part as Iterable<unknown>));
  const arrays = parts as readonly NumericArray[];
  const length = arrays.reduce((sum, part) => sum + part.length, 0);
  const whole = newNumericArray(type === 'float16' ? 'float32' : (type as NumericType), length);
  let filled = 0;
  for (const array of arrays) {
    whole.set(array as never, filled);
    filled += array.length;
  }
  return whole;
}

function countRows(batches: readonly number[]): number {
  const rows = batches.reduce((sum, length) => sum + length, 0);
  if (rows > PLAIN_VALUES_MAX) throw new ArrowError(`it has ${rows} rows, ${PLAIN_VALUES_MAX} are the limit`);
  return rows;
}

function rowLabels(values: ColumnValues | undefined): RowLabel[] | undefined {
  if (values === undefined) return undefined;
  const labels = Array.from(values as Iterable<unknown>, (value) =>
    typeof value === 'bigint' ? Number(value) : value,
  );
  const fit = labels.every((label) => typeof label === 'string' || Number.isSafeInteger(label));
  return fit ? (labels as RowLabel[]) : undefined;
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    // A RangeError is a DataView's, of metadata that points outside of itself.
    const problem =
      error instanceof RangeError ? 'its metadata is broken' : error instanceof ArrowError && error.message;
    if (!problem) throw error;
    const message = `expected an Arrow IPC stream, but ${problem}`;
    throw new HostError('INPUT_INVALID', `${path || 'The body'}: ${message}.`, { details: [{ path, message }] });
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
