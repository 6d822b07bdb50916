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
 * Idle threads may spin only where they spin on CPUs that nobody else wants: there is one worker, and no quota.
 * - Workers beside each other do not have CPUs of their own: the kernel puts any thread on any of them, so a thread that
 *   spins takes turns with one that computes, even where there is a CPU for each.
 * - A quota counts time that was spun away like any other. Once it is used up the whole container stands still until the
 *   next period, up to 100 ms: a bad price for microseconds. A quota is enough, however large: with Node 22 and newer
 *   `available` is cut down to it, so that nothing tells whether it can ever be used up.
 *
 * One worker without a quota has no more threads than CPUs, so threads never outnumber CPUs where they spin.
 *
 * @param workers - Worker processes, 1 or more.
 */
export function threadPlan({ cpus, quota }: CpuLimit, workers: number): ThreadPlan {
  return {
    intraOpThreads: Math.max(1, Math.floor(cpus / workers)),
    allowSpinning: workers === 1 && quota === undefined,
  };
}
