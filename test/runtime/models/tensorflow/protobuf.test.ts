import { describe, expect, it } from 'vitest';
import {
  fieldsOf,
  numberField,
  numberOf,
  partField,
  partsOf,
  textOf,
} from '../../../../src/runtime/models/tensorflow/protobuf.js';

const bytes = (...values: readonly number[]) => Uint8Array.from(values);

describe('fieldsOf()', () => {
  // The examples of the format's own documentation.
  it('reads a number', () => expect([...fieldsOf(bytes(0x08, 0x96, 0x01))]).toEqual([{ number: 1, value: 150n }]));

  it('reads a text', () => {
    const message = bytes(0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67);
    expect(textOf(message, 2)).toBe('testing');
  });

  it('reads a message in a message', () => {
    const [inner] = partsOf(bytes(0x1a, 0x03, 0x08, 0x96, 0x01), 3);
    expect(numberOf(inner as Uint8Array, 1)).toBe(150);
  });

  it('steps over what has one width', () => {
    const message = bytes(0x09, 1, 2, 3, 4, 5, 6, 7, 8, 0x15, 1, 2, 3, 4, 0x18, 7);
    expect([...fieldsOf(message)].map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(numberOf(message, 3)).toBe(7);
  });

  it.each([
    ['within a number', bytes(0x08, 0x96)],
    ['within a text', bytes(0x12, 0x07, 0x74)],
    ['before the length of a text', bytes(0x12)],
    ['within eight bytes', bytes(0x09, 1, 2)],
  ])('refuses bytes that end %s', (_, message) => expect(() => [...fieldsOf(message)]).toThrow(RangeError));

  it('refuses a number that never ends', () => {
    expect(() => [...fieldsOf(new Uint8Array(20).fill(0xff))]).toThrow(RangeError);
  });

  it('refuses types that the format has given up', () => expect(() => [...fieldsOf(bytes(0x0b))]).toThrow(RangeError));
});

describe('numberOf()', () => {
  it('reads a negative number, which takes ten bytes', () => {
    expect(numberOf(bytes(0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01), 1)).toBe(-1);
  });

  it('is 0 where there is none', () => expect(numberOf(bytes(), 1)).toBe(0));
});

describe('textOf()', () => {
  it('is empty where there is none', () => expect(textOf(bytes(), 1)).toBe(''));
});

describe('what is written', () => {
  it.each([0, 1, 127, 128, 300, 2 ** 31, 2 ** 40])('is read again: %d', (value) => {
    expect([...fieldsOf(numberField(5, value))]).toEqual([{ number: 5, value: BigInt(value) }]);
  });

  it('is read again: a long message of several parts', () => {
    const message = partField(20, 'a'.repeat(200), numberField(1, 2), bytes(0x10, 0x03));
    const [part] = partsOf(message, 20);
    expect(part).toHaveLength(204);
  });
});
