import { existsSync, readFileSync } from 'node:fs';
import type { HostProcess } from './host-process.js';

/** Memory and children can be read: Linux only. */
export const hasProc = existsSync('/proc/self/smaps_rollup');

/** The worker processes of a host. */
export function workerPids({ child: { pid } }: HostProcess): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

/** The process of a host that writes what is collected, if there is one. */
export function writerPid(host: HostProcess): number | undefined {
  return workerPids(host).find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('collect/writer'));
}

/** Bytes of memory that a process keeps resident, and shares with nobody. */
export function privateBytes(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return [...rollup.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm)].reduce(
    (sum, [, kB]) => sum + Number(kB) * 1024,
    0,
  );
}

/** What front and workers keep resident together. */
export function hostBytes(host: HostProcess): number {
  return [host.child.pid as number, ...workerPids(host)].reduce((sum, pid) => sum + privateBytes(pid), 0);
}
