import { asError } from '../../../errors.js';
import type { Model, Tensors } from '../../models/model.js';
import { zeroFeeds } from '../../models/zero-feeds.js';

/** A request, and what the model answers. */
export interface ModelExample {
  /** undefined if it would make megabytes of a document. */
  readonly inputs: Tensors | undefined;
  /** undefined if the model answers no request that could be thought of. */
  readonly outputs: Tensors | undefined;
}

/** Lengths that free axes behind the first are tried with: most models take any, some need room for a kernel. */
const FREE_LENGTHS = [1, 2, 4, 8, 16, 32, 64, 128, 224, 256];
const ELEMENTS_MAX = 2 ** 20;

/** The first request of one row of zeros that the model answers, so that its documents show one that works. */
export async function findExample(model: Model): Promise<ModelExample> {
  const isFree = (axis: number | string, i: number) => i > 0 && typeof axis === 'string';
  const lengths = model.inputs.some(({ shape }) => shape.some(isFree)) ? FREE_LENGTHS : [1];
  let first: { readonly inputs: Tensors; readonly error: unknown } | undefined;
  for (const length of lengths) {
    const inputs = zeroFeeds(model.inputs, length, ELEMENTS_MAX);
    if (!inputs) break;
    try {
      return { inputs, outputs: await model.run(inputs) };
    } catch (error) {
      first ??= { inputs, error };
    }
  }
  if (first)
    console.warn(
      `No request of zeros is answered by the model, so that the example is untried: ${asError(first.error).message}`,
    );
  return { inputs: first?.inputs, outputs: undefined };
}
