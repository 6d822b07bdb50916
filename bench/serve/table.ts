import { spread } from '../support/report.js';
import { hostName } from './contestants.js';
import type { Measurement, Result } from './measure.js';
import { addedUs, median, medianOf, ofBare, ofLimit } from './ratios.js';

const columns = [
  { title: 'case', width: 22 },
  { title: 'conn.', width: 5 },
  { title: 'limit req/s', width: 11 },
  { title: 'by hand (of limit)', width: 18 },
  { title: 'scorehost (of limit, lowest to highest)', width: 39 },
  { title: 'p50 / p99 ms', width: 14 },
  { title: 'CPU µs, front + worker', width: 22 },
] as const;

const line = (cells: readonly string[]) =>
  `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(columns[i].width) : cell.padStart(columns[i]?.width ?? 0))).join(' | ')} |`;

export function tableHead(): string {
  const rule = `|${columns.map(({ width }, i) => `${'-'.repeat(width + 1)}${i === 0 ? '-' : ':'}`).join('|')}|`;
  return `${line(columns.map(({ title }) => title))}\n${rule}`;
}

/** A row for each variant of the host. */
export function tableRows(result: Result): string {
  const { measured, connections } = result;
  const of = (name: string) => measured.get(name) ?? [];
  return result.case.hosts
    .map((variant) => {
      const name = hostName(variant);
      const ratios = ofLimit(result, name);
      const [low, high] = [Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(2));
      return line([
        [result.case.title, variant.title].filter(Boolean).join(', '),
        String(connections),
        perSecond(of('limit')),
        `${perSecond(of('by hand'))} (${median(ofLimit(result, 'by hand')).toFixed(2)})`,
        `${perSecond(of(name))} (${median(ratios).toFixed(2)}, ${low} to ${high})`,
        `${medianOf(of(name), 'p50Ms').toFixed(2)} / ${medianOf(of(name), 'p99Ms').toFixed(1)}`,
        `${medianOf(of(name), 'frontUs').toFixed(0)} + ${medianOf(of(name), 'workerUs').toFixed(0)}`,
      ]);
    })
    .join('\n');
}

function perSecond(measurements: readonly Measurement[]): string {
  return Math.round(medianOf(measurements, 'perSecond')).toLocaleString('en');
}

/** What the model does by itself, beside what the host made of it. */
export function bareLine(result: Result): string | undefined {
  const { bare, connections } = result;
  if (bare.length === 0) return undefined;
  const p50Us = 1000 * median(bare.map(({ p50Ms }) => p50Ms));
  const parts = [
    `  session.run() by itself: ${p50Us.toFixed(0)} µs on ${bare.map(({ rows }) => rows).join(', ')} rows`,
  ];
  if (connections === 1) parts.push(`p50 above limit and it: ${spread(addedUs(result))} µs`);
  if (result.case.bare?.rows === 'batch') {
    const rowsPerSecond = median(bare.map((one) => one.rowsPerSecond));
    parts.push(
      `${Math.round(rowsPerSecond).toLocaleString('en')} rows/s, the host's of it: ${spread(ofBare(result), 2)}`,
    );
  }
  return parts.join('; ');
}
