import type { ColumnType } from '../../data-frame/column.js';
import type { FloatType, IntegerType } from '../../dtype.js';
import { ArrowError, type FlatTable } from './flat-table.js';

/** The types of Arrow that are read, by the shape of their buffers. */
export type ArrowType =
  | { readonly kind: 'null' | 'bool' | 'struct' }
  | { readonly kind: 'number'; readonly dtype: IntegerType | FloatType }
  /** Units of a `Date`'s milliseconds: 1/1000 is a microsecond. Dates of 32 bits are days. */
  | { readonly kind: 'datetime' | 'timedelta'; readonly unitMs: number; readonly bits: 32 | 64 }
  | { readonly kind: 'string' | 'binary' | 'list'; readonly offsetBits: 32 | 64 }
  | { readonly kind: 'fixedList'; readonly size: number };

export interface ArrowField {
  readonly name: string;
  /** What its elements are; where they are in a dictionary, what those of the dictionary are. */
  readonly type: ArrowType;
  readonly children: readonly ArrowField[];
  readonly dictionary?: { readonly id: number; readonly index: IntegerType };
}

/** The header of a batch, without its body. */
export interface BatchHeader {
  readonly length: number;
  /** Elements and missing ones, of every field and its children, in depth-first order. */
  readonly nodes: readonly (readonly [length: number, missing: number])[];
  /** Where in the body the parts of the fields lie: offset and bytes. */
  readonly buffers: readonly (readonly [offset: number, bytes: number])[];
}

/** A table in a flatbuffer may be named by many others: without a limit, small bytes make a schema without end. */
const FIELDS_MAX = 10_000;
const DEPTH_MAX = 64;

const typeNames = [
  ...['none', 'null', 'int', 'float', 'binary', 'utf8', 'bool', 'decimal', 'date', 'time', 'timestamp', 'interval'],
  ...['list', 'struct', 'union', 'fixed_size_binary', 'fixed_size_list', 'map', 'duration', 'large_binary'],
  ...['large_utf8', 'large_list', 'run_end_encoded', 'binary_view', 'utf8_view', 'list_view', 'large_list_view'],
];
const timeUnitsMs = [1000, 1, 1e-3, 1e-6];
const floats: readonly FloatType[] = ['float16', 'float32', 'float64'];

/** @see https://github.com/apache/arrow/blob/main/format/Schema.fbs */
export function readSchema(schema: FlatTable): ArrowField[] {
  if (schema.short(0) !== 0)
    throw new ArrowError('its numbers have the most significant byte first, which is not read');
  return readFields(schema, 1, 0, { left: FIELDS_MAX });
}

function readFields(parent: FlatTable, member: number, depth: number, budget: { left: number }): ArrowField[] {
  budget.left -= parent.count(member);
  if (budget.left < 0) throw new ArrowError(`it has more than ${FIELDS_MAX} fields`);
  return parent.tables(member).map((field) => readField(field, depth, budget));
}

function readField(field: FlatTable, depth: number, budget: { left: number }): ArrowField {
  if (depth > DEPTH_MAX) throw new ArrowError(`its types are nested deeper than ${DEPTH_MAX} levels`);
  const name = field.text(0);
  const children = readFields(field, 5, depth + 1, budget);
  const type = readType(field.byte(2), field.table(3), name);
  const isList = type.kind === 'list' || type.kind === 'fixedList';
  if (isList && children.length !== 1)
    throw new ArrowError(`the list '${name}' has ${children.length} kinds of elements`);
  const encoding = field.table(4);
  if (encoding === undefined) return { name, type, children };
  const indexType = encoding.table(1);
  const index = indexType ? integerType(indexType) : 'int32';
  return { name, type, children, dictionary: { id: encoding.long(0), index } };
}

function readType(id: number, type: FlatTable | undefined, name: string): ArrowType {
  if (type === undefined) throw new ArrowError(`the type of '${name}' is missing`);
  switch (typeNames[id]) {
    case 'null':
    case 'bool':
    case 'struct':
      return { kind: typeNames[id] };
    case 'int':
      return { kind: 'number', dtype: integerType(type) };
    case 'float':
      return { kind: 'number', dtype: floats[type.short(0)] ?? unknownUnit(name) };
    case 'utf8':
    case 'large_utf8':
      return { kind: 'string', offsetBits: id === 5 ? 32 : 64 };
    case 'binary':
    case 'large_binary':
      return { kind: 'binary', offsetBits: id === 4 ? 32 : 64 };
    case 'list':
    case 'large_list':
      return { kind: 'list', offsetBits: id === 12 ? 32 : 64 };
    case 'fixed_size_list':
      return { kind: 'fixedList', size: type.int(0) };
    case 'date':
      return type.short(0, 1) === 0
        ? { kind: 'datetime', unitMs: 86_400_000, bits: 32 }
        : { kind: 'datetime', unitMs: 1, bits: 64 };
    case 'timestamp':
      return { kind: 'datetime', unitMs: timeUnitsMs[type.short(0)] ?? unknownUnit(name), bits: 64 };
    case 'duration':
      return { kind: 'timedelta', unitMs: timeUnitsMs[type.short(0, 1)] ?? unknownUnit(name), bits: 64 };
    default: {
      const known = 'null, int, float, bool, utf8, binary, date, timestamp, duration, list, struct and dictionary are';
      throw new ArrowError(`'${name}' is of type ${typeNames[id] ?? id}, which is not read: ${known}`);
    }
  }
}

function unknownUnit(name: string): never {
  throw new ArrowError(`the type of '${name}' has an unknown unit`);
}

function integerType(type: FlatTable): IntegerType {
  const bits = type.int(0);
  if (bits !== 8 && bits !== 16 && bits !== 32 && bits !== 64)
    throw new ArrowError(`integers of ${bits} bits are not read`);
  return `${type.byte(1) ? 'int' : 'uint'}${bits}`;
}

/** @see https://github.com/apache/arrow/blob/main/format/Message.fbs */
export function readBatchHeader(batch: FlatTable): BatchHeader {
  if (batch.table(3)) throw new ArrowError('its buffers are compressed: write the stream without compression');
  return { length: batch.long(0), nodes: batch.pairs(1), buffers: batch.pairs(2) };
}

/** What a column of a frame holds for the elements of a field. */
export function columnTypeOf({ type }: ArrowField): ColumnType {
  switch (type.kind) {
    case 'number':
      return type.dtype;
    case 'bool':
    case 'string':
    case 'datetime':
    case 'timedelta':
      return type.kind;
    default:
      return 'object';
  }
}
