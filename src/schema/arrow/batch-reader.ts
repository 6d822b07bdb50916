import type { ColumnValues } from '../../data-frame/column.js';
import { type Row, setMember } from '../../data-frame/orients.js';
import { type FloatType, float16Value, type IntegerType, type NumericArray, newNumericArray } from '../../dtype.js';
import { ArrowError } from './flat-table.js';
import type { ArrowField, ArrowType, BatchHeader } from './metadata.js';

/**
 * Values that do not lie in typed arrays. A missing value, or a boolean, takes a bit or less of the bytes that come, but
 * eight bytes and more once it is read.
 */
export const PLAIN_VALUES_MAX = 2 ** 24;

/** Structs, lists of a fixed length and nulls may take no bytes of their own: beyond these, as many as bytes came. */
const WEIGHTLESS_VALUES_MAX = 1_000_000;

export interface Budget {
  plainValuesLeft: number;
  weightlessValuesLeft: number;
}

/** @param bytes - Of the whole stream. */
export function newBudget(bytes: number): Budget {
  return { plainValuesLeft: PLAIN_VALUES_MAX, weightlessValuesLeft: WEIGHTLESS_VALUES_MAX + bytes };
}

/** The values of every dictionary, by its id. */
export type Dictionaries = ReadonlyMap<number, ColumnValues>;

/** What says which elements are there: undefined if all are. */
type Validity = ((i: number) => boolean) | undefined;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const DATE_MS_MAX = 8.64e15;

/**
 * Reads the fields of one batch, one after the other: that is how nodes and buffers lie. No length in the header is
 * believed before the bytes that it stands for are seen.
 *
 * @see https://arrow.apache.org/docs/format/Columnar.html
 */
export class BatchReader {
  readonly #header: BatchHeader;
  readonly #body: Buffer;
  readonly #dictionaries: Dictionaries;
  readonly #budget: Budget;
  #bytesLeft: number;
  #node = 0;
  #buffer = 0;

  constructor(header: BatchHeader, body: Buffer, dictionaries: Dictionaries, budget: Budget) {
    this.#header = header;
    this.#body = body;
    this.#bytesLeft = body.length;
    this.#dictionaries = dictionaries;
    this.#budget = budget;
  }

  /** The values of the next field, as a column of its type has them; float16 as numbers. */
  values(field: ArrowField, length = this.#header.length): ColumnValues {
    const node = this.#nextNode(field, length);
    if (field.dictionary) return this.#indexed(field, field.dictionary, node);
    const { type } = field;
    switch (type.kind) {
      case 'null':
        this.#spendWeightless(length);
        return this.#plain(length, () => null);
      case 'bool':
        return this.#booleans(length, this.#validity(node));
      case 'number':
        return this.#numbers(type.dtype, length, this.#validity(node), field);
      case 'datetime':
      case 'timedelta':
        return this.#times(type, length, this.#validity(node), field);
      case 'string':
      case 'binary':
        return this.#texts(type, length, this.#validity(node), field);
      case 'list':
        return this.#lists(field, type.offsetBits, length, this.#validity(node));
      case 'fixedList':
        return this.#fixedLists(field, type.size, length, this.#validity(node));
      case 'struct':
        return this.#structs(field, length, this.#validity(node));
    }
  }

  /**
   * The elements of the next field, lists of one length inside each other, as the elements of a tensor.
   *
   * @returns The lengths of the lists, and the elements of the innermost, side by side.
   */
  elements(field: ArrowField, length = this.#header.length): { dims: number[]; type: ArrowType; values: ColumnValues } {
    if (field.type.kind !== 'fixedList' || field.dictionary) {
      return { dims: [], type: field.type, values: this.values(field, length) };
    }
    const validity = this.#validity(this.#nextNode(field, length));
    for (let i = 0; validity && i < length; i++) {
      if (!validity(i)) throw new ArrowError(`a list in '${field.name}' is missing, which a tensor cannot hold`);
    }
    const { size } = field.type;
    const inner = this.elements(childOf(field), this.#fixedLength(field, size, length));
    return { ...inner, dims: [size, ...inner.dims] };
  }

  #nextNode(field: ArrowField, length: number) {
    const node = this.#header.nodes[this.#node++];
    if (node === undefined) throw new ArrowError(`a batch ends before the field '${field.name}'`);
    // Children may be longer than their parent needs.
    if (node[0] < length || length < 0)
      throw new ArrowError(`the field '${field.name}' has ${node[0]} of ${length} elements`);
    return { length, missing: node[1] };
  }

  /** @param bytesMin - How many bytes it must have. */
  #nextBuffer(bytesMin: number, field?: ArrowField): Buffer {
    const [offset, bytes] = this.#header.buffers[this.#buffer++] ?? [0, -1];
    if (offset < 0 || bytes < bytesMin || offset + bytes > this.#body.length) {
      const of = field ? ` of '${field.name}'` : '';
      throw new ArrowError(`a buffer${of} does not have the ${bytesMin} bytes it should`);
    }
    // Buffers lie side by side. Were one body to serve ten thousand columns, each would make an array of it.
    this.#bytesLeft -= bytes;
    if (this.#bytesLeft < 0) throw new ArrowError('the buffers of a batch overlap');
    return this.#body.subarray(offset, offset + bytes);
  }

  #validity({ length, missing }: { length: number; missing: number }): Validity {
    const bits = this.#nextBuffer(missing === 0 ? 0 : Math.ceil(length / 8));
    return missing === 0 ? undefined : (i) => bitAt(bits, i);
  }

  /** A plain array, once the budget allows for it. */
  #plain<T>(length: number, value: (i: number) => T): T[] {
    this.#budget.plainValuesLeft -= length;
    if (this.#budget.plainValuesLeft < 0) {
      throw new ArrowError(`it has more than ${PLAIN_VALUES_MAX} booleans, texts, dates, lists or missing values`);
    }
    return Array.from({ length }, (_, i) => value(i));
  }

  #spendWeightless(length: number): void {
    this.#budget.weightlessValuesLeft -= length;
    if (this.#budget.weightlessValuesLeft < 0) {
      throw new ArrowError('it has more structs, lists of a fixed length and nulls than bytes and a million');
    }
  }

  #booleans(length: number, validity: Validity) {
    const bits = this.#nextBuffer(Math.ceil(length / 8));
    return this.#plain(length, (i) => (validity && !validity(i) ? null : bitAt(bits, i)));
  }

  #array(dtype: IntegerType | FloatType, length: number, field: ArrowField): NumericArray {
    const bytes = length * newNumericArray(dtype, 0).BYTES_PER_ELEMENT;
    const buffer = this.#nextBuffer(bytes, field); // before anything of that length is made
    const array = newNumericArray(dtype, length);
    Buffer.from(array.buffer).set(buffer.subarray(0, bytes));
    return array;
  }

  #numbers(dtype: IntegerType | FloatType, length: number, validity: Validity, field: ArrowField): ColumnValues {
    if (dtype === 'float16') {
      const bits = this.#array('uint16', length, field) as Uint16Array;
      return Float32Array.from(bits, (half, i) => (validity && !validity(i) ? Number.NaN : float16Value(half)));
    }
    const array = this.#array(dtype, length, field);
    if (validity === undefined) return array;
    if (dtype !== 'float32' && dtype !== 'float64') return this.#plain(length, (i) => (validity(i) ? array[i] : null));
    for (let i = 0; i < length; i++) if (!validity(i)) array[i] = Number.NaN;
    return array;
  }

  #times(
    { kind, unitMs, bits }: Extract<ArrowType, { unitMs: number }>,
    length: number,
    validity: Validity,
    field: ArrowField,
  ) {
    const array = this.#array(bits === 32 ? 'int32' : 'int64', length, field);
    return this.#plain(length, (i) => {
      if (validity && !validity(i)) return null;
      const value = array[i] as number | bigint;
      if (kind === 'timedelta') return unitMs < 1 ? Number(value) / Math.round(1 / unitMs) : Number(value) * unitMs;
      const ms = unitMs < 1 ? wholeMs(value as bigint, unitMs) : Number(value) * unitMs;
      if (Math.abs(ms) > DATE_MS_MAX) throw new ArrowError(`row ${i} of '${field.name}' is beyond the year 275760`);
      return new Date(ms);
    });
  }

  #texts(
    { kind, offsetBits }: Extract<ArrowType, { offsetBits: 32 | 64 }>,
    length: number,
    validity: Validity,
    field: ArrowField,
  ) {
    const offsets = this.#offsets(offsetBits, length, field);
    const bytes = this.#nextBuffer(offsets[length] as number, field);
    return this.#plain(length, (i) => {
      if (validity && !validity(i)) return null;
      const item = bytes.subarray(offsets[i], offsets[i + 1]);
      if (kind === 'binary') return new Uint8Array(item);
      try {
        return utf8.decode(item);
      } catch {
        throw new ArrowError(`row ${i} of '${field.name}' is not UTF-8`);
      }
    });
  }

  /** Where items start and end: never backwards, or few bytes would make many. */
  #offsets(bits: 32 | 64, length: number, field: ArrowField): Float64Array {
    // An empty field may have no offsets at all.
    if (length === 0) {
      this.#nextBuffer(0);
      return new Float64Array(1);
    }
    const offsets = Float64Array.from(this.#array(bits === 32 ? 'int32' : 'int64', length + 1, field), Number);
    for (let i = 0, last = 0; i <= length; last = offsets[i++] as number) {
      if ((offsets[i] as number) < last) throw new ArrowError(`the offsets of '${field.name}' run backwards`);
    }
    return offsets;
  }

  #lists(field: ArrowField, offsetBits: 32 | 64, length: number, validity: Validity) {
    const offsets = this.#offsets(offsetBits, length, field);
    const inner = this.values(childOf(field), offsets[length]);
    return this.#plain(length, (i) =>
      validity && !validity(i) ? null : this.#slice(inner, offsets[i] as number, offsets[i + 1] as number),
    );
  }

  #fixedLists(field: ArrowField, size: number, length: number, validity: Validity) {
    this.#spendWeightless(length);
    const inner = this.values(childOf(field), this.#fixedLength(field, size, length));
    return this.#plain(length, (i) => (validity && !validity(i) ? null : this.#slice(inner, i * size, (i + 1) * size)));
  }

  #fixedLength(field: ArrowField, size: number, length: number): number {
    if (size < 0) throw new ArrowError(`the lists in '${field.name}' have ${size} elements`);
    return length * size;
  }

  #slice(values: ColumnValues, start: number, end: number): unknown[] {
    return this.#plain(end - start, (i) => values[start + i]);
  }

  #structs(field: ArrowField, length: number, validity: Validity) {
    this.#spendWeightless(length);
    const members = field.children.map((child) => [child.name, this.values(child, length)] as const);
    this.#budget.plainValuesLeft -= length * members.length;
    return this.#plain(length, (i) => {
      if (validity && !validity(i)) return null;
      const row: Row = {};
      for (const [name, values] of members) setMember(row, name, values[i]);
      return row;
    });
  }

  #indexed(
    field: ArrowField,
    { id, index }: { id: number; index: IntegerType },
    node: { length: number; missing: number },
  ) {
    const validity = this.#validity(node);
    const indices = this.#array(index, node.length, field);
    const values = this.#dictionaries.get(id);
    return this.#plain(node.length, (i) => {
      if (validity && !validity(i)) return null;
      const at = Number(indices[i]);
      if (values === undefined || !(at >= 0 && at < values.length)) {
        throw new ArrowError(`row ${i} of '${field.name}' is not in its dictionary`);
      }
      return values[at];
    });
  }
}

/** Rounded down, as a `Date` has no microseconds; in whole numbers, as nanoseconds of today fit no double. */
function wholeMs(value: bigint, unitMs: number): number {
  const perMs = BigInt(Math.round(1 / unitMs));
  const whole = value / perMs;
  return Number(value % perMs < 0n ? whole - 1n : whole);
}

function bitAt(bits: Buffer, i: number): boolean {
  return ((bits[i >> 3] as number) & (1 << (i & 7))) !== 0;
}

function childOf(field: ArrowField): ArrowField {
  return field.children[0] as ArrowField;
}
