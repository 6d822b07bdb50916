import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FLOAT16_AS_BITS, float16Value } from '../../src/dtype.js';
import type { Model } from '../../src/runtime/models/model.js';
import { parseJson } from '../../src/schema/json/parse.js';
import { nest, type Tensor } from '../../src/tensor.js';

/** Nested arrays by the names of inputs or outputs; integers beyond 2^53 are bigints. */
export type Values = Readonly<Record<string, unknown>>;

/** What Python's onnxruntime answered to real requests. */
export interface RecordedRun {
  readonly inputs: Values;
  readonly outputs: Values;
}

export const modelsFolder = fileURLToPath(new URL('../fixtures/models/', import.meta.url));

/** The models that have recorded runs. */
export const recordedModels = [
  'dense-1k',
  'dense-784',
  'diabetes',
  'digits',
  'external',
  'fixed',
  'half',
  'iris-zipmap',
  'mixed',
  'spin',
] as const;

export function recordedRuns(model: string): RecordedRun[] {
  return parseJson(readFileSync(`${modelsFolder}${model}.cases.json`, 'utf8'), { depthMax: 100 }) as RecordedRun[];
}

/** A tensor as JSON would have it: booleans as such, float16 as numbers. */
export function valuesOf({ type, data, dims }: Tensor): unknown {
  const elements = Array.from(data as ArrayLike<unknown>, (element) => {
    if (type === 'bool') return element === 1;
    return type === 'float16' && FLOAT16_AS_BITS ? float16Value(element as number) : element;
  });
  return dims.length === 0 ? elements[0] : nest(elements, dims);
}

/** How two values differ beyond a tolerance that is relative above 1 and absolute below; '' if they do not. */
export function difference(ours: unknown, expected: unknown, tolerance = 1e-5, path = ''): string {
  if (Array.isArray(expected)) {
    if (!Array.isArray(ours) || ours.length !== expected.length) return `${path}: not an array of ${expected.length}`;
    return expected.map((each, i) => difference(ours[i], each, tolerance, `${path}/${i}`)).find(Boolean) ?? '';
  }
  const bothNumbers = [ours, expected].every((value) => typeof value === 'number' || typeof value === 'bigint');
  if (!bothNumbers) return Object.is(ours, expected) ? '' : `${path}: ${String(ours)}, not ${String(expected)}`;
  const [a, b] = [ours as number | bigint, expected as number | bigint];
  if (typeof a === 'bigint' || typeof b === 'bigint') return BigInt(a) === BigInt(b) ? '' : `${path}: ${a}, not ${b}`;
  return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)) ? '' : `${path}: ${a}, not ${b}`;
}

/** The outputs of a run as JSON would have them. */
export async function runValues(model: Model, inputs: Values): Promise<Values> {
  const outputs = await model.run(inputs as Parameters<Model['run']>[0]);
  return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, valuesOf(tensor)]));
}
