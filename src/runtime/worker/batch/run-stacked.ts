import type { Tensor } from '../../../tensor.js';
import type { CallTensors } from './group-calls.js';
import { split, stack } from './stack.js';

/** Tensors by name: what a stacked run gives. */
type Outputs = Readonly<Record<string, Tensor>>;

/**
 * Runs several calls as one.
 *
 * @param calls - Each with one tensor per input, all with the rows that `group-calls.ts` has counted.
 * @returns What each call would have got alone.
 * @throws {Error} of the run, and if an output has not as many rows as the calls have together.
 */
export async function runStacked(
  run: (...tensors: Tensor[]) => unknown,
  calls: readonly CallTensors[],
): Promise<Outputs[]> {
  const [first] = calls as readonly [CallTensors];
  const rows = calls.map((tensors) => tensors[0]?.dims[0] as number);
  const total = rows.reduce((sum, count) => sum + count, 0);
  const outputs = (await run(...first.map((_, input) => stack(calls.map((call) => call[input] as Tensor))))) as Outputs;
  const results: Record<string, Tensor>[] = calls.map(() => ({}));
  for (const [name, output] of Object.entries(outputs)) {
    if (output.dims[0] !== total) {
      throw new Error(`the output '${name}' has ${output.dims[0]} rows for a batch of ${total}`);
    }
    for (const [i, part] of split(output, rows).entries()) (results[i] as Record<string, Tensor>)[name] = part;
  }
  return results;
}
