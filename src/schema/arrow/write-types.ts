import { createRequire } from 'node:module';
import type * as arrow from 'apache-arrow';
import type { IntegerType, NumericType } from '../../dtype.js';
import { HostError } from '../../errors.js';

/** The library takes 100 ms to load: only those pay who write Arrow. */
export function arrowLibrary(): typeof arrow {
  return createRequire(import.meta.url)('apache-arrow') as typeof arrow;
}

/** The type of Arrow for an element type of tensors. */
export function arrowTypeOf(type: NumericType | 'string'): arrow.DataType {
  const { Float16, Float32, Float64, Bool, Utf8 } = arrowLibrary();
  switch (type) {
    case 'float16':
      return new Float16();
    case 'float32':
      return new Float32();
    case 'float64':
      return new Float64();
    case 'bool':
      return new Bool();
    case 'string':
      return new Utf8();
    default:
      return integerType(type);
  }
}

function integerType(type: IntegerType): arrow.DataType {
  const { Int8, Int16, Int32, Int64, Uint8, Uint16, Uint32, Uint64 } = arrowLibrary();
  const classes = {
    int8: Int8,
    int16: Int16,
    int32: Int32,
    int64: Int64,
    uint8: Uint8,
    uint16: Uint16,
    uint32: Uint32,
    uint64: Uint64,
  };
  return new classes[type]();
}

/**
 * The one type that nested values have: arrays are lists, plain objects structs of all their members.
 *
 * @param name - Of the column, for messages.
 * @throws {HostError} `RESULT_INVALID` if they have no one type.
 */
export function arrowTypeOfValues(name: string, values: readonly unknown[]): arrow.DataType {
  const present = values.filter((value) => value !== null && value !== undefined);
  const kinds = new Set(present.map(kindOf));
  const [kind] = kinds;
  if (kinds.size > 1) throw noType(name, `it has values of several kinds, ${[...kinds].join(' and ')}`);
  const { Binary, Field, List, Null, Struct, TimestampMillisecond } = arrowLibrary();
  switch (kind) {
    case undefined:
      return new Null();
    case 'number':
      return arrowTypeOf('float64');
    case 'bigint':
      if (present.every((value) => BigInt.asIntN(64, value as bigint) === value)) return arrowTypeOf('int64');
      throw noType(name, 'it has integers of more than 64 bits');
    case 'boolean':
      return arrowTypeOf('bool');
    case 'string':
      return arrowTypeOf('string');
    case 'Date':
      return new TimestampMillisecond('UTC');
    case 'bytes':
      return new Binary();
    case 'array':
      return new List(new Field('item', arrowTypeOfValues(name, (present as unknown[][]).flat()), true));
    case 'object': {
      const keys = [...new Set(present.flatMap((value) => Object.keys(value as object)))];
      const members = (key: string) => present.map((value) => (value as Record<string, unknown>)[key]);
      return new Struct(keys.map((key) => new Field(key, arrowTypeOfValues(name, members(key)), true)));
    }
    default:
      throw noType(name, `it has a ${kind}`);
  }
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value instanceof Date) return 'Date';
  if (value instanceof Uint8Array) return 'bytes';
  return typeof value;
}

function noType(name: string, problem: string): HostError {
  return new HostError('RESULT_INVALID', `The column '${name}' cannot be written as Arrow: ${problem}.`);
}
