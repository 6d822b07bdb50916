import { totalmem } from 'node:os';
import { type LimitedGroup, tightestMemoryGroup } from './cgroup.js';

/**
 * The bytes of memory that the container allows the process and all others in it together; undefined if it sets no limit.
 *
 * @param root - A folder that stands for `/`, for tests.
 */
export function memoryLimit(root?: string): number | undefined {
  return memoryGroup(root)?.limitBytes;
}

/**
 * The cgroup that sets that limit. One that the machine itself does not reach is none: version 1 of cgroups writes "none" as a
 * number near 2 to the 63rd.
 */
export function memoryGroup(root?: string): LimitedGroup | undefined {
  const group = tightestMemoryGroup(root);
  return group !== undefined && group.limitBytes < totalmem() ? group : undefined;
}
