// Does a process grow that loads, runs and releases models, or that runs one model for long? Beside it what
// onnxruntime-node does by itself: a leak of its own is not ours to close. We expect nothing. The heap tells a leak in
// JavaScript to a few bytes: from 50 bytes a round, or 100 in 1,000 runs, in the second half, take a heap snapshot. Native
// memory comes and goes in pages: it is a leak of ours from 1 kB a round, or 2 kB in 1,000 runs, above onnxruntime-node.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { hasProc } from '../test/support/processes.js';
import { machine } from './support/report.js';

const ROUNDS = Number(process.env.MODEL_ROUNDS ?? 10_000);
const RUNS = Number(process.env.MODEL_RUNS ?? 1_000_000);
const SAMPLES = 40;

interface Sample {
  readonly done: number;
  /** All of its memory. */
  readonly bytes: number;
  /** JavaScript's objects alone. */
  readonly heapBytes: number;
}

/** A model, of ours or of onnxruntime-node. */
interface Runnable {
  run(feeds: Record<string, Tensor>): Promise<unknown>;
  release(): Promise<void>;
}

const path = new URL('../../test/fixtures/models/diabetes.onnx', import.meta.url).pathname;
const hostUrl = new URL('../../dist/index.js', import.meta.url).href;
const sessionOptions = { intraOpNumThreads: 1, logSeverityLevel: 3 } as const;

const loaders: Readonly<Record<string, () => Promise<Runnable>>> = {
  'loadModel()': async () => {
    const { loadModel } = (await import(hostUrl)) as typeof import('../src/index.js');
    return loadModel(path, { sessionOptions });
  },
  'onnxruntime-node': () => InferenceSession.create(path, sessionOptions),
};

const tasks: Readonly<Record<string, (load: () => Promise<Runnable>) => Promise<Sample[]>>> = {
  async rounds(load) {
    return sampled(ROUNDS, async () => {
      const model = await load();
      await model.run(feeds());
      await model.release();
    });
  },
  async runs(load) {
    const model = await load();
    return sampled(RUNS, () => model.run(feeds()));
  },
};

function feeds() {
  return { data: new Tensor('float32', Float32Array.from({ length: 10 }, Math.random), [1, 10]) };
}

// Each in a process of its own, which is this file again.
const [, , child, task = '', loader = ''] = process.argv;
if (child === 'child') process.send?.(await tasks[task]?.(loaders[loader] as () => Promise<Runnable>));
else await main();

async function main(): Promise<void> {
  console.log(machine());
  console.log(
    `${hasProc ? 'anonymous' : 'resident'} memory and JavaScript's heap, after collections; slopes by least squares`,
  );
  await report('rounds', `load, run, release: ${ROUNDS} rounds`, 1, 'a round');
  await report('runs', `run: ${RUNS} runs`, 1_000, 'in 1,000 runs');
}

async function report(task: string, title: string, per: number, unit: string): Promise<void> {
  console.log(`\n${title}`);
  for (const loader of Object.keys(loaders)) {
    const samples = await inChild(task, loader);
    const secondHalf = samples.slice(samples.length / 2);
    for (const kind of ['bytes', 'heapBytes'] as const) {
      const megabytes = [0, 0.25, 0.5, 0.75, 1].map((share) => {
        const sample = samples[Math.round((samples.length - 1) * share)];
        return ((sample?.[kind] ?? 0) / 1e6).toFixed(2).padStart(6);
      });
      const [whole, half] = [samples, secondHalf].map((some) => (per * slope(some, kind)).toFixed(0));
      console.log(`  ${loader.padEnd(16)} ${kind === 'bytes' ? 'memory' : 'heap  '} ${megabytes.join(' → ')} MB`);
      console.log(`  ${''.padEnd(16)}        ${whole} bytes ${unit}, ${half} in the second half`);
    }
  }
}

async function inChild(task: string, loader: string): Promise<readonly Sample[]> {
  const child = fork(import.meta.filename, ['child', task, loader], { execArgv: ['--expose-gc'] });
  const exited = once(child, 'exit').then(([code]) =>
    Promise.reject(new Error(`${task} of ${loader} exited: ${code}`)),
  );
  const [samples] = await Promise.race([once(child, 'message'), exited]);
  exited.catch(() => {}); // it has answered
  child.disconnect();
  return samples as readonly Sample[];
}

async function sampled(count: number, step: () => Promise<unknown>): Promise<Sample[]> {
  const every = Math.max(1, Math.ceil(count / SAMPLES));
  await step(); // loads the libraries
  const samples = [await sample(0)];
  for (let done = 1; done <= count; done++) {
    await step();
    if (done % every === 0 || done === count) samples.push(await sample(done));
  }
  return samples;
}

async function sample(done: number): Promise<Sample> {
  // What native code holds is freed by finalizers, which run after the collection.
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await setImmediate();
  }
  const { heapUsed: heapBytes, rss } = process.memoryUsage();
  return { done, heapBytes, bytes: hasProc ? anonymousBytes() : rss };
}

/** Without the pages of libraries, which come and go with the other processes that have them. */
function anonymousBytes(): number {
  const [, kilobytes] = /^Anonymous:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/smaps_rollup', 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

/** Bytes by which one step more makes it grow: the straight line with the least squares. */
function slope(samples: readonly Sample[], kind: 'bytes' | 'heapBytes'): number {
  const mean = (of: (sample: Sample) => number) => samples.reduce((sum, one) => sum + of(one), 0) / samples.length;
  const [done, bytes] = [mean((one) => one.done), mean((one) => one[kind])];
  return mean((one) => (one.done - done) * (one[kind] - bytes)) / mean((one) => (one.done - done) ** 2);
}
