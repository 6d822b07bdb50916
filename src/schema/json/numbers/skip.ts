const QUOTE = 0x22;
const BACKSLASH = 0x5c;

export function skipBlanks(bytes: Buffer, at: number): number {
  let i = at;
  for (;;) {
    const byte = bytes[i]!;
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return i;
    i++;
  }
}

/** The position behind the string that starts with the quote at a position; -1 if it does not end. */
export function skipString(bytes: Buffer, at: number): number {
  for (let i = at + 1; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === QUOTE) return i + 1;
    if (byte === BACKSLASH) i++;
  }
  return -1;
}

/** The position behind a number or a word: in front of a blank, a comma, a bracket, a quote, or at the end. */
export function scalarEnd(bytes: Buffer, at: number): number {
  let i = at;
  for (; i < bytes.length; i++) {
    switch (bytes[i]) {
      case 0x20: // space
      case 0x0a:
      case 0x0d:
      case 0x09:
      case QUOTE:
      case 0x2c: // ,
      case 0x3a: // :
      case 0x5b: // [
      case 0x5d: // ]
      case 0x7b: // {
      case 0x7d: // }
        return i;
    }
  }
  return i;
}

/**
 * The position behind the value at a position; -1 if it does not end, has no first byte or is nested too deep.
 *
 * Brackets are counted, not matched, and nothing between them is checked: whoever uses the bytes parses them.
 */
export function skipValue(bytes: Buffer, at: number, depthMax: number): number {
  let depth = 0;
  let i = at;
  do {
    switch (bytes[i]) {
      case undefined:
        return -1;
      case QUOTE:
        i = skipString(bytes, i);
        if (i < 0) return -1;
        break;
      case 0x5b:
      case 0x7b:
        if (++depth > depthMax) return -1;
        i++;
        break;
      case 0x5d:
      case 0x7d:
        depth--;
        i++;
        break;
      default:
        if (depth > 0) i++;
        else i = scalarEnd(bytes, i);
    }
  } while (depth > 0);
  return i > at && depth === 0 ? i : -1;
}
