import { type Dtype, isFloatType } from '../../../dtype.js';
import { asError } from '../../../errors.js';
import type { Tensor } from '../../../tensor.js';
import type { Model, Tensors } from '../../models/model.js';
import { zeroFeeds } from '../../models/zero-feeds.js';
import { stack } from '../batch/stack.js';
import { compareRows, rowTolerance } from './same-rows.js';
import { trialRows } from './trial-rows.js';

/** Whether calls may be stacked along the first axis, and if not, why. */
export type BatchVerdict = { readonly stacks: true } | { readonly stacks: false; readonly reason: string };

/** Free axes are so long in a second trial: what is summed or normalized over an axis of 1 shows nothing. */
const SECOND_LENGTH = 5;
const ELEMENTS_MAX = 2 ** 20;
/** Of the floats of further trials, where the first tell nothing. */
const SCALES = [10, 1000];

/**
 * Whether a model may be given several calls as one: by what it declares, and by a trial. A free first axis need not be
 * one of independent rows: softmax over it, or a mean, would mix the callers.
 *
 * A trial that tells nothing is none: where in doubt, calls are run one by one.
 *
 * @param example - A request that the model answers, whose lengths the trial takes for the other axes.
 */
export async function probeBatch(model: Model, example: Tensors | undefined): Promise<BatchVerdict> {
  const declared = declaredProblem(model);
  if (declared) return { stacks: false, reason: declared };
  if (!example) return { stacks: false, reason: 'no example is answered that could be tried' };
  try {
    return await verdictOf(model, example);
  } catch (error) {
    return { stacks: false, reason: `a trial failed: ${asError(error).message}` };
  }
}

/** What a trial showed: that rows mix, that they do not, or nothing. */
type Finding =
  | { readonly kind: 'apart' }
  | { readonly kind: 'mixed'; readonly reason: string }
  | { readonly kind: 'nothing'; readonly reason: string };

async function verdictOf(model: Model, example: Tensors): Promise<BatchVerdict> {
  const first = await tryRows(model, example, 1);
  const longer = longerExample(model);
  const findings = [first, ...(longer ? [await tryOrNothing(model, longer, 1)] : [])];
  // Numbers of another size may get other classes.
  for (const scale of SCALES) {
    if (findings.every(({ kind }) => kind === 'nothing')) findings.push(await tryOrNothing(model, example, scale));
  }
  const mixed = findings.find((finding) => finding.kind === 'mixed');
  if (mixed) return { stacks: false, reason: mixed.reason };
  if (findings.some(({ kind }) => kind === 'apart')) return { stacks: true };
  return { stacks: false, reason: (first as Finding & { kind: 'nothing' }).reason };
}

/** Such lengths or numbers may be none that the model takes. */
function tryOrNothing(model: Model, example: Tensors, scale: number): Promise<Finding> {
  return tryRows(model, example, scale).catch(() => ({ kind: 'nothing', reason: 'a trial failed' }));
}

/** The first axis must be free in every input and output, under one name or under none. */
function declaredProblem({ inputs, outputs }: Model): string | undefined {
  if (inputs.length === 0) return 'it has no inputs';
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

/** A request with longer axes, where any is free behind the first. */
function longerExample({ inputs }: Model): Tensors | undefined {
  const hasFree = inputs.some(({ shape }) => shape.slice(1).some((axis) => typeof axis === 'string'));
  return hasFree ? zeroFeeds(inputs, SECOND_LENGTH, ELEMENTS_MAX) : undefined;
}

/** Runs three rows alone and together. */
async function tryRows(model: Model, example: Tensors, scale: number): Promise<Finding> {
  const rows = trialRows(example, scale);
  const alone: Tensors[] = [];
  for (const row of rows) alone.push(await model.run(row));
  const names = model.inputs.map(({ name }) => name);
  const together = await model.run(
    Object.fromEntries(names.map((name) => [name, stack(rows.map((row) => row[name] as Tensor))])),
  );
  let finding: Finding = { kind: 'nothing', reason: 'all rows of the trial give the same, which tells nothing' };
  let hidden: Finding | undefined;
  for (const { name, type } of model.outputs) {
    const verdict = compareRows(
      alone.map((outputs) => outputs[name] as Tensor),
      together[name] as Tensor,
      rowTolerance(model.executionProvider),
    );
    if (verdict.kind === 'different') return { kind: 'mixed', reason: `the output '${name}' ${verdict.reason}` };
    if (verdict.kind === 'same') finding = { kind: 'apart' };
    // The most likely class may well be the same for all rows; numbers that are the same for all hide something.
    else if (isFloatType(type as Dtype)) {
      hidden ??= {
        kind: 'nothing',
        reason: `the output '${name}' is the same for all rows of the trial, which tells nothing`,
      };
    }
  }
  return hidden ?? finding;
}
