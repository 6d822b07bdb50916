import type { ColumnValues } from '../../data-frame/column.js';
import { DataFrame } from '../../data-frame/data-frame.js';
import { FLOAT16_AS_BITS, float16Value, type NumericType, newNumericArray } from '../../dtype.js';
import type { Tensor } from '../../tensor.js';
import { refused } from '../refusal.js';
import { isNumber } from './cast-frame.js';

/**
 * A tensor of numbers as a frame, whose columns are those of the tensor.
 *
 * @param names - Of the columns, in the order of the tensor's second axis.
 * @throws {HostError} `INPUT_INVALID` for other shapes, and other elements than numbers.
 */
export function frameOfTensor({ type, dims, data }: Tensor, names: readonly string[], path: string): DataFrame {
  const [rows = 0, width] = dims;
  if (dims.length !== 2 || width !== names.length) {
    throw refused(path, `expected an array of shape [any, ${names.length}], got one of [${dims.join(', ')}]`);
  }
  if (!isNumber(type as NumericType)) throw refused(path, `expected elements that are numbers, got ${type}`);
  const elements = data as ArrayLike<unknown>;
  const isBits = type === 'float16' && FLOAT16_AS_BITS;
  const columns = names.map((name, column): [string, ColumnValues] => {
    const values = type === 'float16' ? new Float32Array(rows) : newNumericArray(type as NumericType, rows);
    for (let row = 0; row < rows; row++) {
      const element = elements[row * width + column] as number;
      values[row] = isBits ? float16Value(element) : element;
    }
    return [name, values];
  });
  const types = names.map((name) => [name, type]);
  return DataFrame.fromColumns(columns, { types: Object.fromEntries(types) });
}
