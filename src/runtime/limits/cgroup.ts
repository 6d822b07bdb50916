import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupFolders, type Hierarchy, type ProcessFiles } from './cgroup-folders.js';

/** What the cgroups of the process allow it; undefined where they set no limit. */
export interface CgroupLimits {
  /** CPUs' worth of time, whole or not: at 0.5 the process stands still for half of each period. */
  readonly cpus: number | undefined;
  readonly memoryBytes: number | undefined;
}

/**
 * Reads the limits of the cgroup that the process is in, of version 1, 2 or both. Those of its ancestors hold, too: the
 * smallest wins. What cannot be read or understood is no limit, never an error.
 *
 * Node's own `process.constrainedMemory()` does not do: it knows neither ancestors nor where a hierarchy is mounted.
 *
 * @param root - A folder that stands for `/`, for tests.
 * @see https://docs.kernel.org/admin-guide/cgroup-v2.html and cgroup-v1/
 */
export function cgroupLimits(root = '/'): CgroupLimits {
  const files = processFiles(root);
  const cpus = (hierarchy: Hierarchy, read: (folder: string) => number | undefined) =>
    cgroupFolders(hierarchy, files).map((folder) => read(join(root, folder)));
  // A controller belongs to one version at a time, and has no files in the hierarchy of the other.
  return {
    cpus: smallest([...cpus('unified', cpusOfV2), ...cpus('cpu', cpusOfV1)]),
    memoryBytes: tightestMemoryGroup(root)?.limitBytes,
  };
}

/** A cgroup that limits memory. */
export interface LimitedGroup {
  /** Where its files are. */
  readonly folder: string;
  readonly version: 1 | 2;
  readonly limitBytes: number;
}

/**
 * Of the cgroups that hold the process the one with the smallest memory limit; undefined if none has one.
 *
 * @param root - A folder that stands for `/`, for tests.
 */
export function tightestMemoryGroup(root = '/'): LimitedGroup | undefined {
  const files = processFiles(root);
  const groups = (hierarchy: Hierarchy, version: 1 | 2, limitOf: (folder: string) => number | undefined) =>
    cgroupFolders(hierarchy, files).flatMap((name): LimitedGroup[] => {
      const folder = join(root, name);
      const limitBytes = limitOf(folder);
      return limitBytes === undefined ? [] : [{ folder, version, limitBytes }];
    });
  const all = [...groups('unified', 2, memoryOfV2), ...groups('memory', 1, memoryOfV1)];
  return all.sort((a, b) => a.limitBytes - b.limitBytes)[0];
}

function processFiles(root: string): ProcessFiles {
  return {
    cgroup: textOf(join(root, 'proc/self/cgroup')),
    mountinfo: textOf(join(root, 'proc/self/mountinfo')),
  };
}

function cpusOfV2(folder: string): number | undefined {
  const [quotaUs, periodUs] = amountsIn(folder, 'cpu.max');
  return ratio(quotaUs, periodUs);
}

function cpusOfV1(folder: string): number | undefined {
  const [quotaUs] = amountsIn(folder, 'cpu.cfs_quota_us');
  const [periodUs] = amountsIn(folder, 'cpu.cfs_period_us');
  return ratio(quotaUs, periodUs);
}

function memoryOfV2(folder: string): number | undefined {
  // Above `high` nobody is killed, but all are slowed down until memory is free again: no place to live.
  return smallest([...amountsIn(folder, 'memory.max'), ...amountsIn(folder, 'memory.high')]);
}

function memoryOfV1(folder: string): number | undefined {
  return smallest(amountsIn(folder, 'memory.limit_in_bytes'));
}

/** The amounts that a file lists. `max`, and -1 in version 1, are none; so is 0, under which nothing could run. */
function amountsIn(folder: string, file: string): (number | undefined)[] {
  return textOf(join(folder, file))
    .trim()
    .split(/\s+/)
    .map((text) => (/^\d{1,20}$/.test(text) ? Number(text) || undefined : undefined));
}

function ratio(amount: number | undefined, of: number | undefined): number | undefined {
  return amount === undefined || of === undefined ? undefined : amount / of;
}

function smallest(amounts: readonly (number | undefined)[]): number | undefined {
  const known = amounts.filter((amount) => amount !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** Empty if it cannot be read. */
export function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
