import { describe, expect, it } from 'vitest';
import { cgroupLimits } from '../../../src/runtime/limits/cgroup.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { hybridMachine, v1Machine, v2Machine } from './machines.js';

const limitsOf = (files: Readonly<Record<string, string>>) => cgroupLimits(temporaryFolder(files));
const none = { cpus: undefined, memoryBytes: undefined };
const GIB = 2 ** 30;

describe('cgroupLimits() of version 2', () => {
  it('are those of a container with a namespace of its own', () => {
    const files = { 'cpu.max': '150000 100000\n', 'memory.max': `${GIB}\n`, 'memory.high': 'max\n' };
    expect(limitsOf(v2Machine('/', files))).toEqual({ cpus: 1.5, memoryBytes: GIB });
  });

  it('are none at the root of the machine, which has no such files', () => {
    expect(limitsOf(v2Machine('/', { 'cgroup.controllers': 'cpu memory\n' }))).toEqual(none);
  });

  it('are none where all say max', () => {
    const files = { 'a/cpu.max': 'max 100000\n', 'a/memory.max': 'max\n', 'a/memory.high': 'max\n' };
    expect(limitsOf(v2Machine('/a', files))).toEqual(none);
  });

  it('are those of the nested cgroup, where they are the smallest', () => {
    const files = { 'a/cpu.max': '400000 100000\n', 'a/b/cpu.max': '50000 100000\n', 'a/b/memory.max': `${GIB}\n` };
    expect(limitsOf(v2Machine('/a/b', files))).toEqual({ cpus: 0.5, memoryBytes: GIB });
  });

  it('are those of an ancestor that are smaller, each by itself', () => {
    const files = {
      'a/cpu.max': '200000 100000\n',
      'a/memory.max': `${4 * GIB}\n`,
      'a/b/memory.max': `${2 * GIB}\n`,
      'a/b/c/cpu.max': '300000 100000\n',
      'a/b/c/memory.max': 'max\n',
    };
    expect(limitsOf(v2Machine('/a/b/c', files))).toEqual({ cpus: 2, memoryBytes: 2 * GIB });
  });

  it('are not those of a cgroup beside or below', () => {
    const files = { 'a/memory.max': `${GIB}\n`, 'b/memory.max': '1000\n', 'a/c/cpu.max': '1000 100000\n' };
    expect(limitsOf(v2Machine('/a', files))).toEqual({ cpus: undefined, memoryBytes: GIB });
  });

  it('heed memory.high, above which the process is slowed down', () => {
    const files = { 'memory.max': `${2 * GIB}\n`, 'memory.high': `${GIB}\n` };
    expect(limitsOf(v2Machine('/', files)).memoryBytes).toBe(GIB);
  });

  it('count the time of a period of any length', () => {
    expect(limitsOf(v2Machine('/', { 'cpu.max': '5000 20000\n' })).cpus).toBe(0.25);
  });
});

describe('cgroupLimits() of version 1', () => {
  const PATH = '/docker/17c0';
  const files = {
    'cpu,cpuacct/cpu.cfs_quota_us': '250000\n',
    'cpu,cpuacct/cpu.cfs_period_us': '100000\n',
    'memory/memory.limit_in_bytes': `${GIB}\n`,
  };

  it('are those of a container without a namespace, whose mounts begin at its own cgroup', () => {
    expect(limitsOf(v1Machine(PATH, PATH, files))).toEqual({ cpus: 2.5, memoryBytes: GIB });
  });

  it('are those of a container with a namespace', () => {
    expect(limitsOf(v1Machine('/', '/', files))).toEqual({ cpus: 2.5, memoryBytes: GIB });
  });

  it('are those of an ancestor that are smaller', () => {
    const nested = {
      ...files,
      'cpu,cpuacct/a/cpu.cfs_quota_us': '-1\n',
      'cpu,cpuacct/a/cpu.cfs_period_us': '100000\n',
      'memory/a/memory.limit_in_bytes': `${2 * GIB}\n`,
    };
    expect(limitsOf(v1Machine('/a', '/', nested))).toEqual({ cpus: 2.5, memoryBytes: GIB });
  });

  it('are none at a quota of -1', () => {
    expect(limitsOf(v1Machine('/', '/', { ...files, 'cpu,cpuacct/cpu.cfs_quota_us': '-1\n' })).cpus).toBeUndefined();
  });

  it('are as huge as they are written', () => {
    const huge = { 'memory/memory.limit_in_bytes': '9223372036854771712\n' };
    expect(limitsOf(v1Machine('/', '/', huge)).memoryBytes).toBeGreaterThan(2 ** 62);
  });
});

describe('cgroupLimits() of both versions', () => {
  it('are those of the version that has the controllers', () => {
    const files = {
      'cpu,cpuacct/a/cpu.cfs_quota_us': '50000\n',
      'cpu,cpuacct/a/cpu.cfs_period_us': '100000\n',
      'memory/a/memory.limit_in_bytes': `${GIB}\n`,
      'unified/a/cgroup.controllers': '\n',
    };
    expect(limitsOf(hybridMachine('/a', files))).toEqual({ cpus: 0.5, memoryBytes: GIB });
  });

  it('may come from one version each', () => {
    const files = { 'memory/a/memory.limit_in_bytes': `${GIB}\n`, 'unified/a/cpu.max': '100000 100000\n' };
    expect(limitsOf(hybridMachine('/a', files))).toEqual({ cpus: 1, memoryBytes: GIB });
  });
});

describe('cgroupLimits() of what cannot be read or understood', () => {
  it('are none without /proc', () => expect(limitsOf({})).toEqual(none));

  it('are found in the usual place without /proc/self/mountinfo', () => {
    const files = { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': '50000 100000\n' };
    expect(limitsOf(files)).toEqual({ cpus: 0.5, memoryBytes: undefined });
  });

  it('are none of folders where files should be', () => {
    expect(limitsOf(v2Machine('/', { 'cpu.max/x': '', 'memory.max/x': '' }))).toEqual(none);
    expect(limitsOf({ 'proc/self/cgroup/x': '', 'proc/self/mountinfo/x': '' })).toEqual(none);
  });

  it('do not hide those of the other files', () => {
    const files = { 'a/memory.max': '?\n', 'memory.max': `${GIB}\n`, 'a/cpu.max/x': '', 'cpu.max': '100000 100000\n' };
    expect(limitsOf(v2Machine('/a', files))).toEqual({ cpus: 1, memoryBytes: GIB });
  });

  it.each([
    '',
    '\n',
    'many',
    '100000',
    '100000 0',
    '0 100000',
    '-1 100000',
    '1e5 100000',
    '0x10 100000',
    '100000 max',
    '\0',
  ])('are none: cpu.max %j', (text) => expect(limitsOf(v2Machine('/', { 'cpu.max': text }))).toEqual(none));

  it.each(['', '\n', '-1', '0', '1.5', '12k', 'Max', '9'.repeat(400)])('are none: memory %j', (text) => {
    expect(limitsOf(v2Machine('/', { 'memory.max': text }))).toEqual(none);
    expect(limitsOf(v1Machine('/', '/', { 'memory/memory.limit_in_bytes': text }))).toEqual(none);
  });

  it('are none of a quota without its period', () => {
    expect(limitsOf(v1Machine('/', '/', { 'cpu,cpuacct/cpu.cfs_quota_us': '50000\n' }))).toEqual(none);
  });
});
