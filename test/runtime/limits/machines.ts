/** A folder that stands for `/`, as cgroups of each layout show it: contents by path. */
type Files = Readonly<Record<string, string>>;

const line = (root: string, point: string, type: string, options: string) =>
  `31 23 0:28 ${root} ${point} ro,nosuid,nodev,noexec,relatime - ${type} ${type} rw${options}\n`;

const below = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content]));

/** Only version 2. @param path - The cgroup of the process: `/` in a container with a namespace of its own. */
export function v2Machine(path: string, files: Files): Files {
  return {
    'proc/self/cgroup': `0::${path}\n`,
    'proc/self/mountinfo': line('/', '/sys/fs/cgroup', 'cgroup2', ',nsdelegate'),
    ...below('sys/fs/cgroup', files),
  };
}

/** Only version 1, the two controllers mounted apart. @param root - The cgroup whose part of the tree can be seen. */
export function v1Machine(path: string, root: string, files: Files): Files {
  return {
    'proc/self/cgroup': `9:name=systemd:${path}\n5:cpu,cpuacct:${path}\n4:memory:${path}\n`,
    'proc/self/mountinfo':
      line(root, '/sys/fs/cgroup/systemd', 'cgroup', ',name=systemd') +
      line(root, '/sys/fs/cgroup/cpu,cpuacct', 'cgroup', ',cpu,cpuacct') +
      line(root, '/sys/fs/cgroup/memory', 'cgroup', ',memory'),
    ...below('sys/fs/cgroup', files),
  };
}

/** Both: the controllers in version 1, and version 2 without them, in which systemd keeps its processes. */
export function hybridMachine(path: string, files: Files): Files {
  const v1 = v1Machine(path, '/', files);
  return {
    ...v1,
    'proc/self/cgroup': `${v1['proc/self/cgroup']}0::${path}\n`,
    'proc/self/mountinfo': line('/', '/sys/fs/cgroup/unified', 'cgroup2', ',nsdelegate') + v1['proc/self/mountinfo'],
  };
}
