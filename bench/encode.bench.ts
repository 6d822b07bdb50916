// What does it cost to turn a result into the bytes of its JSON? For float32 numbers we aim for twice the speed of
// JSON.stringify(Array.from(x)), which writes twice the bytes; plain results should cost little more than JSON.stringify.
// Below 1.5 times for 10 numbers, look at what a result costs besides its numbers.
import { writeJsonBytes } from '../src/schema/json/write.js';
import { machine, quantile, spread } from './support/report.js';

const ROUNDS = Number(process.env.RUNS ?? 25);
/** So much of each round that clock and collector do not show. */
const NUMBERS_A_ROUND = 200_000;

const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());

function softmax(length: number): Float32Array {
  const exponentials = Array.from({ length }, () => Math.exp(3 * normal()));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return Float32Array.from(exponentials, (value) => value / sum);
}

const kinds: Readonly<Record<string, (length: number) => Float32Array>> = {
  softmax,
  'normal(0, 1)': (length) => Float32Array.from({ length }, normal),
  '4 decimals': (length) => Float32Array.from({ length }, () => Math.round(Math.random() * 1e4) / 1e4),
};

console.log(machine());
console.log(`${ROUNDS} rounds, alternating, many different results a round; times of the fastest round\n`);
console.log('float32 numbers: stringify is Buffer.from(JSON.stringify(Array.from(x)))');
for (const [kind, numbers] of Object.entries(kinds)) {
  for (const length of [10, 1_000, 10_000]) {
    const results = Array.from({ length: NUMBERS_A_ROUND / length }, () => numbers(length));
    const { ours, theirs, ratios } = compare(
      results,
      (result) => writeJsonBytes(result),
      (result) => Buffer.from(JSON.stringify(Array.from(result))),
    );
    const perNumber = (ms: readonly number[]) => ((quantile(ms, 0) / NUMBERS_A_ROUND) * 1e6).toFixed(0).padStart(4);
    console.log(
      `${kind.padEnd(13)} x ${String(length).padEnd(6)} ${perNumber(ours)} ns, stringify ${perNumber(theirs)} ns a number; times as fast: ${spread(ratios, 2)}`,
    );
  }
}

interface Plain {
  readonly label: string;
  readonly top: readonly { readonly label: string; readonly score: number }[];
}

function plainResult(): Plain {
  const top = Array.from({ length: 5 }, (_, rank) => ({ label: `class ${rank}`, score: Math.random() }));
  return { label: `class ${Math.floor(Math.random() * 1000)}`, top };
}

console.log('\nplain results: stringify is Buffer.from(JSON.stringify(x))');
const plainKinds: Readonly<Record<string, () => unknown>> = {
  'five labels and scores': plainResult,
  '1,000 numbers': () => ({ predictions: Array.from({ length: 1_000 }, Math.random) }),
  '100 records': () => Array.from({ length: 100 }, plainResult),
};
for (const [kind, result] of Object.entries(plainKinds)) {
  const results = Array.from({ length: kind === 'five labels and scores' ? 10_000 : 200 }, result);
  const { ours, theirs, ratios } = compare(
    results,
    (value) => writeJsonBytes(value),
    (value) => Buffer.from(JSON.stringify(value)),
  );
  const each = (ms: readonly number[]) => ((quantile(ms, 0) / results.length) * 1e3).toFixed(2);
  console.log(`${kind.padEnd(24)} ${each(ours)} µs, stringify ${each(theirs)} µs; times as fast: ${spread(ratios, 2)}`);
}

/** Milliseconds a round of each, and how many times as fast the first is, round by round. */
function compare<T>(results: readonly T[], our: (result: T) => Buffer, their: (result: T) => Buffer) {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let warmUp = 0; warmUp < 3; warmUp++) {
    time(results, our);
    time(results, their);
  }
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(time(results, our));
    theirs.push(time(results, their));
  }
  return { ours, theirs, ratios: ours.map((ms, round) => (theirs[round] as number) / ms) };
}

function time<T>(results: readonly T[], encode: (result: T) => Buffer): number {
  const startedAt = performance.now();
  for (const result of results) encode(result);
  return performance.now() - startedAt;
}
