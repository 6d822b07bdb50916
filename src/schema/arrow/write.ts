import type { DataType, Vector } from 'apache-arrow';
import type { ColumnType, ColumnValues } from '../../data-frame/column.js';
import type { DataFrame } from '../../data-frame/data-frame.js';
import { DTYPES, type Dtype, float16Bits, isFloatType, isIntegerType, type NumericArray } from '../../dtype.js';
import { HostError } from '../../errors.js';
import type { Tensor } from '../../tensor.js';
import { INDEX_COLUMN } from './read.js';
import { arrowLibrary, arrowTypeOf, arrowTypeOfValues } from './write-types.js';

/** The span of time that 64 bits of nanoseconds hold: 292 years. */
const NANOSECONDS_MS_MAX = 9.2e12;

/**
 * Writes a data frame as an Arrow IPC stream of one batch.
 *
 * Columns keep their type. Dates are timestamps in milliseconds, UTC; spans of time durations in nanoseconds, or in
 * milliseconds where they are too long. Columns of no one element type are lists or structs if all values agree. Row
 * labels other than 0, 1, 2, … are the column `__index_level_0__`, as pandas names them.
 *
 * @throws {HostError} `RESULT_INVALID` for a column whose values have no one type, and one of that name beside labels.
 */
export function writeArrow(frame: DataFrame): Buffer {
  const vectors = frame.columns.map(
    (name) => [name, columnVector(name, frame.columnType(name), frame.column(name))] as const,
  );
  const isCounted = frame.index.every((label, i) => label === i);
  if (isCounted) return streamOf(vectors, frame.length);
  if (frame.columns.includes(INDEX_COLUMN)) {
    const message = `A frame with row labels cannot be written as Arrow: its column '${INDEX_COLUMN}' has their name.`;
    throw new HostError('RESULT_INVALID', message);
  }
  const labels = frame.index.every(Number.isSafeInteger)
    ? vectorOf('int64', BigInt64Array.from(frame.index as number[], BigInt))
    : plainVector(frame.index.map(String), arrowTypeOf('string'));
  return streamOf([...vectors, [INDEX_COLUMN, labels]], frame.length);
}

/**
 * Writes a tensor as an Arrow IPC stream of one column, `data`, with one row for each element of the first axis. A
 * tensor of rank 1 is a column of its elements, every further axis a `FixedSizeList`. A scalar is one row.
 *
 * @throws {HostError} `RESULT_INVALID` for element types that Arrow lacks.
 */
export function tensorToArrow({ type, dims, data }: Tensor): Buffer {
  if (!DTYPES.includes(type as Dtype))
    throw new HostError('RESULT_INVALID', `A tensor of ${type} cannot be written as Arrow.`);
  const { Field, FixedSizeList, makeData, makeVector } = arrowLibrary();
  const elements = data as ArrayLike<unknown>;
  let vector: Vector =
    type === 'bool'
      ? plainVector(Array.from(elements, Boolean), arrowTypeOf(type))
      : type === 'string'
        ? plainVector(Array.from(elements), arrowTypeOf(type))
        : vectorOf(type as Dtype, data as NumericArray);
  for (let axis = dims.length - 1; axis > 0; axis--) {
    const list = new FixedSizeList(dims[axis] as number, new Field('item', vector.type, true));
    const length = dims.slice(0, axis).reduce((product, dim) => product * dim, 1);
    vector = makeVector(makeData({ type: list, length, nullCount: 0, child: vector.data[0] as never }));
  }
  return streamOf([['data', vector]], dims[0] ?? 1);
}

function columnVector(name: string, type: ColumnType, values: ColumnValues): Vector {
  const { DurationMillisecond, DurationNanosecond, TimestampMillisecond } = arrowLibrary();
  switch (type) {
    case 'datetime':
      return plainVector(values as readonly unknown[], new TimestampMillisecond('UTC'));
    case 'timedelta': {
      const spans = values as readonly (number | null)[];
      const isShort = spans.every((ms) => ms === null || Math.abs(ms) < NANOSECONDS_MS_MAX);
      const unit = isShort ? 1e6 : 1;
      const whole = spans.map((ms) => (ms === null ? null : BigInt(Math.round(ms * unit))));
      return plainVector(whole, isShort ? new DurationNanosecond() : new DurationMillisecond());
    }
    case 'object':
      return plainVector(values as readonly unknown[], arrowTypeOfValues(name, values as readonly unknown[]));
    case 'float16':
      return vectorOf(type, Uint16Array.from(values as Float32Array, float16Bits));
    default:
      if (isFloatType(type) || (isIntegerType(type) && !Array.isArray(values)))
        return vectorOf(type, values as NumericArray);
      return plainVector(values as readonly unknown[], arrowTypeOf(type));
  }
}

function vectorOf(type: Dtype, data: NumericArray): Vector {
  const { makeData, makeVector } = arrowLibrary();
  // Float16 lies in 16 bits, whatever array this Node has for it.
  const bits = type === 'float16' ? new Uint16Array(data.buffer, data.byteOffset, data.length) : data;
  return makeVector(makeData({ type: arrowTypeOf(type), length: data.length, nullCount: 0, data: bits } as never));
}

function plainVector(values: readonly unknown[], type: DataType): Vector {
  return arrowLibrary().vectorFromArray(values as unknown[], type);
}

function streamOf(columns: readonly (readonly [string, Vector])[], rows: number): Buffer {
  const { Field, RecordBatch, Schema, Struct, Table, makeData, tableToIPC } = arrowLibrary();
  const fields = columns.map(([name, vector]) => new Field(name, vector.type, true));
  const children = columns.map(([, vector]) => vector.data[0] as never);
  const schema = new Schema(fields);
  const batch = new RecordBatch(schema, makeData({ type: new Struct(fields), length: rows, nullCount: 0, children }));
  const bytes = tableToIPC(new Table(schema, [batch]), 'stream');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
