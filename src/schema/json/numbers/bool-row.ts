import { CHUNK_LENGTH, leaveRow, ROW_BROKEN, ROW_CLOSED, ROW_FULL, ROW_OTHER, type RowEnd } from './row.js';

export const boolChunk = new Uint8Array(CHUNK_LENGTH);

// Constants of this file, and not imports: V8 compiles those into the code.
const SPACE = 0x20;
const COMMA = 0x2c;
const CLOSE = 0x5d;
/** `true` and `fals`, the first letter in the lowest byte. */
const TRUE = 0x65757274;
const FALS = 0x736c6166;
const LETTER_E = 0x65;

/** The words `true` and `false` to `boolChunk`, as 1 and 0. A {@link RowKernel}. */
export function readBoolRow(bytes: Buffer, view: DataView, at: number, filled: number, filledMax: number): RowEnd {
  const out = boolChunk;
  const wordLast = bytes.length - 4;
  let i = at;
  let n = filled;
  for (;;) {
    let byte = bytes[i]!;
    while (byte <= SPACE && isBlank(byte)) byte = bytes[++i]!;
    if (n === filledMax) return leaveRow(ROW_FULL, i, n);
    const word = i <= wordLast ? view.getInt32(i, true) : 0;
    if (word === TRUE) {
      out[n++] = 1;
      i += 4;
    } else if (word === FALS && bytes[i + 4] === LETTER_E) {
      out[n++] = 0;
      i += 5;
    } else return leaveRow(ROW_OTHER, i, n);
    byte = bytes[i]!;
    while (byte <= SPACE && isBlank(byte)) byte = bytes[++i]!;
    if (byte !== COMMA) return leaveRow(byte === CLOSE ? ROW_CLOSED : ROW_BROKEN, i, n);
    i++;
  }
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
