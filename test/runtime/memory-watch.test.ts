import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LimitedGroup } from '../../src/runtime/limits/cgroup.js';
import { MemoryWatch } from '../../src/runtime/memory-watch.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const MEBIBYTE = 2 ** 20;

describe('MemoryWatch', () => {
  let group: LimitedGroup;
  let said: string[];
  let watch: MemoryWatch;

  beforeEach(() => {
    group = { folder: temporaryFolder(), version: 2, limitBytes: 512 * MEBIBYTE };
    said = [];
    const processes = () =>
      new Map([
        ['front', 60 * MEBIBYTE],
        ['worker 12', 401 * MEBIBYTE],
      ]);
    watch = new MemoryWatch(group, processes, (message) => said.push(message));
  });

  function lookAt(charged: number, cached = 0): void {
    writeFileSync(join(group.folder, 'memory.current'), `${charged * MEBIBYTE}\n`);
    writeFileSync(join(group.folder, 'memory.stat'), `inactive_file ${cached * MEBIBYTE}\n`);
    watch.look();
  }

  it('says who takes how much, once, near the limit', () => {
    for (const used of [100, 460, 461, 470, 500]) lookAt(used);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain("461 of the container's 512 MiB are used (front 60, worker 12 401)");
  });

  it('does not take files that were read for memory in use', () => {
    lookAt(510, 200);
    expect(said).toEqual([]);
    lookAt(510, 40);
    expect(said).toHaveLength(1);
  });

  it('says it again only after memory has been far from the limit', () => {
    for (const used of [480, 440, 480]) lookAt(used);
    expect(said).toHaveLength(1);
    for (const used of [400, 480]) lookAt(used);
    expect(said).toHaveLength(2);
  });
});
