import { isUtf8 } from 'node:buffer';
import type { TensorSpec } from '../../../tensor.js';
import { type JsonLimits, JsonSyntaxError, parseJson } from '../parse.js';
import { skipBlanks, skipString, skipValue } from './skip.js';
import { type ReadTensor, readTensor, type UnfitTensor } from './tensor-reader.js';

/** A value that was skipped: bytes `start` to `end` of the body. */
export interface ValueSlice {
  readonly kind: 'slice';
  readonly start: number;
  readonly end: number;
}

/** The value of an input that is not its tensor, with its place in the body. It was skipped, too. */
export interface UnfitValue extends UnfitTensor {
  readonly start: number;
  readonly end: number;
}

export type EnvelopePart = ReadTensor | ValueSlice | UnfitValue;
/** What the top-level object of a body holds, by key, the keys in the order in which they first came. */
export type Envelope = ReadonlyMap<string, EnvelopePart>;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Reads the top-level object of a body from its bytes: tensors straight into their arrays, everything else as the place
 * where it stands.
 *
 * The object and its tensors are checked in full: each key is UTF-8, with its escapes undone; `__proto__` is only a
 * key; a repeated key overwrites a tensor. A **slice is not checked**, nor is what does not fit: until the caller has
 * seen that the bytes of *every* slice are UTF-8 (`isUtf8`) and taken by `parseJson`, whether it needs the value or not,
 * the body is not known to be JSON. That done, it is: `limits.depthMax` is held here for the body as a whole.
 *
 * An `unfit` value is best answered by giving the whole body to the general path, for a syntax error further on is the
 * graver fault; if it finds none, the message and the path say what is wrong.
 *
 * @param inputs - The keys whose values are tensors. Only those at the top are looked for.
 * @returns undefined if the body is for the general path, which has the right words for what is wrong with it: another
 *   value than an object, a byte order mark, UTF-16 and UTF-32, a key that is no UTF-8, a syntax error, too deep
 *   nesting, and a key that overwrites a value that nobody would check any more.
 */
export function readEnvelope(
  body: Buffer,
  inputs: ReadonlyMap<string, TensorSpec>,
  limits: JsonLimits,
): Envelope | undefined {
  // The object itself is the first level.
  const depthMax = limits.depthMax - 1;
  for (const { dims } of inputs.values()) if (dims.length > depthMax) return undefined;
  const values = new Map<string, EnvelopePart>();

  let i = skipBlanks(body, 0);
  if (body[i] !== OPEN_OBJECT || depthMax < 0) return undefined;
  i = skipBlanks(body, i + 1);
  if (body[i] === CLOSE_OBJECT) return skipBlanks(body, i + 1) === body.length ? values : undefined;
  for (;;) {
    if (body[i] !== QUOTE) return undefined;
    const keyEnd = skipString(body, i);
    const key = keyEnd < 0 ? undefined : keyOf(body.subarray(i, keyEnd), limits);
    if (key === undefined) return undefined;
    i = skipBlanks(body, keyEnd);
    if (body[i] !== COLON) return undefined;
    i = skipBlanks(body, i + 1);

    const value = readValue(body, i, inputs.get(key), depthMax);
    if (value === undefined) return undefined;
    const before = values.get(key);
    if (before !== undefined && before.kind !== 'tensor') return undefined;
    values.set(key, value);

    i = skipBlanks(body, value.end);
    if (body[i] === CLOSE_OBJECT) return skipBlanks(body, i + 1) === body.length ? values : undefined;
    if (body[i] !== COMMA) return undefined;
    i = skipBlanks(body, i + 1);
  }
}

function readValue(
  body: Buffer,
  start: number,
  spec: TensorSpec | undefined,
  depthMax: number,
): ReadTensor | ValueSlice | UnfitValue | undefined {
  const read = spec && readTensor(body, start, spec);
  if (read?.kind === 'tensor') return read;
  if (read?.kind === 'unknown') return undefined;
  const end = skipValue(body, start, depthMax);
  if (end < 0) return undefined;
  return read ? { ...read, start, end } : { kind: 'slice', start, end };
}

/** The key that stands between quotes; undefined if it is no JSON string. */
function keyOf(quoted: Buffer, limits: JsonLimits): string | undefined {
  let plain = true;
  for (let i = 0; i < quoted.length; i++) {
    const byte = quoted[i] as number;
    if (byte < 0x20 || byte === BACKSLASH || byte > 0x7e) plain = false;
  }
  if (plain) return quoted.toString('latin1', 1, quoted.length - 1);
  if (!isUtf8(quoted)) return undefined;
  try {
    return parseJson(quoted.toString('utf8'), limits) as string;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}
