import { DataFrame } from '../../../data-frame/data-frame.js';
import { type Row, setMember } from '../../../data-frame/orients.js';
import { splitFrame } from '../../../data-frame/stack-frames.js';
import { HostError } from '../../../errors.js';
import { Tensor } from '../../../tensor.js';
import { split } from './stack.js';

/**
 * Takes the result of a batched run apart: a tensor, a frame or an array by its rows, an object of these by name into an
 * object for each call.
 *
 * @param rows - Of each call, in the order in which they were stacked.
 * @returns What each call gets; its numbers share the memory of the result's. For one call, the result itself.
 * @throws {HostError} `RESULT_INVALID` for any other result, and for one that has not a row for each that was stacked:
 *   nobody may get the rows of another.
 */
export function splitResult(result: unknown, rows: readonly number[]): unknown[] {
  let total = 0;
  for (const count of rows) total += count;
  if (!isObjectOfValues(result)) {
    checkRows('The result of run()', result, total);
    return rows.length === 1 ? [result] : partsOf(result, rows);
  }
  const names = Object.keys(result);
  if (names.length === 0) throw invalid('The result of run() is an object of nothing');
  for (const name of names) checkRows(`The output '${name}' of run()`, result[name], total);
  if (rows.length === 1) return [result];
  const results = rows.map((): Row => ({}));
  for (const name of names) {
    const parts = partsOf(result[name], rows);
    for (let i = 0; i < parts.length; i++) setMember(results[i] as Row, name, parts[i]);
  }
  return results;
}

/** Objects of a class have a way of their own to be written. */
function isObjectOfValues(result: unknown): result is Readonly<Record<string, unknown>> {
  if (typeof result !== 'object' || result === null) return false;
  const prototype: unknown = Object.getPrototypeOf(result);
  return prototype === Object.prototype || prototype === null;
}

function checkRows(what: string, value: unknown, total: number): void {
  const rows = lengthOf(value);
  if (rows === undefined) throw invalid(`${what} is ${kindOf(value)}`);
  if (rows !== total)
    throw invalid(`${what} has ${rows === 1 ? '1 row' : `${rows} rows`} where its input has ${total}`);
}

/** @returns undefined for what has no rows. */
function lengthOf(value: unknown): number | undefined {
  if (value instanceof Tensor) return value.dims[0];
  if (value instanceof DataFrame || Array.isArray(value) || isTypedArray(value)) return value.length;
  return undefined;
}

function isTypedArray(value: unknown): value is Float32Array {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

function kindOf(value: unknown): string {
  return value instanceof Tensor
    ? 'a Tensor without axes'
    : `of type ${Object.prototype.toString.call(value).slice(8, -1)}`;
}

function invalid(problem: string): HostError {
  const rule = 'a Tensor, a DataFrame, an array, or an object of these, with a row for each of its input';
  return new HostError('RESULT_INVALID', `${problem}: a batched run gives ${rule}.`);
}

/** Of a value that has been checked. */
function partsOf(value: unknown, rows: readonly number[]): unknown[] {
  if (value instanceof Tensor) return split(value, rows);
  if (value instanceof DataFrame) return splitFrame(value, rows);
  let end = 0;
  return rows.map((count) => {
    const from = end;
    end += count;
    return Array.isArray(value) ? value.slice(from, end) : (value as Float32Array).subarray(from, end);
  });
}
