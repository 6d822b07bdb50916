import { Tensor } from '../../tensor.js';
import { COMMA } from './numbers/decimal-text.js';
import { booleansText, type ElementsText, elementsText, float16Text } from './numbers/elements-text.js';
import { isPlainJson } from './plain-json.js';
import { TextBytes } from './text-bytes.js';

/** Values inside each other: a result that is deeper is refused, as one with a cycle must be. */
const DEPTH_MAX = 1000;

/** Why a value cannot be written as JSON. */
export class JsonWriteError extends Error {
  override readonly name = 'JsonWriteError';
}

/**
 * The JSON text of a result: always valid JSON, whatever the value holds.
 *
 * Beyond JSON itself: bigint is a bare integer literal; NaN and ±Infinity are `null`, as `undefined` is; a Date is ISO
 * 8601; a Buffer or Uint8Array is base64; other typed arrays are arrays; a Tensor is nested arrays by its dims; float32
 * and float16 elements have as few digits as name them; Map is an object, Set an array. `toJSON()` is honoured.
 *
 * @throws {JsonWriteError} for cycles, functions, symbols, and depths over 1,000.
 */
export function writeJson(value: unknown): string {
  return isPlainJson(value, DEPTH_MAX) ? JSON.stringify(value) : walked(value).toString();
}

/** The same in UTF-8: numbers of tensors and typed arrays are written without strings between. */
export function writeJsonBytes(value: unknown): Buffer {
  return isPlainJson(value, DEPTH_MAX) ? Buffer.from(JSON.stringify(value)) : walked(value);
}

function walked(value: unknown): Buffer {
  return TextBytes.of((out) => write(value, out, 0));
}

function write(value: unknown, out: TextBytes, depth: number): void {
  switch (typeof value) {
    case 'string':
      return out.add(JSON.stringify(value));
    case 'number':
      if (Object.is(value, -0)) return out.add('-0.0');
      return out.add(Number.isFinite(value) ? String(value) : 'null');
    case 'boolean':
    case 'bigint':
      return out.add(String(value));
    case 'undefined':
      return out.add('null');
    case 'object':
      return value === null ? out.add('null') : writeObject(value, out, depth + 1);
    default:
      throw new JsonWriteError(`a ${typeof value} is not JSON`);
  }
}

function writeObject(value: object, out: TextBytes, depth: number): void {
  if (depth > DEPTH_MAX) throw new JsonWriteError(`the value contains itself, or is deeper than ${DEPTH_MAX} levels`);
  if (Array.isArray(value)) return writeArray(value, out, depth);
  if (value instanceof Error) throw new JsonWriteError('an Error is no result: throw it instead of returning it');
  if (value instanceof Tensor) return writeTensor(value, out);
  if (value instanceof Uint8Array) {
    return out.add(`"${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}"`);
  }
  const elements = elementsText(value);
  if (elements) return writeNested(elements, [(value as Float32Array).length], out);
  if (value instanceof Date) return out.add(Number.isNaN(value.getTime()) ? 'null' : `"${value.toISOString()}"`);
  if (value instanceof Set) return write([...value], out, depth);
  if (value instanceof Map) {
    return writeEntries(
      [...value].map(([key, item]) => [String(key), item]),
      out,
      depth,
    );
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') return write(value.toJSON(), out, depth);
  writeEntries(Object.entries(value), out, depth);
}

function writeArray(items: readonly unknown[], out: TextBytes, depth: number): void {
  out.add('[');
  // By index: an iteration would pass over the holes of a sparse array, and leave nothing between two commas.
  for (let i = 0; i < items.length; i++) {
    if (i > 0) out.add(',');
    write(items[i], out, depth);
  }
  out.add(']');
}

/** Members that are `undefined` or functions are left out, as JSON.stringify leaves them out. */
function writeEntries(entries: readonly (readonly [string, unknown])[], out: TextBytes, depth: number): void {
  let before = '{';
  for (const [key, item] of entries) {
    if (item === undefined || typeof item === 'function') continue;
    out.add(`${before}${JSON.stringify(key)}:`);
    write(item, out, depth);
    before = ',';
  }
  out.add(before === '{' ? '{}' : '}');
}

function writeTensor({ data, dims, type }: Tensor, out: TextBytes): void {
  const elements = tensorElements(data, type);
  const size = dims.reduce((product, dim) => product * dim, 1);
  if (elements === undefined || size !== data.length) {
    throw new JsonWriteError(`a tensor of ${data.length} ${type} and shape [${dims.join(', ')}] is not JSON`);
  }
  writeNested(elements, dims, out);
}

function tensorElements(data: Tensor['data'], type: Tensor['type']): ElementsText | undefined {
  if (type === 'int4' || type === 'uint4') return undefined; // two in a byte
  if (type === 'bool') return booleansText(data as Uint8Array);
  if (type === 'float16') return float16Text(data as Uint16Array);
  if (type === 'string') return stringsText(data as readonly unknown[]);
  return elementsText(data);
}

function stringsText(items: readonly unknown[]): ElementsText {
  return (out, from, to) => {
    for (let i = from; i < to; i++) {
      write(items[i], out, 0);
      out.add(',');
    }
  };
}

const OPEN = 0x5b;
const CLOSE = 0x5d;

/** Nested arrays by `dims`, elements in row-major order. */
function writeNested(elements: ElementsText, dims: readonly number[], out: TextBytes): void {
  let next = 0;
  const writeAxis = (axis: number): void => {
    const length = dims[axis] ?? 1;
    if (axis < dims.length) out.addByte(OPEN);
    if (axis >= dims.length - 1) {
      elements(out, next, next + length);
      next += length;
    } else {
      for (let i = 0; i < length; i++) writeAxis(axis + 1);
    }
    if (axis === dims.length) return;
    // The last item has a comma behind it, as every value here has, the outermost too.
    if (length > 0) out.dropLast();
    out.addByte(CLOSE);
    out.addByte(COMMA);
  };
  writeAxis(0);
  out.dropLast();
}
