import { type NumericArray, type NumericType, newNumericArray } from '../dtype.js';
import { HostError } from '../errors.js';
import { Tensor } from '../tensor.js';
import { EMPTY_PLACES_MAX, hasTooManyEmptyPlaces } from './empty-places.js';
import { NpyError, readNpyHeader, writeNpyHeader } from './npy-header.js';

/** NumPy's names of the element types, without the byte order, and ours. */
const types: Readonly<Record<string, NumericType>> = {
  b1: 'bool',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
};

/** Strings are written as long as the longest: one long string among many short ones takes far more than they hold. */
const STRING_BYTES_MAX = 512 * 1024 * 1024;

/** Of a long string so much is made a text at a time: each character on its own would take 40 bytes until the end. */
const PIECE_BYTES = 4096;

const DESCR = /^([<>|=]?)([a-zA-Z])(\d{0,9})(\[.*\])?$/;

interface ElementFormat {
  readonly type: NumericType | 'U' | 'S';
  readonly bytes: number;
  readonly bigEndian: boolean;
}

/**
 * Reads NumPy's `.npy` format, 1.0 to 3.0: what `np.save()` writes of booleans, integers, floats and strings.
 *
 * Both byte orders; Fortran order is laid out anew, row by row. `<U` and `|S` become strings, the latter as UTF-8.
 *
 * @param path - JSON pointer of the input in the body, for messages.
 * @throws {HostError} `INPUT_INVALID` for other element types, and for bytes that are not just one array.
 * @see NEP 1, https://numpy.org/neps/nep-0001-npy-format.html
 */
export function readNpy(bytes: Uint8Array, path = ''): Tensor {
  try {
    return readArray(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (error) {
    if (!(error instanceof NpyError)) throw error;
    const message = `expected an array in the .npy format, but ${error.message}`;
    throw new HostError('INPUT_INVALID', `${path || 'The body'}: ${message}.`, { details: [{ path, message }] });
  }
}

function readArray(bytes: Buffer): Tensor {
  const { header, end } = readNpyHeader(bytes);
  const { descr, shape, fortranOrder } = header;
  const format = elementFormat(descr);
  const count = checkedCount(shape, format, bytes.length - end);
  const body = bytes.subarray(end);
  const items = typeof format.type === 'string' && format.type.length === 1 ? strings(body, format, count) : undefined;
  const data = items ?? numbers(body, format, count);
  const type = items ? 'string' : format.type;
  const ordered = fortranOrder && shape.length > 1 ? rowMajor(data, shape) : data;
  return new Tensor(type as 'float32', ordered as Float32Array, shape);
}

function elementFormat(descr: string): ElementFormat {
  const [, order, kind, size = ''] = DESCR.exec(descr) ?? [];
  const bigEndian = order === '>';
  if (kind === 'O') throw new NpyError('object arrays hold Python pickles and are never read');
  if (kind === 'M' || kind === 'm') throw new NpyError(`${descr} (dates and spans of time) is not read: send text`);
  if (kind === 'U' && Number(size) > 0) return { type: 'U', bytes: Number(size) * 4, bigEndian };
  if (kind === 'S' && Number(size) > 0) return { type: 'S', bytes: Number(size), bigEndian };
  const name = `${kind}${size}`;
  if (!Object.hasOwn(types, name) || descr.endsWith(']')) {
    const known = Object.keys(types).join(', ');
    throw new NpyError(`its element type '${descr.slice(0, 40)}' is not read: ${known}, U and S are`);
  }
  return { type: types[name] as NumericType, bytes: Number(size), bigEndian };
}

/** Elements, once it is certain that the bytes hold them: before anything is allocated. */
function checkedCount(shape: readonly number[], { bytes }: ElementFormat, bodyBytes: number): number {
  const count = shape.reduce((product, length) => product * length, 1);
  if (count * bytes !== bodyBytes) {
    throw new NpyError(
      `shape (${shape.join(', ')}) of ${bytes} bytes each does not make the ${bodyBytes} bytes that came`,
    );
  }
  if (hasTooManyEmptyPlaces(shape)) {
    throw new NpyError(`shape (${shape.join(', ')}) has more than ${EMPTY_PLACES_MAX} places for nothing`);
  }
  return count;
}

function numbers(body: Buffer, { type, bytes, bigEndian }: ElementFormat, count: number): NumericArray {
  const array = newNumericArray(type as NumericType, count);
  // A copy: elements of a typed array must lie at multiples of their size, and the body lies anywhere.
  const target = Buffer.from(array.buffer);
  target.set(body);
  if (bigEndian) swapBytes(target, bytes);
  // NumPy takes any byte but 0 for True, and whoever reads the tensor may count on 1.
  if (type === 'bool') for (let i = 0; i < count; i++) array[i] = target[i] ? 1 : 0;
  return array;
}

function swapBytes(bytes: Buffer, width: number): void {
  if (width === 2) bytes.swap16();
  else if (width === 4) bytes.swap32();
  else if (width === 8) bytes.swap64();
}

function strings(body: Buffer, { type, bytes, bigEndian }: ElementFormat, count: number): string[] {
  const decode = type === 'U' ? (item: Buffer) => codePointText(item, bigEndian) : utf8Text;
  return Array.from({ length: count }, (_, i) => decode(body.subarray(i * bytes, (i + 1) * bytes)));
}

function codePointText(item: Buffer, bigEndian: boolean): string {
  const pieces: string[] = [];
  for (let at = 0; at < item.length; at += PIECE_BYTES) {
    pieces.push(String.fromCodePoint(...codePoints(item.subarray(at, at + PIECE_BYTES), bigEndian)));
  }
  const text = pieces.join('');
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) end--;
  return text.slice(0, end);
}

function codePoints(bytes: Buffer, bigEndian: boolean): number[] {
  const points: number[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    const point = bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
    if (point > 0x10ffff) throw new NpyError(`a string has the character ${point}, which is none of Unicode`);
    points.push(point);
  }
  return points;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function utf8Text(item: Buffer): string {
  const length = item.findLastIndex((byte) => byte !== 0) + 1;
  try {
    return utf8.decode(item.subarray(0, length));
  } catch {
    throw new NpyError('a string of bytes is not UTF-8');
  }
}

/** Elements that lie along the first axis, laid out along the last. */
function rowMajor<T extends NumericArray | string[]>(data: T, shape: readonly number[]): T {
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, length) => product * length, 1));
  const ordered = data.slice() as T;
  let filled = 0;
  const walk = (axis: number, at: number): void => {
    const [length, stride] = [shape[axis] as number, strides[axis] as number];
    for (let i = 0; i < length; i++) {
      if (axis === shape.length - 1) ordered[filled++] = data[at + i * stride] as never;
      else walk(axis + 1, at + i * stride);
    }
  };
  if (data.length > 0) walk(0, 0);
  return ordered;
}

/**
 * Writes a tensor in the `.npy` format, version 1.0, in C order, least byte first; `np.load()` reads it.
 *
 * @throws {HostError} `RESULT_INVALID` for what NumPy has no type for, strings that end in NUL, which NumPy drops, and
 * strings that would take more than 512 MiB at the length of the longest.
 */
export function writeNpy(tensor: Tensor): Buffer {
  const { type, dims } = tensor;
  const write = (descr: string, body: Uint8Array) =>
    Buffer.concat([writeNpyHeader({ descr, fortranOrder: false, shape: dims }), body]);
  if (type === 'string') {
    const { width, body } = paddedText(tensor.data as readonly string[]);
    return write(`<U${width}`, body);
  }
  const name = Object.keys(types).find((key) => types[key] === type);
  if (name === undefined) throw new HostError('RESULT_INVALID', `A tensor of ${type} cannot be written as .npy.`);
  const { buffer, byteOffset, byteLength } = tensor.data as NumericArray;
  return write(`${name.endsWith('1') ? '|' : '<'}${name}`, new Uint8Array(buffer, byteOffset, byteLength));
}

function paddedText(items: readonly string[]): { width: number; body: Buffer } {
  const texts = items.map((item) => Array.from(item, (character) => character.codePointAt(0) as number));
  const width = texts.reduce((longest, { length }) => Math.max(longest, length), 1);
  if (texts.some((points) => points.at(-1) === 0)) {
    throw new HostError('RESULT_INVALID', 'A string that ends in NUL cannot be written as .npy: NumPy drops its end.');
  }
  const bytes = items.length * width * 4;
  if (bytes > STRING_BYTES_MAX) {
    const message = `${items.length} strings of which one has ${width} characters take ${bytes} bytes as .npy`;
    throw new HostError('RESULT_INVALID', `${message}, ${STRING_BYTES_MAX} are the limit: send JSON.`);
  }
  const body = Buffer.alloc(bytes);
  texts.forEach((points, i) => {
    points.forEach((point, at) => {
      body.writeUInt32LE(point, (i * width + at) * 4);
    });
  });
  return { width, body };
}
