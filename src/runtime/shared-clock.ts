/**
 * What `performance.now()` of this process lacks to the monotonic clock of the kernel, which all processes share. The first look
 * at a clock takes milliseconds, and a process may lose its core between two: of some, the one with the least time between counts.
 */
const OFFSET_MS = Math.max(
  ...Array.from({ length: 5 }, () => Number(process.hrtime.bigint()) / 1e6 - performance.now()),
);

/** The time in milliseconds on the clock that all processes of a machine share. */
export function sharedMs(): number {
  return performance.now() + OFFSET_MS;
}

/** A time on the shared clock as `performance.now()` of this process has it. */
export function ownMs(sharedMs: number): number {
  return sharedMs - OFFSET_MS;
}
