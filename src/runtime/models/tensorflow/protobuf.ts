/** The wire format of Protocol Buffers, as far as a SavedModel needs it. */

/** One field of a message: a varint as a bigint; a text, a message or a fixed width as its bytes. */
export interface Field {
  readonly number: number;
  readonly value: bigint | Uint8Array;
}

const VARINT = 0;
const LENGTH_DELIMITED = 2;
/** Bytes of the types that have one width. */
const widths: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

/**
 * The fields of a message, in the order of its bytes.
 *
 * @throws {RangeError} if the bytes are no message, or end within one.
 */
export function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) break;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('the bytes end within a number');
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const type = tag & 7;
    const number = tag >>> 3;
    if (type === VARINT) {
      yield { number, value: varint() };
      continue;
    }
    const length = type === LENGTH_DELIMITED ? Number(varint()) : widths[type];
    if (length === undefined || at + length > bytes.length) throw new RangeError('the bytes are no message');
    yield { number, value: bytes.subarray(at, at + length) };
    at += length;
  }
}

/** The parts of a message that are messages themselves, or texts, under one number. */
export function* partsOf(bytes: Uint8Array, number: number): Generator<Uint8Array> {
  for (const field of fieldsOf(bytes)) {
    if (field.number === number && typeof field.value !== 'bigint') yield field.value;
  }
}

/** A text field; empty if it is not there, as the format has it. */
export function textOf(bytes: Uint8Array, number: number): string {
  const [text] = partsOf(bytes, number);
  return text ? Buffer.from(text).toString('utf8') : '';
}

/** A number field; 0 if it is not there. */
export function numberOf(bytes: Uint8Array, number: number): number {
  for (const field of fieldsOf(bytes)) {
    if (field.number === number && typeof field.value === 'bigint') return Number(BigInt.asIntN(64, field.value));
  }
  return 0;
}

/** The bytes of a field that holds a number from 0 on. */
export function numberField(number: number, value: number): Buffer {
  return Buffer.concat([varintBytes(number << 3), varintBytes(value)]);
}

/** The bytes of a field that holds a text, or a message of these parts. */
export function partField(number: number, ...parts: readonly (string | Uint8Array)[]): Buffer {
  const bytes = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
  return Buffer.concat([varintBytes((number << 3) | LENGTH_DELIMITED), varintBytes(bytes.length), bytes]);
}

function varintBytes(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}
