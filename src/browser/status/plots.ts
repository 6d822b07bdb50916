import { bytes, milliseconds, rate } from './format.js';
import { Plot, type PlotData, type PlotOptions, type Series } from './plot.js';
import type { CallCounts, Step } from './status-event.js';

const perSecond = (step: Step, count: number) => (count * 1000) / step.ms;

function calls(name: string, outcome: keyof CallCounts): Series {
  return { name, className: outcome, value: (step) => perSecond(step, step.calls[outcome]) };
}

const shown: readonly PlotOptions[] = [
  {
    title: 'Errors per second',
    kind: 'bars',
    scale: 'linear',
    series: [calls('5xx', 'failed'), calls('429', 'overload'), calls('other 4xx', 'refused')],
    format: (value) => rate(value ?? 0),
  },
  {
    title: 'Latency',
    note: 'logarithmic; estimated from buckets',
    kind: 'lines',
    scale: 'log',
    series: [
      { name: 'p50', className: 'p50', value: ({ latency }) => latency?.p50 ?? null },
      { name: 'p95', className: 'p95', value: ({ latency }) => latency?.p95 ?? null },
      { name: 'p99', className: 'p99', value: ({ latency }) => latency?.p99 ?? null },
    ],
    format: milliseconds,
  },
  {
    title: 'Calls per second',
    kind: 'bars',
    scale: 'linear',
    series: [
      calls('2xx', 'ok'),
      calls('4xx', 'refused'),
      calls('429', 'overload'),
      calls('5xx', 'failed'),
      calls('left', 'left'),
    ],
    format: (value) => rate(value ?? 0),
  },
  {
    title: 'Most calls at once',
    kind: 'lines',
    scale: 'linear',
    series: [
      { name: 'in flight', className: 'in-flight', value: ({ inFlightMax }) => inFlightMax },
      { name: 'of these waiting', className: 'waiting', value: ({ waitingMax }) => waitingMax },
    ],
    format: (value) => rate(value ?? 0),
  },
  {
    title: 'Calls per batch',
    kind: 'lines',
    scale: 'linear',
    series: [
      {
        name: 'mean',
        className: 'batches',
        value: ({ batches, batchCalls }) => (batches === 0 ? null : batchCalls / batches),
      },
    ],
    format: (value) => (value === null ? '–' : rate(value)),
  },
  {
    title: 'Memory',
    kind: 'lines',
    scale: 'linear',
    series: [{ name: 'all processes', className: 'memory', value: ({ residentBytes }) => residentBytes }],
    unit: 2 ** 20,
    format: (value) => (value ? bytes(value) : '0'),
  },
];

/** All plots; what is pointed at in one is pointed at in all. */
export class Plots {
  readonly #plots: readonly Plot[];

  constructor(container: Element) {
    const onPoint = (stepNumber: number | undefined) => {
      for (const plot of this.#plots) plot.point(stepNumber);
    };
    this.#plots = shown.map((options) => new Plot(options, onPoint));
    container.append(...this.#plots.map(({ figure }) => figure));
  }

  draw(data: PlotData): void {
    for (const plot of this.#plots) plot.draw(data);
  }
}
