import { fstatSync, readSync } from 'node:fs';

/** A field of a message, and where its value lies in the file. */
export interface ProtobufField {
  readonly number: number;
  readonly start: number;
  readonly end: number;
}

const WINDOW_BYTES = 64 * 1024;
const TEXT_BYTES_MAX = 4096;
const VARINT_BYTES_MAX = 10;
const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/**
 * Reads messages of Protocol Buffers where they lie, and steps over what nobody asks for: of a model of gigabytes only
 * the frame of its fields is read, not the weights.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class ProtobufFile {
  readonly #file: number;
  readonly #size: number;
  #window = Buffer.alloc(0);
  #windowStart = 0;

  constructor(file: number) {
    this.#file = file;
    this.#size = fstatSync(file).size;
  }

  /**
   * The fields of a message, or of the file.
   *
   * @throws {RangeError} if the bytes are no message: cut off, damaged, something else.
   */
  *fields(message: { readonly start: number; readonly end: number } = { start: 0, end: this.#size }) {
    let at = message.start;
    while (at < message.end) {
      const [key, afterKey] = this.#varint(at);
      const field = this.#fieldAt(Math.floor(key / 8), key % 8, afterKey);
      if (field.end > message.end) throw new RangeError('a field reaches beyond its message');
      yield field;
      at = field.end;
    }
  }

  /** A text of at most 4096 bytes; a longer one is cut. */
  text({ start, end }: ProtobufField): string {
    const bytes = Buffer.alloc(Math.min(end - start, TEXT_BYTES_MAX));
    readSync(this.#file, bytes, 0, bytes.length, start);
    return bytes.toString();
  }

  #fieldAt(number: number, wire: number, at: number): ProtobufField {
    switch (wire) {
      case WIRE.varint:
        return { number, start: at, end: this.#varint(at)[1] };
      case WIRE.fixed64:
        return { number, start: at, end: at + 8 };
      case WIRE.fixed32:
        return { number, start: at, end: at + 4 };
      case WIRE.bytes: {
        const [length, start] = this.#varint(at);
        return { number, start, end: start + length };
      }
      default:
        throw new RangeError('no message: an unknown kind of field');
    }
  }

  #varint(at: number): [value: number, end: number] {
    let value = 0;
    for (let i = 0; i < VARINT_BYTES_MAX; i++) {
      const byte = this.#byte(at + i);
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return [value, at + i + 1];
    }
    throw new RangeError('no message: a number without its end');
  }

  #byte(at: number): number {
    const byte = this.#window[at - this.#windowStart];
    if (byte !== undefined) return byte;
    const window = Buffer.alloc(WINDOW_BYTES);
    this.#window = window.subarray(0, readSync(this.#file, window, 0, WINDOW_BYTES, at));
    this.#windowStart = at;
    const [first] = this.#window;
    if (first === undefined) throw new RangeError('the file was cut');
    return first;
  }
}
