import { cpus } from 'node:os';

/** Where a figure was taken: it says nothing without it. */
export function machine(): string {
  const [cpu] = cpus();
  return `Node ${process.version}, ${cpus().length} × ${cpu?.model.trim()}`;
}

/** The value below which `share` of the sorted values lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number;
}

/**
 * `1.002 (0.991 to 1.013)`: the median, and between which values the true one lies with a chance of 95 % at the least, by the
 * sign test; with fewer than six values, all of them.
 */
export function medianInterval(values: readonly number[], digits = 3): string {
  const sorted = [...values].sort((a, b) => a - b);
  const count = sorted.length;
  let outside = 0;
  // How many of the values at either end may be left out.
  let from = 0;
  for (let chance = 0.5 ** count; 2 * (outside + chance) <= 0.05; from++) {
    outside += chance;
    chance *= (count - from) / (from + 1);
  }
  const place = Math.max(0, from - 1);
  const ends = [sorted[place], sorted[count - 1 - place]] as number[];
  const middle = ((sorted[(count - 1) >> 1] as number) + (sorted[count >> 1] as number)) / 2;
  return `${middle.toFixed(digits)} (${ends.map((end) => end.toFixed(digits)).join(' to ')})`;
}

/** `median 312 (290 to 340)`, in the unit of the values. */
export function spread(values: readonly number[], digits = 0): string {
  const at = (share: number) => quantile(values, share).toFixed(digits);
  return `median ${at(0.5)} (${at(0)} to ${at(1)})`;
}
