import { canFollow, commonRows } from './stackable.js';

/** A call of a batch: the arguments that `run` is to be given; none where its input was refused. */
interface ReadCall {
  readonly args?: readonly unknown[] | undefined;
}

/**
 * The first call of a batch that can be run, and those that can be stacked with it, in the order of their arrival: of the
 * same shapes but for the first axis, and of no more rows together than a run may take. A call whose inputs have
 * different numbers of rows, or none, runs alone, as does one that is larger by itself.
 *
 * @returns Indices into the batch, ascending; none if no call can be run.
 */
export function firstGroup(batch: readonly ReadCall[], rowsMax: number): number[] {
  const lead = batch.findIndex(({ args }) => args !== undefined);
  if (lead < 0) return [];
  const group = [lead];
  const first = batch[lead]?.args as readonly unknown[];
  let rows = commonRows(first);
  if (!rows) return group;
  for (let i = lead + 1; i < batch.length; i++) {
    const next = batch[i]?.args;
    const more = next && commonRows(next);
    if (!more || !areStackable(first, next, rows)) continue;
    if (rows + more > rowsMax) break; // later ones do not overtake it
    group.push(i);
    rows += more;
  }
  return group;
}

function areStackable(first: readonly unknown[], next: readonly unknown[], rowsBefore: number): boolean {
  for (let i = 0; i < first.length; i++) if (!canFollow(first[i], next[i], rowsBefore)) return false;
  return true;
}
