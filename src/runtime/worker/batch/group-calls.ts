import type { Tensor } from '../../../tensor.js';
import { stackingKey } from './stack.js';

/** The tensors of a call, one per input. */
export type CallTensors = readonly Tensor[];

/** Calls that are run as one: indices into the batch they came in. */
export interface Group {
  readonly calls: number[];
  rows: number;
}

/**
 * Puts calls together that can be stacked: of the same shapes but for the first axis, and of no more rows than a run may
 * take. A call whose inputs have different numbers of rows, or none, runs alone, as does one that is larger by itself.
 *
 * @param batch - Calls in the order of their arrival; `undefined` for one that is not to be run.
 */
export function groupCalls(batch: readonly (CallTensors | undefined)[], rowsMax: number): Group[] {
  const groups: Group[] = [];
  const open = new Map<string, Group>();
  for (const [i, tensors] of batch.entries()) {
    if (tensors === undefined) continue;
    const rows = commonRows(tensors);
    if (rows === undefined) {
      groups.push({ calls: [i], rows: 0 });
      continue;
    }
    const key = stackingKey(tensors);
    const group = open.get(key);
    if (group && group.rows + rows <= rowsMax) {
      group.calls.push(i);
      group.rows += rows;
    } else {
      const fresh: Group = { calls: [i], rows };
      groups.push(fresh);
      open.set(key, fresh);
    }
  }
  return groups;
}

/** The length of the first axis, where all tensors have it, and have rows. */
function commonRows(tensors: CallTensors): number | undefined {
  const rows = tensors[0]?.dims[0];
  return rows && tensors.every(({ dims }) => dims[0] === rows) ? rows : undefined;
}
