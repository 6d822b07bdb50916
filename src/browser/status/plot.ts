import { html, setAttributes, setText, svg } from './dom.js';
import { clock } from './format.js';
import { linearScale, logScale, type Scale } from './scale.js';
import type { Step } from './status-event.js';

/** One line, or one part of stacked bars. */
export interface Series {
  readonly name: string;
  /** Colours it. */
  readonly className: string;
  /** null: there is no value in this step. */
  readonly value: (step: Step) => number | null;
}

export interface PlotOptions {
  readonly title: string;
  /** What there is to know about the figures. */
  readonly note?: string;
  /** Round numbers are those of this unit. Default: 1. */
  readonly unit?: number;
  /** Bars are stacked, in the order of the series, from below. */
  readonly kind: 'bars' | 'lines';
  readonly scale: 'linear' | 'log';
  readonly series: readonly Series[];
  readonly format: (value: number | null) => string;
}

/** What is shown: the steps that there are, and how many there may be. */
export interface PlotData {
  readonly steps: readonly Step[];
  readonly stepsMax: number;
  readonly stepMs: number;
}

const HEIGHT = 140;
const LEFT = 52;
const RIGHT = 6;
const TOP = 8;
const BOTTOM = 20;
const X_TICKS = [1, 0.5, 0];

/** The last minutes of some figures. The newest step is at the right; those that the host has not seen yet are left free. */
export class Plot {
  readonly figure: HTMLElement;
  readonly #options: PlotOptions;
  readonly #svg: SVGSVGElement;
  readonly #time = html('span', { class: 'plot-time' });
  readonly #values: HTMLElement[] = [];
  readonly #grid = svg('g', { class: 'grid' });
  readonly #paths: SVGPathElement[];
  readonly #cursor = svg('line', { class: 'cursor', y1: TOP, y2: HEIGHT - BOTTOM });
  #data: PlotData | undefined;
  #width = 0;
  #pointed: number | undefined;

  /** @param onPoint - Called with the number of the step that is pointed at: all plots show its figures. */
  constructor(options: PlotOptions, onPoint: (stepNumber: number | undefined) => void) {
    this.#options = options;
    this.#svg = svg('svg', { role: 'img', height: HEIGHT });
    this.#paths = options.series.map(({ className }) => svg('path', { class: `${options.kind} ${className}` }));
    this.#svg.append(this.#grid, ...this.#paths, this.#cursor);
    const legend = html('ul', { class: 'legend' });
    for (const { name, className } of options.series) {
      const value = html('b');
      this.#values.push(value);
      legend.append(html('li', {}, html('i', { class: className }), `${name} `, value));
    }
    const note = html('span', { class: 'note' }, options.note ?? '');
    const caption = html('figcaption', {}, html('h3', {}, options.title), note, this.#time);
    this.figure = html('figure', { class: 'card' }, caption, legend, this.#svg);
    this.#svg.addEventListener('pointermove', ({ offsetX }) => onPoint(this.#stepAt(offsetX)));
    this.#svg.addEventListener('pointerleave', () => onPoint(undefined));
    new ResizeObserver(([entry]) => this.#resize(entry?.contentRect.width ?? 0)).observe(this.#svg);
  }

  draw(data: PlotData): void {
    this.#data = data;
    if (this.#width > 0) this.#draw(data);
  }

  /** Shows the figures of a step in place of the newest. */
  point(stepNumber: number | undefined): void {
    this.#pointed = stepNumber;
    if (this.#data && this.#width > 0) this.#drawValues(this.#data);
  }

  #resize(width: number): void {
    if (Math.round(width) === this.#width) return;
    this.#width = Math.round(width);
    setAttributes(this.#svg, { viewBox: `0 0 ${this.#width} ${HEIGHT}` });
    if (this.#data) this.#draw(this.#data);
  }

  #draw(data: PlotData): void {
    const { series, kind } = this.#options;
    const values = series.map(({ value }) => data.steps.map(value));
    const scale = this.#scale(values);
    this.#drawGrid(scale, data);
    const draw = kind === 'bars' ? this.#bars(data, scale) : this.#line(data, scale);
    for (const [i, path] of this.#paths.entries()) setAttributes(path, { d: draw(values[i] as (number | null)[]) });
    this.#drawValues(data);
    const spanMin = (data.stepsMax * data.stepMs) / 60_000;
    setAttributes(this.#svg, {
      'aria-label': `${this.#options.title}, the last ${spanMin} minutes. ${this.#inWords(values)}`,
    });
  }

  #scale(values: readonly (readonly (number | null)[])[]): Scale {
    const { scale, kind, unit } = this.#options;
    if (scale === 'log') return logScale(values.flat().filter((value) => value !== null));
    if (kind === 'lines') return linearScale(Math.max(0, ...values.flat().map((value) => value ?? 0)), unit);
    const sums = (values[0] ?? []).map((_, i) => values.reduce((sum, of) => sum + (of[i] ?? 0), 0));
    return linearScale(Math.max(0, ...sums), unit);
  }

  #drawGrid(scale: Scale, { stepsMax, stepMs }: PlotData): void {
    const right = this.#width - RIGHT;
    const parts: SVGElement[] = [];
    for (const tick of scale.ticks) {
      const y = this.#y(scale, tick);
      const label = svg('text', { x: LEFT - 6, y: y + 4, 'text-anchor': 'end' });
      label.textContent = this.#options.format(tick);
      parts.push(svg('line', { x1: LEFT, x2: right, y1: y, y2: y }), label);
    }
    for (const part of X_TICKS) {
      const anchor = part === 1 ? 'start' : part === 0 ? 'end' : 'middle';
      const x = right - part * (right - LEFT);
      const label = svg('text', { x, y: HEIGHT - 4, 'text-anchor': anchor });
      label.textContent = part === 0 ? 'now' : `−${(part * stepsMax * stepMs) / 60_000} min`;
      parts.push(label);
    }
    this.#grid.replaceChildren(...parts);
  }

  /** Each series on top of those before it. */
  #bars({ steps, stepsMax }: PlotData, scale: Scale) {
    const bases = steps.map(() => 0);
    const width = ((this.#width - RIGHT - LEFT) / stepsMax) * 0.86;
    return (values: readonly (number | null)[]): string => {
      let path = '';
      for (const [i, value] of values.entries()) {
        if (!value) continue;
        const base = bases[i] as number;
        bases[i] = base + value;
        const [low, high] = [this.#y(scale, base), this.#y(scale, base + value)];
        // What is not nothing is seen.
        const height = Math.max(1, low - high);
        path += `M${this.#x(i).toFixed(1)} ${low.toFixed(1)}h${width.toFixed(2)}v${(-height).toFixed(1)}h${(-width).toFixed(2)}z`;
      }
      return path;
    };
  }

  /** With gaps where there is no value; a value between two gaps is a dot. */
  #line({ stepsMax }: PlotData, scale: Scale) {
    const half = (this.#width - RIGHT - LEFT) / stepsMax / 2;
    return (values: readonly (number | null)[]): string => {
      let path = '';
      for (const [i, value] of values.entries()) {
        if (value === null) continue;
        const [x, y] = [(this.#x(i) + half).toFixed(1), this.#y(scale, value).toFixed(1)];
        const isFirst = (values[i - 1] ?? null) === null;
        path += isFirst ? `M${x} ${y}h0` : `L${x} ${y}`;
      }
      return path;
    };
  }

  #drawValues({ steps, stepMs }: PlotData): void {
    const { series, format } = this.#options;
    const pointedAt = steps.findIndex(({ number }) => number === this.#pointed);
    const step = pointedAt < 0 ? steps.at(-1) : steps[pointedAt];
    for (const [i, node] of this.#values.entries()) setText(node, step ? format(series[i]?.value(step) ?? null) : '');
    const isPointed = pointedAt >= 0 && step !== undefined;
    setText(this.#time, isPointed ? `${clock(step.at - stepMs)} – ${clock(step.at)}` : '');
    const x = isPointed ? this.#x(pointedAt) + (this.#x(1) - this.#x(0)) / 2 : 0;
    setAttributes(this.#cursor, { x1: x, x2: x, class: isPointed ? 'cursor' : 'cursor hidden' });
  }

  /** For those who do not see the plot. */
  #inWords(values: readonly (readonly (number | null)[])[]): string {
    const { series, format } = this.#options;
    return series
      .map(({ name }, i) => {
        const known = (values[i] ?? []).filter((value) => value !== null);
        if (known.length === 0) return `${name}: nothing yet`;
        return `${name}: ${format(values[i]?.at(-1) ?? null)} now, at most ${format(Math.max(...known))}`;
      })
      .join('; ');
  }

  /** The left end of a step. */
  #x(i: number): number {
    const { steps, stepsMax } = this.#data as PlotData;
    return LEFT + ((this.#width - RIGHT - LEFT) * (stepsMax - steps.length + i)) / stepsMax;
  }

  #y(scale: Scale, value: number): number {
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * scale.at(value);
  }

  #stepAt(x: number): number | undefined {
    if (!this.#data) return undefined;
    const { steps, stepsMax } = this.#data;
    const slot = Math.floor(((x - LEFT) / (this.#width - RIGHT - LEFT)) * stepsMax);
    return steps[slot - (stepsMax - steps.length)]?.number;
  }
}
