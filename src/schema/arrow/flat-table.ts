/** Why bytes are no Arrow stream that can be read. */
export class ArrowError extends Error {
  override readonly name = 'ArrowError';
}

/** Many fields may share one name, however long. */
const NAME_BYTES_MAX = 1_000;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A table of a flatbuffer: members by their number, of which a writer leaves out those that have their default.
 *
 * The generated readers believe every offset and length they meet. Here each is checked: a DataView throws a RangeError
 * beyond its end, and a vector must lie within the bytes before anyone counts to its length.
 *
 * @see https://flatbuffers.dev/internals/
 */
export class FlatTable {
  readonly #view: DataView;
  readonly #at: number;

  private constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
  }

  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new FlatTable(view, view.getUint32(0, true));
  }

  byte(member: number, otherwise = 0): number {
    const at = this.#find(member);
    return at === undefined ? otherwise : this.#view.getUint8(at);
  }

  short(member: number, otherwise = 0): number {
    const at = this.#find(member);
    return at === undefined ? otherwise : this.#view.getInt16(at, true);
  }

  int(member: number, otherwise = 0): number {
    const at = this.#find(member);
    return at === undefined ? otherwise : this.#view.getInt32(at, true);
  }

  long(member: number): number {
    const at = this.#find(member);
    return at === undefined ? 0 : this.#longAt(at);
  }

  table(member: number): FlatTable | undefined {
    const at = this.#find(member);
    return at === undefined ? undefined : this.#tableAt(at);
  }

  text(member: number): string {
    const { start, length } = this.#vector(member, 1);
    if (length > NAME_BYTES_MAX) throw new ArrowError(`a name in its schema has more than ${NAME_BYTES_MAX} bytes`);
    const { buffer, byteOffset } = this.#view;
    try {
      return utf8.decode(new Uint8Array(buffer, byteOffset + start, length));
    } catch {
      throw new ArrowError('a name in its schema is not UTF-8');
    }
  }

  /** How many tables a vector has: many vectors may share the same, so count before you make them. */
  count(member: number): number {
    return this.#vector(member, 4).length;
  }

  tables(member: number): FlatTable[] {
    const { start, length } = this.#vector(member, 4);
    return Array.from({ length }, (_, i) => this.#tableAt(start + i * 4));
  }

  /** A vector of structs of two longs, which is what field nodes and buffers are. */
  pairs(member: number): (readonly [number, number])[] {
    const { start, length } = this.#vector(member, 16);
    return Array.from({ length }, (_, i) => [this.#longAt(start + i * 16), this.#longAt(start + i * 16 + 8)] as const);
  }

  #find(member: number): number | undefined {
    const vtable = this.#at - this.#view.getInt32(this.#at, true);
    const slot = 4 + member * 2;
    if (slot >= this.#view.getUint16(vtable, true)) return undefined;
    const offset = this.#view.getUint16(vtable + slot, true);
    return offset === 0 ? undefined : this.#at + offset;
  }

  #tableAt(at: number): FlatTable {
    return new FlatTable(this.#view, at + this.#view.getUint32(at, true));
  }

  #longAt(at: number): number {
    const value = Number(this.#view.getBigInt64(at, true));
    if (!Number.isSafeInteger(value)) throw new ArrowError(`a length of ${value} is too long`);
    return value;
  }

  #vector(member: number, elementBytes: number): { start: number; length: number } {
    const at = this.#find(member);
    if (at === undefined) return { start: 0, length: 0 };
    const vector = at + this.#view.getUint32(at, true);
    const length = this.#view.getUint32(vector, true);
    const start = vector + 4;
    if (start + length * elementBytes > this.#view.byteLength) {
      throw new ArrowError(`its metadata names ${length} parts that it does not have`);
    }
    return { start, length };
  }
}
