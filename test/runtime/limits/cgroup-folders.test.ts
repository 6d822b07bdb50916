import { describe, expect, it } from 'vitest';
import { cgroupFolders } from '../../../src/runtime/limits/cgroup-folders.js';

const v2 = '30 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate\n';
/** A line of mountinfo for a controller of version 1. */
const v1 = (controllers: string, point: string, root = '/') =>
  `35 31 0:30 ${root} ${point} rw,nosuid,nodev,noexec,relatime shared:15 master:2 - cgroup cgroup rw,${controllers}\n`;
const others = '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard\n22 27 0:21 / /proc rw - proc proc rw\n';

describe('cgroupFolders() of version 2', () => {
  const mountinfo = others + v2;
  it.each([
    ['the mount itself at the root of a namespace', '0::/\n', ['/sys/fs/cgroup']],
    [
      'the mount and all folders on the way down',
      '0::/system.slice/host.service\n',
      ['/sys/fs/cgroup', '/sys/fs/cgroup/system.slice', '/sys/fs/cgroup/system.slice/host.service'],
    ],
    ['a name with a colon', '0::/a:b\n', ['/sys/fs/cgroup', '/sys/fs/cgroup/a:b']],
    ['nothing for a process that was moved out of its namespace', '0::/../b\n', []],
    ['nothing without a line for it', '4:memory:/\n', []],
  ])('is %s', (_, cgroup, folders) => expect(cgroupFolders('unified', { cgroup, mountinfo })).toEqual(folders));
});

describe('cgroupFolders() of version 1', () => {
  it('finds a controller that shares its hierarchy, under any name', () => {
    const files = { cgroup: '5:cpuacct,cpu:/a\n', mountinfo: v1('cpu,cpuacct', '/sys/fs/cgroup/cpu,cpuacct') };
    expect(cgroupFolders('cpu', files)).toEqual(['/sys/fs/cgroup/cpu,cpuacct', '/sys/fs/cgroup/cpu,cpuacct/a']);
  });

  it('takes no controller for another whose name begins alike', () => {
    const files = {
      cgroup: '2:cpuacct:/a\n3:cpuset:/b\n',
      mountinfo: v1('cpuacct', '/c/cpuacct') + v1('cpuset', '/c/s'),
    };
    expect(cgroupFolders('cpu', files)).toEqual([]);
  });

  it('takes no controller for the unified hierarchy', () => {
    const [ours, theirs] = ['0::/a\n', '4:memory:/a\n'];
    expect(cgroupFolders('unified', { cgroup: theirs, mountinfo: v2 })).toEqual([]);
    expect(cgroupFolders('unified', { cgroup: ours, mountinfo: v1('memory', '/m') })).toEqual([]);
    expect(cgroupFolders('memory', { cgroup: ours, mountinfo: v1('memory', '/m') })).toEqual([]);
  });

  it.each([
    ['the same cgroup', '/docker/17c0', ['/m']],
    ['one below it', '/docker/17c0/a', ['/m', '/m/a']],
    ['not one beside it whose name begins alike', '/docker/17c0ff', []],
    ['not one above it', '/docker', []],
  ])('cuts off what of the host is mounted: %s', (_, path, folders) => {
    const files = { cgroup: `4:memory:${path}\n`, mountinfo: v1('memory', '/m', '/docker/17c0') };
    expect(cgroupFolders('memory', files)).toEqual(folders);
  });

  it('takes the part of a hierarchy that is the own, where it is mounted twice', () => {
    const mountinfo = v1('memory', '/theirs', '/docker/b') + v1('memory', '/ours', '/docker/a');
    expect(cgroupFolders('memory', { cgroup: '4:memory:/docker/a\n', mountinfo })).toEqual(['/ours']);
  });

  it('finds none where the mount is from outside of the namespace: its names are hidden', () => {
    const files = { cgroup: '4:memory:/\n', mountinfo: v1('memory', '/m', '/..') };
    expect(cgroupFolders('memory', files)).toEqual([]);
  });

  it('reads the blanks and backslashes of a path', () => {
    const files = { cgroup: '4:memory:/my slice\\x/a\n', mountinfo: v1('memory', '/c\\040d', '/my\\040slice\\134x') };
    expect(cgroupFolders('memory', files)).toEqual(['/c d', '/c d/a']);
  });
});

describe('cgroupFolders() without /proc/self/mountinfo', () => {
  it.each([
    ['unified', ['/sys/fs/cgroup', '/sys/fs/cgroup/a']],
    ['cpu', ['/sys/fs/cgroup/cpu', '/sys/fs/cgroup/cpu/a']],
    ['memory', ['/sys/fs/cgroup/memory', '/sys/fs/cgroup/memory/a']],
  ] as const)('looks for %s where it usually is', (hierarchy, folders) => {
    const files = { cgroup: '5:cpu,cpuacct:/a\n4:memory:/a\n0::/a\n', mountinfo: '' };
    expect(cgroupFolders(hierarchy, files)).toEqual(folders);
  });
});

describe('cgroupFolders() of what it does not understand', () => {
  it.each(['', '\n', 'garbage', '::', '0::', '0::relative', 'x:memory:/a', '\0\0'])(
    'is none: /proc/self/cgroup %j',
    (cgroup) => {
      expect(cgroupFolders('unified', { cgroup, mountinfo: v2 })).toEqual([]);
      expect(cgroupFolders('memory', { cgroup, mountinfo: v1('memory', '/m') })).toEqual([]);
    },
  );

  it.each(['\n', 'garbage', '1 2 3 - cgroup', `x${v2}`, v2.replace(' - ', ' ')])(
    'is none: mountinfo %j',
    (mountinfo) => {
      expect(cgroupFolders('unified', { cgroup: '0::/\n', mountinfo })).toEqual([]);
    },
  );
});
