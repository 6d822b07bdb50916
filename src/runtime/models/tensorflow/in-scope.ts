import type { Tfjs, TfjsTensor } from './tfjs.js';

let last: Promise<unknown> = Promise.resolve();

/**
 * One of these at a time in a process: TensorFlow.js keeps its scopes on a stack, and who makes tensors while another's
 * scope is open loses them when it ends.
 */
export function alone<T>(task: () => Promise<T>): Promise<T> {
  const run = last.then(task);
  last = run.catch(() => {});
  return run;
}

/**
 * Runs what makes tensors between pauses, and leaves only those that it gives. `tidy()` of TensorFlow.js does this for
 * what has none.
 */
export function inScope(tfjs: Tfjs, task: () => Promise<readonly TfjsTensor[]>): Promise<readonly TfjsTensor[]> {
  return alone(async () => {
    tfjs.engine().startScope();
    try {
      return (await task()).map((tensor) => tfjs.keep(tensor));
    } finally {
      tfjs.engine().endScope();
    }
  });
}
