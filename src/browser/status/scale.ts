/** Where values lie on an axis, and which of them are named on it. */
export interface Scale {
  readonly ticks: readonly number[];
  /** @returns 0 at the lower end to 1 at the upper. */
  at(value: number): number;
}

const STEPS = [1, 2, 5, 10];
/** A logarithmic axis with more ticks than that has only its powers of ten, or less. */
const LOG_TICKS_MAX = 4;

/** From zero to a round number. @param unit - What it is a round number of. */
export function linearScale(valueMax: number, unit = 1): Scale {
  const max = valueMax > 0 ? roundUp(valueMax / unit) * unit : unit;
  return { ticks: [0, max / 2, max], at: (value) => value / max };
}

/** From a round number to another, each factor taking the same room; for values above zero. */
export function logScale(values: readonly number[]): Scale {
  const [least, most] = values.length > 0 ? [Math.min(...values), Math.max(...values)] : [1, 10];
  const max = roundUp(most);
  const min = Math.min(roundDown(least), max / 10);
  const [low, high] = [Math.log(min), Math.log(max)];
  return { ticks: logTicks(min, max), at: (value) => (Math.log(value) - low) / (high - low) };
}

function logTicks(min: number, max: number): number[] {
  const isInside = (tick: number) => tick >= min * 0.999 && tick <= max * 1.001;
  const powers: number[] = [];
  for (let power = Math.floor(Math.log10(min)); 10 ** power <= max * 1.001; power++) powers.push(round(10 ** power));
  const fine = powers.flatMap((power) => [power, round(2 * power), round(5 * power)]).filter(isInside);
  if (fine.length <= LOG_TICKS_MAX) return fine;
  const coarse = powers.filter(isInside);
  const every = Math.ceil(coarse.length / LOG_TICKS_MAX);
  return coarse.filter((_, i) => i % every === 0);
}

/** The next of 1, 2, 5, 10, 20, … */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = STEPS.find((candidate) => candidate * power >= value * 0.9999) as number;
  return round(step * power);
}

function roundDown(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [...STEPS].reverse().find((candidate) => candidate * power <= value * 1.0001) as number;
  return round(step * power);
}

/** Without what is left over of computing with powers of ten. */
function round(value: number): number {
  return Number(value.toPrecision(1));
}
