import { join } from 'node:path';
import { type LimitedGroup, textOf } from './cgroup.js';

/** The names of the same things in both versions of cgroups. */
const FILES = {
  1: { used: 'memory.usage_in_bytes', cache: /^total_inactive_file (\d+)$/m, oomKills: 'memory.oom_control' },
  2: { used: 'memory.current', cache: /^inactive_file (\d+)$/m, oomKills: 'memory.events' },
} as const;

/** The bytes of a cgroup that count towards its limit. */
export function memoryCharged({ folder, version }: LimitedGroup): number {
  return Number(textOf(join(folder, FILES[version].used)));
}

/**
 * The bytes that the processes of a cgroup use and cannot do without: files that were read and lie in memory since then are
 * dropped by the kernel before it kills anyone. This is what Kubernetes calls the working set.
 */
export function memoryUsed(group: LimitedGroup): number {
  const { folder, version } = group;
  const [, cache = '0'] = FILES[version].cache.exec(textOf(join(folder, 'memory.stat'))) ?? [];
  return Math.max(0, memoryCharged(group) - Number(cache));
}

/** How many processes of the cgroup the kernel has killed, because its memory was used up. */
export function oomKills({ folder, version }: LimitedGroup): number {
  const [, count = '0'] = /^oom_kill (\d+)$/m.exec(textOf(join(folder, FILES[version].oomKills))) ?? [];
  return Number(count);
}
