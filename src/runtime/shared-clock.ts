/** What `performance.now()` of this process lacks to the monotonic clock of the kernel, which all processes share. */
const OFFSET_MS = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** The time in milliseconds on the clock that all processes of a machine share. */
export function sharedMs(): number {
  return performance.now() + OFFSET_MS;
}

/** A time on the shared clock as `performance.now()` of this process has it. */
export function ownMs(sharedMs: number): number {
  return sharedMs - OFFSET_MS;
}
