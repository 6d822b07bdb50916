import type { Result } from './measure.js';
import { addedUs, median, ofBare, ofLimit } from './ratios.js';

interface Aim {
  readonly text: string;
  readonly key: string;
  readonly connections: number;
  /** Of the rounds; none where nothing was measured. */
  readonly values: (result: Result) => readonly number[];
  readonly wanted: number;
  readonly better: 'more' | 'less';
  readonly digits: number;
}

const aims: readonly Aim[] = [
  {
    ...{ text: '10 floats, of limit', key: 'a', connections: 32, wanted: 0.95, better: 'more', digits: 2 },
    values: (result) => ofLimit(result, 'host'),
  },
  {
    ...{ text: '784 floats, of limit', key: 'b', connections: 32, wanted: 1.4, better: 'more', digits: 2 },
    values: (result) => ofLimit(result, 'host'),
  },
  {
    ...{ text: 'dense-1k, rows/s of session.run()', key: 'c', connections: 32, wanted: 0.9, better: 'more', digits: 2 },
    values: ofBare,
  },
  {
    ...{ text: '3x224x224 as .npy, of limit', key: 'e', connections: 32, wanted: 2, better: 'more', digits: 2 },
    values: (result) => ofLimit(result, 'host, .npy'),
  },
  {
    ...{ text: 'µs above limit and run, 10 floats', key: 'a', connections: 1, wanted: 150, better: 'less', digits: 0 },
    values: addedUs,
  },
];

/** A line for each aim. */
export function aimLines(results: readonly Result[]): string[] {
  return aims.map(({ text, key, connections, values, wanted, better, digits }) => {
    const result = results.find((one) => one.case.key === key && one.connections === connections);
    const measured = result ? values(result) : [];
    const aim = `aim: ${text.padEnd(34)} at ${better === 'more' ? 'least' : 'most '} ${wanted.toFixed(digits).padStart(4)}`;
    if (measured.length === 0) return `${aim}, not measured`;
    const value = median(measured);
    const isMet = better === 'more' ? value >= wanted : value <= wanted;
    return `${aim}, measured ${value.toFixed(digits).padStart(4)}: ${isMet ? 'met' : 'missed'}`;
  });
}
