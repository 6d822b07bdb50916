import { describe, expect, it } from 'vitest';
import { memoryGroup } from '../../../src/runtime/limits/memory-limit.js';
import { memoryCharged, memoryUsed, oomKills } from '../../../src/runtime/limits/memory-use.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { v1Machine, v2Machine } from './machines.js';

const LIMIT = '536870912';

const v2 = v2Machine('/', {
  'memory.max': `${LIMIT}\n`,
  'memory.current': '400000000\n',
  'memory.stat': 'anon 300000000\nfile 90000000\nactive_file 40000000\ninactive_file 50000000\nslab 1\n',
  'memory.events': 'low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 0\n',
});
const v1 = v1Machine('/', '/', {
  'memory/memory.limit_in_bytes': `${LIMIT}\n`,
  'memory/memory.usage_in_bytes': '400000000\n',
  'memory/memory.stat': 'cache 1\ninactive_file 7\ntotal_cache 1\ntotal_inactive_file 50000000\n',
  'memory/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 2\n',
});

describe.each([
  ['version 2', v2],
  ['version 1', v1],
])('a container with cgroups of %s', (_, files) => {
  const group = memoryGroup(temporaryFolder(files))!;

  it('tells what is charged, and what is in use: without files that can be read again', () => {
    expect(group.limitBytes).toBe(Number(LIMIT));
    expect(memoryCharged(group)).toBe(400_000_000);
    expect(memoryUsed(group)).toBe(350_000_000);
  });

  it('counts the processes that the kernel has ended', () => expect(oomKills(group)).toBe(2));
});

it('takes what cannot be read for nothing', () => {
  const group = memoryGroup(temporaryFolder(v2Machine('/', { 'memory.max': LIMIT })))!;
  expect([memoryCharged(group), memoryUsed(group), oomKills(group)]).toEqual([0, 0, 0]);
});

it('takes the tightest of the cgroups around the process', () => {
  const files = v2Machine('/pod/container', {
    'pod/container/memory.max': 'max\n',
    'pod/memory.max': `${LIMIT}\n`,
    'pod/memory.current': '5\n',
    'pod/container/memory.current': '3\n',
  });
  expect(memoryCharged(memoryGroup(temporaryFolder(files))!)).toBe(5);
});
