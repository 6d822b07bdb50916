import assert from 'node:assert/strict';
import { float16Bits, integerRanges, isFloatType, isIntegerType, type NumericType } from '../../../../src/dtype.js';
import type { TensorSpec } from '../../../../src/tensor.js';

// What a tensor of a parsed value is, said once more and slowly: element by element, in the order of the text.

export type Reference =
  | { readonly kind: 'tensor'; readonly dims: readonly number[]; readonly elements: readonly (number | bigint)[] }
  /** `got` is undefined where the value's text is what came. */
  | { readonly kind: 'unfit'; readonly path: string; readonly expected: string; readonly got: string | undefined }
  /** A number of which the general parser kept too little to say. */
  | { readonly kind: 'unsure' };

class Unfit extends Error {
  constructor(
    readonly path: string,
    readonly expected: string,
    readonly got?: string,
  ) {
    super();
  }
}

class Unsure extends Error {}

export function referenceTensor(value: unknown, { type, dims: asked }: TensorSpec): Reference {
  const dims: (number | undefined)[] = [...asked];
  const elements: (number | bigint)[] = [];

  function walk(inner: unknown, axis: number, path: string): void {
    if (axis === dims.length) {
      elements.push(elementOf(inner, type, path));
      return;
    }
    const length = dims[axis];
    const expected =
      length !== undefined ? `an array of ${length}` : dims.length === 1 ? 'an array' : 'an array of arrays';
    if (!Array.isArray(inner)) throw new Unfit(path, expected);
    inner.forEach((item, i) => {
      if (i === length) throw new Unfit(path, expected, `an array of ${inner.length}`);
      walk(item, axis + 1, `${path}/${i}`);
    });
    if (length !== undefined && inner.length !== length) throw new Unfit(path, expected, `an array of ${inner.length}`);
    dims[axis] = inner.length;
  }

  try {
    walk(value, 0, '');
    return { kind: 'tensor', dims: dims.map((dim) => dim ?? 0), elements };
  } catch (error) {
    if (error instanceof Unfit) return { kind: 'unfit', path: error.path, expected: error.expected, got: error.got };
    assert.ok(error instanceof Unsure);
    return { kind: 'unsure' };
  }
}

/** As it is kept: float16 as its bits, 64 bits as bigint. */
function elementOf(value: unknown, type: NumericType, path: string): number | bigint {
  if (isFloatType(type)) {
    const number = value === null ? Number.NaN : typeof value === 'bigint' ? Number(value) : value;
    if (typeof number !== 'number') throw new Unfit(path, 'a number or null', bracketed(value));
    return type === 'float64' ? number : type === 'float32' ? Math.fround(number) : float16Bits(number);
  }
  if (!isIntegerType(type)) {
    if (typeof value !== 'boolean') throw new Unfit(path, 'true or false', bracketed(value));
    return Number(value);
  }
  const { min, max } = integerRanges[type];
  const expected = `an integer from ${min} to ${max}`;
  const whole = typeof value === 'bigint' || Number.isInteger(value) ? BigInt(value as number | bigint) : undefined;
  if (typeof value === 'number' && whole !== undefined && !Number.isSafeInteger(value)) throw new Unsure();
  if (whole === undefined || whole < min || whole > max) throw new Unfit(path, expected, bracketed(value));
  return type.endsWith('64') ? whole : Number(whole);
}

function bracketed(value: unknown): string | undefined {
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? 'an object' : undefined;
}

/** How often the top-level object of a text that is JSON names a key. */
export function topLevelKeys(text: string): number {
  const inner = text.replace(/"(?:[^"\\]|\\.)*"/gs, '"');
  let [depth, keys] = [0, 0];
  for (const character of inner) {
    if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth--;
    else if (character === ':' && depth === 1) keys++;
  }
  return keys;
}

/** The whole number that a text is; undefined if it is none. */
export function wholeOf(text: string): bigint | undefined {
  const [, sign, whole = '', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text) ?? assert.fail(text);
  const digits = BigInt(whole + fraction);
  const exponent = Number(power) - fraction.length;
  if (digits === 0n) return 0n;
  if (Math.abs(exponent) > 300_000) return undefined;
  const scale = 10n ** BigInt(Math.abs(exponent));
  if (exponent < 0 && digits % scale !== 0n) return undefined;
  const value = exponent < 0 ? digits / scale : digits * scale;
  return sign ? -value : value;
}

/** Whether a number is whole as a double only. The reader goes by what is written, the general parser by the double. */
export function roundsToWhole(text: string): boolean {
  return Number.isInteger(Number(text)) && wholeOf(text) === undefined;
}
