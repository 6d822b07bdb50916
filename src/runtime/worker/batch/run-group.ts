import { sharedMs } from '../../shared-clock.js';
import type { EntryModule } from '../entry/load-entry.js';
import type { BatchTimes } from '../frames.js';
import { type CallContext, noScope, StackedCalls } from '../request-context.js';
import { splitResult } from './split-result.js';
import { commonRows, rowsOf, type Stackable, stackInputs } from './stackable.js';

/** A call as it is run: its arguments, and who asks. */
export interface GroupCall {
  readonly args: readonly unknown[];
  readonly context: CallContext;
}

/** When `run` was called, and when it was at its end. */
type RunTimes = Pick<BatchTimes, 'stackedAtMs' | 'ranAtMs'>;

/**
 * Runs one call, or several that can be stacked as one.
 *
 * @param calls - At least one; several are those that `firstGroup()` found.
 * @param times - Is told when `run` was called, and when it was at its end.
 * @returns What each call gets, as if it had been alone.
 * @throws what the run throws, and {HostError} `RESULT_INVALID` if a batched run has not given a row for each of its input.
 */
export async function runGroup(
  { run, batch, contextless }: EntryModule,
  calls: readonly GroupCall[],
  times: RunTimes,
): Promise<readonly unknown[]> {
  const [{ args, context }, ...others] = calls as readonly [GroupCall, ...GroupCall[]];
  const isAlone = others.length === 0;
  // A model that is served by itself has made no promise: what it gives for one call is right.
  if (isAlone && !batch?.declared) {
    const scope = contextless ? noScope : context;
    return [await timed(times, () => scope.enter(() => run(...args)))];
  }
  const rows = placeCalls(calls);
  const inputs = isAlone ? args : stacked(calls);
  const scope = contextless ? noScope : new StackedCalls(calls.map((call) => call.context));
  const result = await timed(times, () => scope.enter(() => run(...inputs)));
  // With inputs of different lengths there is no number that the result could be held to.
  return isAlone && commonRows(args) === undefined ? [result] : splitResult(result, rows);
}

async function timed(times: RunTimes, run: () => unknown): Promise<unknown> {
  times.stackedAtMs = sharedMs();
  try {
    return await run();
  } finally {
    times.ranAtMs = sharedMs();
  }
}

/** Tells each call its place among the rows. */
export function placeCalls(calls: readonly GroupCall[]): number[] {
  let firstRow = 0;
  return calls.map(({ args, context }) => {
    const rows = rowsOf(args[0]) ?? 0;
    context.rows = rows;
    context.firstRow = firstRow;
    firstRow += rows;
    return rows;
  });
}

function stacked(calls: readonly GroupCall[]): Stackable[] {
  const [{ args }] = calls as readonly [GroupCall];
  return args.map((_, input) => stackInputs(calls.map((call) => call.args[input] as Stackable)));
}
