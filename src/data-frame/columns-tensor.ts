import {
  type Dtype,
  FLOAT16_AS_BITS,
  type FloatType,
  float16Bits,
  float16Value,
  type IntegerType,
  integerRanges,
  isFloatType,
  isIntegerType,
  newNumericArray,
} from '../dtype.js';
import { HostError } from '../errors.js';
import { Tensor } from '../tensor.js';
import type { Column, ColumnType } from './column.js';

/** One value as the tensor holds it; undefined if the tensor's type cannot say it. */
type Cast = (value: unknown) => unknown;

/**
 * The tensor whose columns are the columns, row by row.
 *
 * @param columns - Names and columns, in the order of the tensor's second axis.
 * @returns Shape `[rows, columns.length]`.
 * @throws {HostError} `INPUT_INVALID` naming the column, and the row of a value that would change.
 */
export function columnsTensor(columns: readonly (readonly [string, Column])[], rows: number, type: Dtype): Tensor {
  const width = columns.length;
  const data = type === 'string' ? new Array<string>(rows * width) : newNumericArray(type, rows * width);
  columns.forEach(([name, column], at) => {
    const cast = castTo(type, column.type);
    if (cast === undefined) throw new HostError('INPUT_INVALID', `${cannot(type, name)}: it holds ${column.type}.`);
    for (let row = 0; row < rows; row++) {
      const value = cast(column.values[row]);
      if (value === undefined) {
        const came = column.values[row] === null ? 'missing' : String(column.values[row]);
        throw new HostError(
          'INPUT_INVALID',
          `${cannot(type, name)}: row ${row} is ${came}, which ${type} cannot hold.`,
        );
      }
      (data as unknown[])[row * width + at] = value;
    }
  });
  return new Tensor(type as 'float32', data as Float32Array, [rows, width]);
}

function cannot(type: Dtype, name: string): string {
  return `Cannot make column '${name}' a tensor of ${type}`;
}

/** Between types: floats lose digits only to floats, integers must be exact, and a float is never an integer. */
function castTo(type: Dtype, from: ColumnType): Cast | undefined {
  if (type === 'string') return from === 'string' ? present((value) => value) : undefined;
  if (type === 'bool') return from === 'bool' ? present(Number) : undefined;
  const exact = from === 'bool' || isIntegerType(from as Dtype);
  if (isIntegerType(type)) return exact ? present((value) => integer(BigInt(value as bigint), type)) : undefined;
  if (exact) return float(type, (value) => (value === null ? Number.NaN : exactFloat(value as number | bigint, type)));
  return isFloatType(from as Dtype) ? float(type, (value) => value as number) : undefined;
}

/** What is missing has no place in a tensor that is not of floats. */
function present(cast: Cast): Cast {
  return (value) => (value === null ? undefined : cast(value));
}

function float(type: FloatType, toNumber: (value: unknown) => number | undefined): Cast {
  if (type !== 'float16' || !FLOAT16_AS_BITS) return toNumber;
  return (value) => {
    const number = toNumber(value);
    return number === undefined ? undefined : float16Bits(number);
  };
}

function exactFloat(value: number | bigint | boolean, type: FloatType): number | undefined {
  const number = Number(value);
  const rounded =
    type === 'float64' ? number : type === 'float32' ? Math.fround(number) : float16Value(float16Bits(number));
  if (rounded !== number) return undefined;
  return typeof value === 'bigint' && BigInt(number) !== value ? undefined : number;
}

function integer(whole: bigint, type: IntegerType): number | bigint | undefined {
  const { min, max } = integerRanges[type];
  if (whole < min || whole > max) return undefined;
  return type === 'int64' || type === 'uint64' ? whole : Number(whole);
}
