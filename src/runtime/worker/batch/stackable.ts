import { DataFrame } from '../../../data-frame/data-frame.js';
import { haveSameColumns, stackFrames } from '../../../data-frame/stack-frames.js';
import { Tensor } from '../../../tensor.js';
import { areAlike, stack } from './stack.js';

/** What has rows that a run may be given together with those of other calls. */
export type Stackable = Tensor | DataFrame;

/** The rows of an input; undefined for what has none: a tensor without axes, or a value that cannot be stacked at all. */
export function rowsOf(value: unknown): number | undefined {
  if (value instanceof Tensor) return value.dims[0];
  return value instanceof DataFrame ? value.length : undefined;
}

/** The rows of a call; undefined where its inputs have different numbers of them. */
export function commonRows(inputs: readonly unknown[]): number | undefined {
  const rows = rowsOf(inputs[0]);
  for (let i = 1; i < inputs.length; i++) if (rowsOf(inputs[i]) !== rows) return undefined;
  return rows;
}

/**
 * Whether an input of a call can stand behind that of another one.
 *
 * @param rowsBefore - Rows that are stacked already. Labels that go on where these end would look as if `run` had counted
 *   the rows of its result, and it would be split as such.
 */
export function canFollow(first: unknown, next: unknown, rowsBefore: number): boolean {
  if (first instanceof Tensor) return next instanceof Tensor && areAlike(first, next);
  if (!(first instanceof DataFrame && next instanceof DataFrame)) return false;
  return next.index[0] !== rowsBefore && haveSameColumns(first, next);
}

/** @param parts - The same input of several calls; each {@link canFollow} the first. */
export function stackInputs(parts: readonly Stackable[]): Stackable {
  return parts[0] instanceof DataFrame ? stackFrames(parts as DataFrame[]) : stack(parts as Tensor[]);
}
