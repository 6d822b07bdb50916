import { totalmem } from 'node:os';
import { cgroupLimits } from './cgroup.js';

/**
 * The bytes of memory that the container allows the process and all others in it together; undefined if it sets no limit.
 * One that the machine itself does not reach is none: version 1 of cgroups writes "none" as a number near 2 to the 63rd.
 *
 * @param root - A folder that stands for `/`, for tests.
 */
export function memoryLimit(root?: string): number | undefined {
  const { memoryBytes } = cgroupLimits(root);
  return memoryBytes !== undefined && memoryBytes < totalmem() ? memoryBytes : undefined;
}
