import {
  type Dtype,
  dtypeOfArray,
  float16Bits,
  float16Value,
  type IntegerType,
  integerRanges,
  isFloatType,
  isIntegerType,
  type NumericArray,
  newNumericArray,
} from '../dtype.js';
import { HostError } from '../errors.js';

/** What a column holds: an element type of tensors, points in time, spans of time, or anything else. */
export type ColumnType = Dtype | 'datetime' | 'timedelta' | 'object';

/** The values of a column, as {@link DataFrame.column} gives them. */
export type ColumnValues = NumericArray | readonly unknown[];

export interface Column {
  readonly type: ColumnType;
  /**
   * Floats: a typed array, missing values NaN; float16 is held as numbers in a `Float32Array`, on every Node.
   * Integers: the typed array of the type, or a plain array with null where values are missing.
   * Everything else: a plain array of booleans, strings, `Date`s, milliseconds or whatever came; missing values null.
   */
  readonly values: ColumnValues;
}

/** How one value is taken into a column; `convert` gives null for what counts as missing, undefined for what is wrong. */
interface ElementReader {
  readonly expected: string;
  readonly convert: (value: unknown) => unknown;
}

function floatOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'bigint') return undefined;
  return BigInt(Number(value)) === value ? Number(value) : undefined;
}

function integerReader(type: IntegerType): ElementReader {
  const { min, max } = integerRanges[type];
  const wide = type === 'int64' || type === 'uint64';
  return {
    expected: `an integer from ${min} to ${max}`,
    convert(value) {
      const whole =
        typeof value === 'bigint' ? value : Number.isSafeInteger(value) ? BigInt(value as number) : undefined;
      if (whole === undefined || whole < min || whole > max) return undefined;
      return wide ? whole : Number(whole);
    },
  };
}

function elementReader(type: ColumnType): ElementReader {
  if (isIntegerType(type as Dtype)) return integerReader(type as IntegerType);
  switch (type) {
    case 'float16':
      return {
        expected: 'a number',
        convert: (value) => {
          const number = floatOf(value);
          return number === undefined ? undefined : float16Value(float16Bits(number));
        },
      };
    case 'float32':
    case 'float64':
      return { expected: 'a number', convert: floatOf };
    case 'bool':
      return { expected: 'true or false', convert: (value) => (typeof value === 'boolean' ? value : undefined) };
    case 'string':
      return { expected: 'a string', convert: (value) => (typeof value === 'string' ? value : undefined) };
    case 'datetime':
      return {
        expected: 'a Date',
        convert: (value) => (!(value instanceof Date) ? undefined : Number.isNaN(value.getTime()) ? null : value),
      };
    case 'timedelta':
      return {
        expected: 'a number of milliseconds',
        convert: (value) =>
          Number.isNaN(value) ? null : typeof value === 'number' && Number.isFinite(value) ? value : undefined,
      };
    default:
      return { expected: 'anything', convert: (value) => value };
  }
}

/**
 * Reads values into a column; typed arrays of the type asked for are kept as they are.
 *
 * @param name - The column's name, for messages.
 * @param type - What the column holds. Default: what a typed array has, else what its values have in common.
 * @throws {HostError} `INPUT_INVALID` naming column and row of the first value that is not of the type.
 */
export function readColumn(name: string, given: ColumnValues, type: ColumnType = inferType(given)): Column {
  if (dtypeOfArray(given) === type && type !== 'float16') return { type, values: given };
  const { convert, expected } = elementReader(type);
  const values = new Array<unknown>(given.length);
  let missing = false;
  for (let row = 0; row < values.length; row++) {
    const value = given[row] ?? null;
    const converted = value === null ? null : convert(value);
    if (converted === undefined) {
      throw new HostError(
        'INPUT_INVALID',
        `Cannot read column '${name}': expected ${expected} in row ${row}, got ${shown(value)}.`,
      );
    }
    missing ||= converted === null;
    values[row] = converted;
  }
  return { type, values: packed(values, type, missing) };
}

function packed(values: readonly unknown[], type: ColumnType, missing: boolean): ColumnValues {
  if (isFloatType(type as Dtype)) {
    const array = type === 'float64' ? new Float64Array(values.length) : new Float32Array(values.length);
    for (let row = 0; row < values.length; row++) array[row] = (values[row] as number | null) ?? Number.NaN;
    return array;
  }
  if (missing || !isIntegerType(type as Dtype)) return values;
  const array = newNumericArray(type as IntegerType, values.length);
  for (let row = 0; row < values.length; row++) array[row] = values[row] as number;
  return array;
}

/** A plain number is a float, a bigint an integer of 64 bits; what has no one type is 'object'. */
function inferType(values: ColumnValues): ColumnType {
  const known = dtypeOfArray(values);
  if (known !== undefined) return known;
  let common: ColumnType | undefined;
  for (const value of values as Iterable<unknown>) {
    if (value === null || value === undefined) continue;
    const type = inferred(value);
    common ??= type;
    if (type !== common) return 'object';
  }
  return common ?? 'object';
}

function inferred(value: unknown): ColumnType {
  switch (typeof value) {
    case 'number':
      return 'float64';
    case 'bigint':
      return BigInt.asIntN(64, value) === value ? 'int64' : 'object';
    case 'boolean':
      return 'bool';
    case 'string':
      return 'string';
    default:
      return value instanceof Date ? 'datetime' : 'object';
  }
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object') return value === null ? 'null' : 'an object';
  return `${typeof value} ${String(value).slice(0, 40)}`;
}
