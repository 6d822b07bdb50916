import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeCopyFolder } from '../../../../src/runtime/models/tensorflow/copy-folder.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

let temporary: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  temporary = temporaryFolder();
  vi.stubEnv('TMPDIR', temporary);
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function running(): ChildProcess {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  children.push(child);
  return child;
}

async function killedPid(): Promise<number> {
  const child = running();
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  return child.pid as number;
}

/** A folder as another process of the same parent would name its own, or one of `parent`. */
function folderOf(pid: number, parent = ownName()[1]): string {
  const folder = join(temporary, `scorehost-model-${parent}-${pid}-AbCdEf`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'saved_model.pb'), '');
  return folder;
}

function ownName(): readonly string[] {
  const name = basename(makeCopyFolder());
  return /^scorehost-model-([\d.]+)-(\d+)-\w{6}$/.exec(name) ?? expect.fail(name);
}

describe('the folder of a copy', () => {
  it('is empty, and names its parent and its process', () => {
    const folder = makeCopyFolder();
    expect(dirname(folder)).toBe(temporary);
    expect(readdirSync(folder)).toEqual([]);
    const [, parent, pid] = ownName();
    expect(parent?.split('.')[0]).toBe(String(process.ppid));
    expect(pid).toBe(String(process.pid));
  });

  it('comes in the place of what a process left that was killed', async () => {
    const original = join(temporary, 'variables');
    mkdirSync(original);
    writeFileSync(join(original, 'variables.index'), '');
    const left = folderOf(await killedPid());
    symlinkSync(original, join(left, 'variables'));
    makeCopyFolder();
    expect(existsSync(left)).toBe(false);
    expect(readdirSync(original), 'what the links of a copy lead to').toEqual(['variables.index']);
  });

  it('leaves those of processes that run', () => {
    const [own, other] = [makeCopyFolder(), folderOf(running().pid as number)];
    makeCopyFolder();
    expect([own, other].filter(existsSync)).toEqual([own, other]);
  });

  // Each container has a process 1, and may have the temporary folder in common with others.
  it('leaves those of another parent', async () => {
    const pid = await killedPid();
    const { ppid } = process;
    const folders = [`${ppid}0`, `${ppid}.1`, `1${ppid}`, '1'].map((parent) => folderOf(pid, parent));
    makeCopyFolder();
    expect(folders.filter(existsSync)).toEqual(folders);
  });

  it('leaves what is of another kind', () => {
    const [, parent] = ownName();
    const folders = [`scorehost-model-${parent}-x`, 'scorehost-model-AbCdEf', `other-${parent}-1`].map((name) =>
      join(temporary, name),
    );
    for (const folder of folders) mkdirSync(folder);
    makeCopyFolder();
    expect(folders.filter(existsSync)).toEqual(folders);
  });
});
