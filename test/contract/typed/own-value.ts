import { FLOAT16_AS_BITS, float16Value } from '../../../src/dtype.js';
import { DataFrame, Tensor } from '../../../src/index.js';

/** The elements of a tensor as nested arrays of numbers, bigints, booleans or texts. */
export function elementsOf({ type, data, dims }: Tensor): unknown {
  let next = 0;
  const element = (): unknown => {
    const value = (data as ArrayLike<unknown>)[next++];
    if (type === 'bool') return Boolean(value);
    return type === 'float16' && FLOAT16_AS_BITS ? float16Value(value as number) : value;
  };
  const nested = (axis: number): unknown =>
    axis === dims.length ? element() : Array.from({ length: dims[axis] ?? 0 }, () => nested(axis + 1));
  return nested(0);
}

/** What `run` receives with its tensors as nested arrays, and frames as columns of plain values. */
export function plainOf(value: unknown): unknown {
  if (value instanceof Tensor) return elementsOf(value);
  if (value instanceof DataFrame) return Object.fromEntries(value.columns.map((name) => [name, cellsOf(value, name)]));
  return value;
}

/** A column as plain values; what is missing is null, also among floats. */
export function cellsOf(frame: DataFrame, name: string): unknown[] {
  return Array.from(frame.column(name) as ArrayLike<unknown>, (cell) => (Number.isNaN(cell) ? null : cell));
}
