import { availableParallelism } from 'node:os';
import { cgroupLimits } from './cgroup.js';

/** How many CPUs the process may use. */
export interface CpuLimit {
  /** The smaller of the two below. Above 0, and a fraction where the quota is one. */
  readonly cpus: number;
  /** CPUs' worth of time that the container allows, such as 0.5; undefined if it sets no limit. */
  readonly quota: number | undefined;
  /**
   * CPUs that the scheduler may put the process on. From Node 22 on it heeds quotas of cgroups v2, too, rounded down, but
   * never to 0: there `cpus` is 1 at 1.5, with Node 20 it is 1.5.
   */
  readonly available: number;
}

/** @param root - A folder that stands for `/`, for tests. */
export function cpuLimit(root?: string): CpuLimit {
  const available = availableParallelism();
  const { cpus: quota } = cgroupLimits(root);
  return { cpus: Math.min(available, quota ?? available), quota, available };
}
