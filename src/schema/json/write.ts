import { shortestFloat32, Tensor } from '../../tensor.js';

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
 * 8601; a Buffer or Uint8Array is base64; other typed arrays are arrays; a Tensor is nested arrays by its dims; Map is
 * an object, Set an array. `toJSON()` is honoured.
 *
 * @throws {JsonWriteError} for cycles, functions, symbols, and depths over 1,000.
 */
export function writeJson(value: unknown): string {
  return write(value, 0);
}

function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      if (Object.is(value, -0)) return '-0.0';
      return Number.isFinite(value) ? String(value) : 'null';
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'undefined':
      return 'null';
    case 'object':
      return value === null ? 'null' : writeObject(value, depth + 1);
    default:
      throw new JsonWriteError(`a ${typeof value} is not JSON`);
  }
}

function writeObject(value: object, depth: number): string {
  if (depth > DEPTH_MAX) throw new JsonWriteError(`the value contains itself, or is deeper than ${DEPTH_MAX} levels`);
  if (Array.isArray(value)) return writeArray(value, depth);
  if (value instanceof Error) throw new JsonWriteError('an Error is no result: throw it instead of returning it');
  if (value instanceof Tensor) return writeTensor(value);
  if (value instanceof Uint8Array)
    return `"${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}"`;
  if (ArrayBuffer.isView(value) && Symbol.iterator in value)
    return writeElements(value as unknown as ArrayLike<number>, 0);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'null' : `"${value.toISOString()}"`;
  if (value instanceof Set) return write([...value], depth);
  if (value instanceof Map)
    return writeEntries(
      [...value].map(([key, item]) => [String(key), item]),
      depth,
    );
  if ('toJSON' in value && typeof value.toJSON === 'function') return write(value.toJSON(), depth);
  return writeEntries(Object.entries(value), depth);
}

function writeArray(items: readonly unknown[], depth: number): string {
  const parts = new Array<string>(items.length);
  // By index: map() would pass over the holes of a sparse array, and leave nothing between two commas.
  for (let i = 0; i < parts.length; i++) parts[i] = write(items[i], depth);
  return `[${parts.join(',')}]`;
}

/** Members that are `undefined` or functions are left out, as JSON.stringify leaves them out. */
function writeEntries(entries: readonly (readonly [string, unknown])[], depth: number): string {
  const members = entries
    .filter(([, item]) => item !== undefined && typeof item !== 'function')
    .map(([key, item]) => `${JSON.stringify(key)}:${write(item, depth)}`);
  return `{${members.join(',')}}`;
}

function writeTensor(tensor: Tensor): string {
  const { data, dims, type } = tensor;
  const element =
    type === 'bool'
      ? (item: unknown) => (item ? 'true' : 'false')
      : data instanceof Float32Array
        ? writeFloat32
        : undefined;
  let next = 0;
  const axis = (depth: number): string => {
    if (depth === dims.length) {
      const item = (data as ArrayLike<unknown>)[next++];
      return element ? element(item) : write(item, 0);
    }
    const parts = new Array<string>(dims[depth] ?? 0);
    for (let i = 0; i < parts.length; i++) parts[i] = axis(depth + 1);
    return `[${parts.join(',')}]`;
  };
  return axis(0);
}

function writeFloat32(value: unknown): string {
  return write(shortestFloat32(value as number), 0);
}

function writeElements(data: ArrayLike<number | bigint>, depth: number): string {
  const element = data instanceof Float32Array ? writeFloat32 : (item: unknown) => write(item, depth);
  return `[${Array.from(data, element).join(',')}]`;
}
