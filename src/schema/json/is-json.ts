import { skipBlanks } from './numbers/skip.js';
import { INTEGER_DIGITS_MAX } from './parse.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Numbers and words as `parseJson()` takes them; the digits of an integer are counted apart. */
const SCALAR = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|NaN|-?Infinity)$/;
const LONG_INTEGER = new RegExp(`^-?\\d{${INTEGER_DIGITS_MAX + 1}}`);
const SCALAR_CHARACTERS = new Set(Buffer.from('0123456789+-.eEtrufalsnNIity'));
const ESCAPES = new Set(Buffer.from('"\\/bfnrt'));

/**
 * Whether bytes are one value that `parseJson()` takes, found out without making it: thirty million empty arrays under a
 * name that nobody wants take seconds and gigabytes as values.
 *
 * @param bytes - UTF-8; whoever calls has made sure of that, and of the depth.
 */
export function isJson(bytes: Buffer): boolean {
  /** Whether each container that is open is an object. */
  const open: boolean[] = [];
  let i = 0;
  for (;;) {
    i = valueStart(bytes, skipBlanks(bytes, i), open);
    // Behind a value containers may end, one inside of the other, until a comma asks for the next.
    for (;;) {
      if (i < 0) return false;
      i = skipBlanks(bytes, i);
      if (i === bytes.length || open.length === 0) return i === bytes.length && open.length === 0;
      const isObject = open.at(-1) as boolean;
      if (bytes[i] === COMMA) break;
      if (bytes[i] !== (isObject ? CLOSE_OBJECT : CLOSE_ARRAY)) return false;
      open.pop();
      i++;
    }
    i = skipBlanks(bytes, i + 1);
    if (open.at(-1)) i = keyEnd(bytes, i);
    if (i < 0) return false;
  }
}

/** The position behind a value, or where the first value of its containers is behind; -1 if there is none. */
function valueStart(bytes: Buffer, at: number, open: boolean[]): number {
  let i = at;
  for (;;) {
    const byte = bytes[i];
    if (byte === QUOTE) return stringEnd(bytes, i);
    if (byte !== OPEN_ARRAY && byte !== OPEN_OBJECT) return scalarEnd(bytes, i);
    const isObject = byte === OPEN_OBJECT;
    i = skipBlanks(bytes, i + 1);
    if (bytes[i] === (isObject ? CLOSE_OBJECT : CLOSE_ARRAY)) return i + 1;
    open.push(isObject);
    if (isObject) i = keyEnd(bytes, i);
    if (i < 0) return -1;
  }
}

/** The start of the value that a key names. */
function keyEnd(bytes: Buffer, at: number): number {
  const end = bytes[at] === QUOTE ? stringEnd(bytes, at) : -1;
  const colon = end < 0 ? -1 : skipBlanks(bytes, end);
  return colon >= 0 && bytes[colon] === COLON ? skipBlanks(bytes, colon + 1) : -1;
}

function stringEnd(bytes: Buffer, at: number): number {
  for (let i = at + 1; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    if (byte === QUOTE) return i + 1;
    if (byte < 0x20) return -1;
    if (byte !== BACKSLASH) continue;
    i++;
    if (ESCAPES.has(bytes[i] as number)) continue;
    if (!/^u[0-9a-fA-F]{4}$/.test(bytes.toString('latin1', i, i + 5))) return -1;
    i += 4;
  }
  return -1;
}

function scalarEnd(bytes: Buffer, at: number): number {
  let end = at;
  while (SCALAR_CHARACTERS.has(bytes[end] as number)) end++;
  const text = bytes.toString('latin1', at, end);
  if (!SCALAR.test(text)) return -1;
  return LONG_INTEGER.test(text) && !/[.eE]/.test(text) ? -1 : end;
}
