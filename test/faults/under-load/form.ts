/** `npm run test:faults` runs the long form of each test; `npm test` the short one. */
export const isLong = process.env.FAULTS === 'long';

/** A size that depends on the form. */
export function inForm<T>(short: T, longer: T): T {
  return isLong ? longer : short;
}

/** Options of a test that runs for so many milliseconds, and may need as much again for what lies around it. */
export function lasting(ms: number) {
  return { timeout: 20_000 + 2 * ms };
}
