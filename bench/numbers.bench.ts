// How fast do numbers get from the bytes of a body into a tensor's array? Beside it, in the same run and by turns, what
// a host does at the least without our reader: the bytes to text, and JSON.parse, which is not a tensor yet. Below 1 we
// give the type and the length of numbers to JSON.parse.
import type { NumericType } from '../src/dtype.js';
import { readTensor } from '../src/schema/json/numbers/tensor-reader.js';
import { machine, quantile, spread } from './support/report.js';

const ROUNDS = 15;
const SLICE_MS = 40;

const shapes: Readonly<Record<string, readonly number[]>> = {
  '1x784': [1, 784],
  '100x100': [100, 100],
  '3x224x224': [3, 224, 224],
};
const numbers: Readonly<Record<string, { readonly make: () => string; readonly types: readonly NumericType[] }>> = {
  '4 digits': { make: () => Math.random().toFixed(4), types: ['float32', 'float64'] },
  '8 digits': { make: () => Math.random().toFixed(8), types: ['float32', 'float64'] },
  '17 digits': { make: () => String(Math.fround(Math.random())), types: ['float32', 'float64'] },
  'ints 0-255': { make: () => String(Math.floor(Math.random() * 256)), types: ['uint8', 'int64', 'float32'] },
};

/** Nested arrays with blanks behind the commas, as Python writes them. */
function nested(dims: readonly number[], make: () => string): string {
  const [length = 0, ...inner] = dims;
  return `[${Array.from({ length }, () => (inner.length === 0 ? make() : nested(inner, make))).join(', ')}]`;
}

/** Bytes per second of a function that reads a body, over one slice of time. */
function bytesPerSecond(body: Buffer, read: () => unknown): number {
  const startedAt = performance.now();
  let [times, elapsedMs] = [0, 0];
  do {
    for (let i = 0; i < 4; i++) read();
    times += 4;
    elapsedMs = performance.now() - startedAt;
  } while (elapsedMs < SLICE_MS);
  return (1000 * times * body.length) / elapsedMs;
}

console.log(machine());
for (const [what, { make, types }] of Object.entries(numbers)) {
  for (const [shape, dims] of Object.entries(shapes)) {
    const body = Buffer.from(nested(dims, make));
    const parse = () => JSON.parse(body.toString());
    const readers = types.map((type) => {
      // As a service has it: the first axis is free.
      const spec = { type, dims: dims.map((dim, axis) => (axis === 0 ? undefined : dim)) };
      return () => {
        if (readTensor(body, 0, spec).kind !== 'tensor') throw new Error(`${what} ${shape} is no ${type} tensor`);
      };
    });
    const parsed: number[] = [];
    const speeds = types.map((): number[] => []);
    const ratios = types.map((): number[] => []);
    for (let round = -2; round < ROUNDS; round++) {
      const baseline = bytesPerSecond(body, parse);
      readers.forEach((read, i) => {
        const speed = bytesPerSecond(body, read);
        if (round < 0) return; // warm-up
        speeds[i]?.push(speed / 1e6);
        ratios[i]?.push(speed / baseline);
      });
      if (round >= 0) parsed.push(baseline / 1e6);
    }
    const label = `${what.padEnd(10)} ${shape.padEnd(9)}`;
    types.forEach((type, i) => {
      const [speed, ratio] = [speeds[i] ?? [], ratios[i] ?? []];
      const parseSpeed = quantile(parsed, 0.5).toFixed(0);
      console.log(
        `${label} ${type.padEnd(7)} ${quantile(speed, 0.5).toFixed(0).padStart(4)} MB/s  JSON.parse ${parseSpeed.padStart(4)} MB/s  ratio ${spread(ratio, 2)}`,
      );
    });
  }
}
