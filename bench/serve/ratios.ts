import { quantile } from '../support/report.js';
import type { Measurement, Result } from './measure.js';

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function medianOf(measurements: readonly Measurement[], key: keyof Measurement): number {
  return median(measurements.map((one) => one[key]));
}

/** How many times as many calls a server answers as the limit does, by round. */
export function ofLimit(result: Result, name: string): number[] {
  return quotients(byRound(result, name, 'perSecond'), byRound(result, 'limit', 'perSecond'));
}

/** The share of what the model does by itself, on as many rows at once: a call has one row. */
export function ofBare(result: Result): number[] {
  const rowsPerSecond = result.bare.map((one) => one.rowsPerSecond);
  return quotients(byRound(result, 'host', 'perSecond').slice(0, rowsPerSecond.length), rowsPerSecond);
}

/** Microseconds by which the host's answer to a lone caller is later than limit and bare run together, by round. */
export function addedUs(result: Result): number[] {
  const [ours, limits] = [byRound(result, 'host', 'p50Ms'), byRound(result, 'limit', 'p50Ms')];
  return result.bare.map(({ p50Ms }, round) => 1000 * ((ours[round] ?? 0) - (limits[round] ?? 0) - p50Ms));
}

function byRound({ measured }: Result, name: string, key: keyof Measurement): number[] {
  return (measured.get(name) ?? []).map((one) => one[key]);
}

function quotients(dividends: readonly number[], divisors: readonly number[]): number[] {
  return dividends.map((dividend, i) => dividend / (divisors[i] ?? Number.NaN));
}
