import type { NumericArray, NumericType } from '../../../dtype.js';
import type { TensorSpec } from '../../../tensor.js';
import { type Elements, elementsOf } from './elements.js';
import { GrowingArray } from './growing-array.js';
import { CHUNK_LENGTH, cursor, ROW_BROKEN, ROW_CLOSED, ROW_FULL } from './row.js';
import { scalarEnd, skipBlanks, skipValue } from './skip.js';
import { whatCame } from './what-came.js';

/** A value that is the tensor asked for. */
export interface ReadTensor {
  readonly kind: 'tensor';
  /** Row-major, of exactly as many elements as the dims say. */
  readonly data: NumericArray;
  readonly dims: readonly number[];
  /** The position behind the value. */
  readonly end: number;
}

/** A value that is not the tensor asked for. What follows `at` was not read: it need not even be JSON. */
export interface UnfitTensor {
  readonly kind: 'unfit';
  /** Where it showed, in bytes. */
  readonly at: number;
  /** JSON pointer below the value of what does not fit, such as `/3/7`; '' for the value itself. */
  readonly path: string;
  /** `expected a number or null, got "x"` */
  readonly message: string;
}

/** A value that only the general parser can judge: it is no JSON, as far as was read. */
export interface UnknownTensor {
  readonly kind: 'unknown';
}

export type TensorRead = ReadTensor | UnfitTensor | UnknownTensor;

const COMMA = 0x2c;
const OPEN = 0x5b;
const CLOSE = 0x5d;
/** Positions are kept as int32. */
const BYTES_MAX = 2 ** 31 - 1;
/** More than an array needs to be counted in full: its elements are counted for a message. */
const COUNT_DEPTH_MAX = 100;

const UNKNOWN: UnknownTensor = { kind: 'unknown' };

/**
 * Reads a tensor from nested JSON arrays, straight from their bytes: no JavaScript value is made for a number, and shape
 * and element type are checked in the same pass.
 *
 * Takes what `parseJson` takes, and gives what a tensor of its values holds, bit by bit. Floats are rounded once, from
 * the double that is nearest to the number; `null`, NaN and ±Infinity are floats; a whole `-0` is 0. Integers are whole
 * numbers, in whatever way they are written (`1.0`, `1e3`), exact in 64 bits. bool is `true` and `false`.
 *
 * An array of no elements leaves the axes inside it at what `spec` says, or at 0: `[]` for `[undefined, 10]` has dims
 * `[0, 10]`. Whether a tensor without rows will do is for the caller to say.
 *
 * The result holds at most some times the bytes of the value, however much a shape promises.
 *
 * @param at - Where the value starts, or blanks in front of it.
 * @returns The tensor; or the first thing in the text that does not fit; or `unknown`, for which `parseJson` of the whole
 *   text has the answer. A caller that reports what does not fit parses the value first, as a syntax error further on
 *   is the graver fault.
 */
export function readTensor(bytes: Buffer, at: number, spec: TensorSpec): TensorRead {
  if (bytes.length > BYTES_MAX) return UNKNOWN;
  const start = skipBlanks(bytes, at);
  return spec.dims.length === 0 ? readScalar(bytes, start, spec.type) : new TensorReader(bytes, start, spec).read();
}

/** A row of one, copied: a kernel ends at a bracket. */
function readScalar(bytes: Buffer, at: number, type: NumericType): TensorRead {
  const elements = elementsOf[type];
  const end = scalarEnd(bytes, at);
  const row = Buffer.concat([bytes.subarray(at, end), Buffer.from(']')]);
  const rowEnd = elements.readRow(row, viewOf(row), 0, 0, 1);
  if (rowEnd === ROW_BROKEN) return UNKNOWN;
  if (rowEnd !== ROW_CLOSED) {
    const came = whatCame(bytes, at);
    return came === undefined ? UNKNOWN : unfit(at, '', elements.expected, came);
  }
  return { kind: 'tensor', data: new GrowingArray(type, elements, []).finish(1, 0), dims: [], end };
}

class TensorReader {
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #spec: TensorSpec;
  readonly #elements: Elements;
  readonly #array: GrowingArray;
  readonly #view: DataView;
  /** Of each axis; a free one is -1 until its first array has ended. */
  readonly #dims: number[];
  /** Elements so far of the open array of each axis. */
  readonly #counts: number[];
  readonly #leaf: number;
  /** Elements in the kernel's chunk. */
  #filled = 0;

  constructor(bytes: Buffer, start: number, spec: TensorSpec) {
    this.#bytes = bytes;
    this.#start = start;
    this.#spec = spec;
    this.#elements = elementsOf[spec.type];
    this.#array = new GrowingArray(spec.type, this.#elements, spec.dims);
    this.#view = viewOf(bytes);
    this.#dims = spec.dims.map((dim) => dim ?? -1);
    this.#counts = spec.dims.map(() => 0);
    this.#leaf = spec.dims.length - 1;
  }

  read(): TensorRead {
    const bytes = this.#bytes;
    const dims = this.#dims;
    const counts = this.#counts;
    let i = this.#start;
    let axis = 0;
    for (;;) {
      // At a value that must be an array.
      if (bytes[i] !== OPEN) return this.#unfit(i, axis, this.#expectedArray(axis));
      counts[axis] = 0;
      i = skipBlanks(bytes, i + 1);
      if (bytes[i] !== CLOSE) {
        if (axis < this.#leaf) {
          if (dims[axis] === 0) return this.#tooLong(i, axis);
          axis++;
          continue;
        }
        const problem = this.#readRow(i);
        if (problem !== undefined) return problem;
        i = cursor[0]!;
      }
      // At the bracket that ends an array.
      for (;;) {
        const count = counts[axis]!;
        if (dims[axis] === -1) dims[axis] = count;
        else if (dims[axis] !== count) {
          return unfit(i, this.#path(axis), this.#expectedArray(axis), `an array of ${count}`);
        }
        i++;
        if (axis === 0) return this.#tensor(i);
        axis--;
        counts[axis]!++;
        i = skipBlanks(bytes, i);
        if (bytes[i] === CLOSE) continue;
        if (bytes[i] !== COMMA) return UNKNOWN;
        i = skipBlanks(bytes, i + 1);
        if (counts[axis] === dims[axis]) return this.#tooLong(i, axis);
        axis++;
        break;
      }
    }
  }

  /** Reads a row from its first value to the bracket, at `cursor[0]`. */
  #readRow(at: number): UnfitTensor | UnknownTensor | undefined {
    const leaf = this.#leaf;
    const counts = this.#counts;
    const rowLength = this.#dims[leaf]!;
    let i = at;
    for (;;) {
      const filled = this.#filled;
      const filledMax = rowLength < 0 ? CHUNK_LENGTH : Math.min(CHUNK_LENGTH, filled + rowLength - counts[leaf]!);
      const end = this.#elements.readRow(this.#bytes, this.#view, i, filled, filledMax);
      i = cursor[0]!;
      this.#filled = cursor[1]!;
      counts[leaf]! += this.#filled - filled;
      if (end === ROW_CLOSED) return undefined;
      if (end === ROW_BROKEN) return UNKNOWN;
      if (end !== ROW_FULL) return this.#unfit(i, leaf + 1, this.#elements.expected);
      if (counts[leaf] === rowLength) return this.#tooLong(i, leaf);
      this.#array.append(this.#filled, i - this.#start, this.#bytes.length - i);
      this.#filled = 0;
    }
  }

  #tensor(end: number): ReadTensor {
    const data = this.#array.finish(this.#filled, end - this.#start);
    return { kind: 'tensor', data, dims: this.#dims.map((dim) => Math.max(dim, 0)), end };
  }

  /** The value at a position, of the array of axis `axis - 1`, is another one than expected. */
  #unfit(at: number, axis: number, expected: string): UnfitTensor | UnknownTensor {
    const came = whatCame(this.#bytes, at);
    return came === undefined ? UNKNOWN : unfit(at, this.#path(axis), expected, came);
  }

  /** The open array of an axis has a value too many, at a position. */
  #tooLong(at: number, axis: number): UnfitTensor | UnknownTensor {
    const rest = countValues(this.#bytes, at);
    if (rest === undefined) return UNKNOWN;
    const came = `an array of ${this.#counts[axis]! + rest}`;
    return unfit(at, this.#path(axis), this.#expectedArray(axis), came);
  }

  /** Where the open array of an axis stands: the elements before it in those around it. */
  #path(axis: number): string {
    return this.#counts
      .slice(0, axis)
      .map((count) => `/${count}`)
      .join('');
  }

  #expectedArray(axis: number): string {
    const dim = this.#dims[axis]!;
    return dim >= 0 ? `an array of ${dim}` : this.#spec.dims.length === 1 ? 'an array' : `an array of arrays`;
  }
}

function unfit(at: number, path: string, expected: string, came: string): UnfitTensor {
  return { kind: 'unfit', at, path, message: `expected ${expected}, got ${came}` };
}

/** The values from a position to the end of the array around it; undefined if that is no JSON. */
function countValues(bytes: Buffer, at: number): number | undefined {
  let i = at;
  for (let count = 1; ; count++) {
    if (whatCame(bytes, i) === undefined) return undefined;
    i = skipValue(bytes, i, COUNT_DEPTH_MAX);
    if (i < 0) return undefined;
    i = skipBlanks(bytes, i);
    if (bytes[i] === CLOSE) return count;
    if (bytes[i] !== COMMA) return undefined;
    i = skipBlanks(bytes, i + 1);
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
