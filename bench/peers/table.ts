import type { Slice } from '../support/load/load.js';
import { quantile } from '../support/report.js';
import type { Measured, PeerResult } from './measure.js';

const PROBLEM_CHARACTERS_MAX = 150;

/** Markdown: each server at many connections, and what a lone caller sees of it. */
export function peerTable(results: readonly PeerResult[], many: number): string {
  const rows = results.flatMap(({ title, byProcesses, limit }) =>
    byProcesses.map((one) => row(`${title} | ${one.processes}`, one, limit, many)),
  );
  return [
    '| server | processes | req/s | of limit | p50 ms | p99 ms | alone: p50 ms | p99 ms |',
    '| --- | --: | --: | --: | --: | --: | --: | --: |',
    ...rows,
    row('limit | 1', together(results.map(({ limit }) => limit)), undefined, many),
  ].join('\n');
}

function row(head: string, measured: Measured, limit: Measured | undefined, many: number): string {
  const { problem } = measured;
  const cells =
    problem === undefined ? figures(measured, limit, many) : [`failed: ${shortened(problem)}`, '', '', '', '', ''];
  return `| ${head} | ${cells.join(' | ')} |`;
}

function figures({ slices }: Measured, limit: Measured | undefined, many: number): string[] {
  const [ofMany, alone] = [slices.get(many) ?? [], slices.get(1) ?? []];
  const speeds = ofMany.map(perSecond);
  const limits = limit?.slices.get(many)?.map(perSecond) ?? speeds;
  const ratios = speeds.map((speed, round) => speed / (limits[round] ?? Number.NaN));
  return [
    Math.round(quantile(speeds, 0.5)).toLocaleString('en'),
    quantile(ratios, 0.5).toFixed(2),
    ...latencies(ofMany),
    ...latencies(alone),
  ];
}

function latencies(slices: readonly Slice[]): string[] {
  const of = (key: 'p50Ms' | 'p99Ms') =>
    quantile(
      slices.map((slice) => slice[key]),
      0.5,
    );
  return slices.length === 0 ? ['', ''] : [of('p50Ms').toFixed(2), of('p99Ms').toFixed(1)];
}

function perSecond({ requests, seconds }: Slice): number {
  return requests / seconds;
}

/** The limit ran beside each of the peers. */
function together(all: readonly Measured[]): Measured {
  const slices = new Map<number, Slice[]>();
  for (const one of all) {
    for (const [connections, more] of one.slices)
      slices.set(connections, [...(slices.get(connections) ?? []), ...more]);
  }
  return { processes: 1, slices };
}

function shortened(problem: string): string {
  const line = problem.trim().split('\n').at(-1) ?? '';
  return line.slice(0, PROBLEM_CHARACTERS_MAX).replaceAll('|', '/');
}
