import type { NestedArray } from '../../tensor.js';
import { refused, shown } from '../refusal.js';

/**
 * Calls back for each element of nested arrays, row by row.
 *
 * @param dims - The length of the arrays of each depth.
 * @throws {HostError} `INPUT_INVALID` where an array has another length, or there is none: the value is ragged.
 */
export function eachElement(
  value: unknown,
  dims: readonly number[],
  path: string,
  visit: (element: unknown, path: string) => void,
  axis = 0,
): void {
  if (axis === dims.length) return visit(value, path);
  if (!Array.isArray(value) || value.length !== dims[axis]) {
    throw refused(path, `expected an array of ${dims[axis]}, got ${shown(value)}`);
  }
  for (let i = 0; i < value.length; i++) eachElement(value[i], dims, `${path}/${i}`, visit, axis + 1);
}

/** The same arrays with each element converted; what is no array where one should be counts as an element. */
export function mapElements<T>(
  value: unknown,
  depth: number,
  convert: (element: unknown, path: string) => T,
  path = '',
) {
  const map = (inner: unknown, below: number, at: string): unknown =>
    below > 0 && isList(inner)
      ? Array.from(inner, (each, i) => map(each, below - 1, `${at}/${i}`))
      : convert(inner, at);
  return map(value, depth, path) as NestedArray<T>;
}

/** Bytes are one element. */
function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof Uint8Array));
}
