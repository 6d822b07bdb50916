import { FLOAT16_AS_BITS, float16Bits, float16Value, type NumericType, newNumericArray } from '../../../dtype.js';
import { asError } from '../../../errors.js';
import { Tensor } from '../../../tensor.js';
import type { Model, ModelValue, Tensors } from '../../models/model.js';
import { stack } from '../batch/stack.js';

/** Whether calls may be stacked along the first axis, and if not, why. */
export type BatchVerdict = { readonly stacks: true } | { readonly stacks: false; readonly reason: string };

const ROWS = 3;
/** Of a number alone and in a batch: the order of additions may differ. */
const RELATIVE_MAX = 1e-4;
/** Of numbers near zero in an output of larger ones. */
const OF_LARGEST_MAX = 1e-6;

/**
 * Whether a model may be given several calls as one: by what it declares, and by a trial. A free first axis need not be
 * one of independent rows: softmax over it, or a mean, would mix the callers.
 *
 * @param example - A request that the model answers, whose lengths the trial takes for the other axes.
 */
export async function probeBatch(model: Model, example: Tensors | undefined): Promise<BatchVerdict> {
  const declared = declaredProblem(model);
  if (declared) return { stacks: false, reason: declared };
  if (!example) return { stacks: false, reason: 'no example is answered that could be tried' };
  try {
    const rows = Array.from({ length: ROWS }, (_, row) => randomRow(example, row));
    const alone: Tensors[] = [];
    for (const row of rows) alone.push(await model.run(row));
    const names = model.inputs.map(({ name }) => name);
    const stacked = await model.run(stackAll(rows, names));
    const problem = model.outputs.map(({ name }) => difference(name, alone, stacked)).find(Boolean);
    return problem ? { stacks: false, reason: problem } : { stacks: true };
  } catch (error) {
    return { stacks: false, reason: `a trial failed: ${asError(error).message}` };
  }
}

/** The first axis must be free in every input and output, under one name or under none. */
function declaredProblem({ inputs, outputs }: Model): string | undefined {
  const values = [
    ...inputs.map((value) => ['input', value] as const),
    ...outputs.map((value) => ['output', value] as const),
  ];
  for (const [kind, { name, shape }] of values) {
    if (typeof shape[0] !== 'string') {
      const what = shape.length === 0 ? 'has no axes' : `has a first axis of fixed length ${shape[0]}`;
      return `the ${kind} '${name}' ${what}`;
    }
  }
  const names = new Set(values.map(([, { shape }]) => shape[0]));
  return names.size > 1
    ? `the first axes have different names: ${[...names].map((name) => name || '?').join(', ')}`
    : undefined;
}

function stackAll(rows: readonly Tensors[], names: readonly ModelValue['name'][]): Tensors {
  return Object.fromEntries(names.map((name) => [name, stack(rows.map((row) => row[name] as Tensor))]));
}

/** Numbers from 0 to 1, the same at every start: so is the verdict. The generator is mulberry32. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A row of the example's shapes. Floats of the first row are positive, those of the second negative, so that rows differ in
 * what a model does with them. Integers are small: they may be places in a table.
 */
function randomRow(example: Tensors, row: number): Tensors {
  const next = randomNumbers(row + 1);
  const float = () => (row === 0 ? next() : row === 1 ? -next() : 2 * next() - 1);
  const bit = () => (next() < 0.5 ? 0 : 1);
  return Object.fromEntries(Object.entries(example).map(([name, tensor]) => [name, randomLike(tensor, float, bit)]));
}

function randomLike({ type, dims, size }: Tensor, float: () => number, bit: () => 0 | 1): Tensor {
  if (type === 'string')
    return new Tensor(
      'string',
      Array.from({ length: size }, () => `text ${float()}`),
      dims,
    );
  const data = newNumericArray(type as NumericType, size);
  for (let i = 0; i < size; i++) data[i] = randomElement(type, float, bit) as number;
  return new Tensor(type as 'float32', data as Float32Array, dims);
}

function randomElement(type: Tensor['type'], float: () => number, bit: () => 0 | 1): number | bigint {
  if (type === 'float16') return FLOAT16_AS_BITS ? float16Bits(float()) : float();
  if (type === 'float32' || type === 'float64') return float();
  return type === 'int64' || type === 'uint64' ? BigInt(bit()) : bit();
}

/** How the rows of an output differ from what the same rows gave alone. */
function difference(name: string, alone: readonly Tensors[], stacked: Tensors): string | undefined {
  const together = stacked[name] as Tensor;
  const parts = alone.map((outputs) => outputs[name] as Tensor);
  if (together.dims[0] !== ROWS || parts.some(({ dims }) => dims[0] !== 1)) {
    return `the output '${name}' has not one row for each row of the inputs`;
  }
  const [one, many] = [elements(stack(parts)), elements(together)];
  if (one.length !== many.length) return `the output '${name}' has other shapes in a batch`;
  const largest = one.reduce<number>(
    (max, value) => (typeof value === 'number' ? Math.max(max, Math.abs(value)) : max),
    0,
  );
  const same = one.every((value, i) => isSame(value, many[i], largest));
  return same ? undefined : `the output '${name}' of a row depends on the rows around it`;
}

function elements({ type, data }: Tensor): (number | bigint | string)[] {
  const values = Array.from<number | bigint | string>(data as Float32Array | string[]);
  return type === 'float16' && FLOAT16_AS_BITS ? values.map((bits) => float16Value(bits as number)) : values;
}

function isSame(a: unknown, b: unknown, largest: number): boolean {
  if (typeof a !== 'number' || typeof b !== 'number' || Object.is(a, b)) return a === b || Object.is(a, b);
  return Math.abs(a - b) <= RELATIVE_MAX * Math.max(Math.abs(a), Math.abs(b)) + OF_LARGEST_MAX * largest;
}
