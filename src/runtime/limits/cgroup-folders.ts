import { posix } from 'node:path';

/** A tree of cgroups: the one of version 2, or that of a controller of version 1. A machine may have both. */
export type Hierarchy = 'unified' | 'cpu' | 'memory';

/** What the kernel says of the process: the contents of its files in /proc/self. */
export interface ProcessFiles {
  /** /proc/self/cgroup: which cgroup the process is in, a line per hierarchy. */
  readonly cgroup: string;
  /** /proc/self/mountinfo: which part of each hierarchy can be seen, and where. Empty if it cannot be read. */
  readonly mountinfo: string;
}

/** A hierarchy, or several controllers that share one, where it can be seen. */
interface Mount {
  readonly hierarchies: readonly string[];
  /** The cgroup that lies at `point`: `/`, or that of the container where it has no namespace of its own. */
  readonly root: string;
  readonly point: string;
}

/** Where systemd and the container runtimes mount them. */
const usualMounts: readonly Mount[] = [
  { hierarchies: ['unified'], root: '/', point: '/sys/fs/cgroup' },
  { hierarchies: ['cpu'], root: '/', point: '/sys/fs/cgroup/cpu' },
  { hierarchies: ['memory'], root: '/', point: '/sys/fs/cgroup/memory' },
];

/** The folders of the cgroup that the process is in and of all its ancestors, as far up as they can be seen. */
export function cgroupFolders(hierarchy: Hierarchy, { cgroup, mountinfo }: ProcessFiles): string[] {
  const path = pathIn(hierarchy, cgroup);
  if (path === undefined) return [];
  const mounts = mountinfo === '' ? usualMounts : mountinfo.split('\n').flatMap(mountOf);
  // A hierarchy may be mounted twice, and the part that is seen of it may not be ours.
  return mounts.filter(({ hierarchies }) => hierarchies.includes(hierarchy)).flatMap((mount) => wayUp(path, mount));
}

/** A line is `ID:CONTROLLERS:PATH`. Version 2 names no controllers: `0::PATH`. */
const MEMBERSHIP = /^\d+:([^:]*):(\/.*)$/;

function pathIn(hierarchy: Hierarchy, cgroup: string): string | undefined {
  for (const line of cgroup.split('\n')) {
    const [, controllers = '', path] = MEMBERSHIP.exec(line) ?? [];
    const hierarchies = controllers === '' ? ['unified'] : controllers.split(',');
    if (hierarchies.includes(hierarchy)) return path;
  }
  return undefined;
}

/** Fields before the hyphen: id, parent, device, root, mount point, …; behind it: type, source, options. */
const MOUNT = /^\d+ \d+ \S+ (\S+) (\S+) .*? - (cgroup2?) \S+ (\S+)/;

function mountOf(line: string): Mount[] {
  const [, root, point, type, options = ''] = MOUNT.exec(line) ?? [];
  if (root === undefined || point === undefined) return [];
  const hierarchies = type === 'cgroup2' ? ['unified'] : options.split(',');
  return [{ hierarchies, root: unescaped(root), point: unescaped(point) }];
}

/** The kernel writes blanks and backslashes as three octal digits. */
function unescaped(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

function wayUp(path: string, { root, point }: Mount): string[] {
  const names = namesBelow(root, path);
  return names ? [...names.keys(), names.length].map((count) => posix.join(point, ...names.slice(0, count))) : [];
}

/** The names from one cgroup down to another; undefined if it is not below. */
function namesBelow(root: string, path: string): string[] | undefined {
  const from = root === '/' ? '' : root;
  if (path !== root && !path.startsWith(`${from}/`)) return undefined;
  const names = path.slice(from.length).split('/').filter(Boolean);
  // A process that was moved out of its namespace: its cgroup cannot be seen from here.
  return names.includes('..') ? undefined : names;
}
