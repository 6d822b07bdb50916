import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** Of the clock that Linux counts by, everywhere. */
const TICK_US = 10_000;
const IDLE_MS = 60;
const IDLE_MS_MAX = 10_000;

/** Microseconds that a process has computed for, user and system, all threads. It advances by 10 ms. */
export function cpuUs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [, userTicks, systemTicks] = /\) \S(?: \S+){10} (\d+) (\d+)/.exec(stat) ?? [];
  return (Number(userTicks) + Number(systemTicks)) * TICK_US;
}

export function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

/** Waits until processes have nothing left to do: the calls of a load that has ended may still be in them. */
export async function untilIdle(pids: readonly number[]): Promise<void> {
  const sum = () => pids.reduce((us, pid) => us + cpuUs(pid), 0);
  const deadline = Date.now() + IDLE_MS_MAX;
  for (let before = -1, now = sum(); now !== before && Date.now() < deadline; ) {
    await setTimeout(IDLE_MS);
    [before, now] = [now, sum()];
  }
}
