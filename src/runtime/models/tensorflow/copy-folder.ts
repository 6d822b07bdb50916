import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A new temporary folder for the copy of a model, named `scorehost-model-PARENT-PID-…`.
 *
 * A process that is killed leaves its folder behind, so whichever comes next of the same parent clears up after it: among
 * the workers of a host that is the one in its place.
 */
export function makeCopyFolder(): string {
  const ofParent = `scorehost-model-${parentName()}-`;
  removeLeft(ofParent);
  return mkdtempSync(join(tmpdir(), `${ofParent}${process.pid}-`));
}

/**
 * The parent by its pid and, where the system says so, when it started: hosts in several containers may share the
 * temporary folder, each of them with the pid 1. The pids of their workers mean nothing here.
 */
function parentName(): string {
  const { ppid } = process;
  try {
    // Field 22 of proc(5), counted from the end of the name of the program, which may have spaces.
    const startTicks = readFileSync(`/proc/${ppid}/stat`, 'latin1').split(') ').at(-1)?.split(' ')[19];
    return `${ppid}.${startTicks}`;
  } catch {
    return String(ppid);
  }
}

function removeLeft(prefix: string): void {
  try {
    for (const name of readdirSync(tmpdir())) {
      const pid = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : 0;
      if (pid > 0 && isGone(pid)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
    }
  } catch {
    // What cannot be removed takes room, and stands in nobody's way.
  }
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
