import type { CpuLimit } from './cpu-limit.js';

/** How the session of each worker uses its CPUs. */
export interface ThreadPlan {
  /** Threads that compute inside one node of a model, the calling one among them. */
  readonly intraOpThreads: number;
  /** Whether threads that have nothing to do look for work in a loop, which saves the microseconds of waking them. */
  readonly allowSpinning: boolean;
}

/**
 * Shares the CPUs out among the workers.
 *
 * Idle threads may spin only where they spin on CPUs that nobody else wants: there is one worker, no quota, and a CPU more than
 * threads.
 * - The front wants one. Under load on two CPUs, two threads that spin take it from the front and from each other: a fifth fewer
 *   calls, and three times the CPU time for each.
 * - Workers beside each other do not have CPUs of their own: the kernel puts any thread on any of them, so a thread that
 *   spins takes turns with one that computes, even where there is a CPU for each.
 * - A quota counts time that was spun away like any other. Once it is used up the whole container stands still until the
 *   next period, up to 100 ms: a bad price for microseconds. A quota is enough, however large: with Node 22 and newer
 *   `available` is cut down to it, so that nothing tells whether it can ever be used up.
 *
 * @param workers - Worker processes, 1 or more.
 * @param threads - Of each worker, where they are set. 0: they are not.
 */
export function threadPlan({ cpus, quota }: CpuLimit, workers: number, threads = 0): ThreadPlan {
  const intraOpThreads = threads || Math.max(1, Math.floor(cpus / workers));
  return { intraOpThreads, allowSpinning: workers === 1 && quota === undefined && intraOpThreads < cpus };
}
