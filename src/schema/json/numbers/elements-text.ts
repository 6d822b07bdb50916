import type { TextBytes } from '../text-bytes.js';
import { SLACK_BYTES } from './decimal-text.js';
import { FLOAT16_BYTES_MAX, writeFloat16s } from './float16-text.js';
import { FLOAT32_BYTES_MAX, writeFloat32s } from './float32-text.js';
import { FLOAT64_BYTES_MAX, writeFloat64s } from './float64-text.js';
import {
  BOOLEAN_BYTES_MAX,
  INTEGER_BYTES_MAX,
  INTEGER64_BYTES_MAX,
  type IntegerArray,
  writeBooleans,
  writeIntegers,
  writeIntegers64,
} from './integer-text.js';

type WriteElements<T> = (data: T, from: number, to: number, text: DataView, at: number) => number;

/** Adds elements `[from, to)` of one array to a text, a comma behind each. */
export type ElementsText = (out: TextBytes, from: number, to: number) => void;

/** So many elements at a time: room is made for the longest text of each. */
const BLOCK = 256;

function inBlocks<T>(data: T, write: WriteElements<T>, bytesMax: number): ElementsText {
  return (out, from, to) => {
    for (let start = from; start < to; start += BLOCK) {
      const end = Math.min(start + BLOCK, to);
      const at = out.room((end - start) * bytesMax + SLACK_BYTES);
      out.wrote(write(data, start, end, out.view, at));
    }
  };
}

/** How the elements of a typed array are written as JSON, or undefined if it holds no numbers. */
export function elementsText(data: object): ElementsText | undefined {
  if (!ArrayBuffer.isView(data) || data instanceof DataView) return undefined;
  if (data instanceof Float32Array) return inBlocks(data, writeFloat32s, FLOAT32_BYTES_MAX);
  if (data instanceof Float64Array) return inBlocks(data, writeFloat64s, FLOAT64_BYTES_MAX);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array)
    return inBlocks(data, writeIntegers64, INTEGER64_BYTES_MAX);
  // Node 24 has a Float16Array, Node 20 has none.
  if (Object.prototype.toString.call(data) === '[object Float16Array]') return float16Text(data);
  return inBlocks(data as IntegerArray, writeIntegers, INTEGER_BYTES_MAX);
}

/** How float16 elements are written, whether the array holds them as numbers or as bits. */
export function float16Text(data: ArrayBufferView): ElementsText {
  const bits = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
  return inBlocks(bits, writeFloat16s, FLOAT16_BYTES_MAX);
}

/** How bytes that are booleans are written. */
export function booleansText(data: Uint8Array): ElementsText {
  return inBlocks(data, writeBooleans, BOOLEAN_BYTES_MAX);
}
