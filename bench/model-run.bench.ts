// What does run() of a model of loadModel() cost a call above the bare run() of its session, with the same feeds? We aim
// for less than 10 µs with digits and dense-1k. Above that, SessionModel has to do less for each call: first its promises,
// then the checks of feeds that are tensors already. The bare session runs twice in each round: a difference as small as
// the one to itself is noise. Then it is held against a session that is created by hand with the same options: above a
// quarter, loadModel() creates its own with others. Less may be where weights lie in memory: dense-1k has 25 MB of them.
import { readFileSync } from 'node:fs';
import { InferenceSession } from 'onnxruntime-node';
import { machine, quantile } from './support/report.js';

const ROUNDS = Number(process.env.ROUNDS ?? 600);
const WARM_UP_ROUNDS = 24;
/** Short, so that what else the machine does in a round meets all of its slices alike. */
const SLICE_MS = 5;

const hostUrl = new URL('../../dist/index.js', import.meta.url).href;
const { loadModel, Tensor } = (await import(hostUrl)) as typeof import('../src/index.js');

type Feeds = Readonly<Record<string, InstanceType<typeof Tensor>>>;
type Runner = () => Promise<unknown>;

/** One thread: others would add the noise of waking them. The log level is the one of loadModel(). */
const sessionOptions = { intraOpNumThreads: 1, logSeverityLevel: 3 } as const;
const folder = new URL('../../test/fixtures/models/', import.meta.url).pathname;

console.log(machine());
console.log(
  `${ROUNDS} rounds, each with a slice of ${SLICE_MS} ms of all, in changing order; µs a call, differences by round\n`,
);
for (const name of ['diabetes', 'digits', 'dense-784', 'dense-1k']) {
  const path = `${folder}${name}.onnx`;
  const { model, session } = await loadWithSession(path);
  const byHand = await InferenceSession.create(path, sessionOptions);
  const feeds = oneRow(name, session);
  const bare: Runner = () => session.run(feeds);
  const [bareUs = [], againUs = [], modelUs = []] = await compare([bare, bare, () => model.run(feeds)]);
  // Not in the same rounds: each would push the other's weights out of the caches, and one of the others pays for it.
  const [itsUs = [], byHandUs = []] = await compare([bare, () => byHand.run(feeds)]);
  console.log(
    `${name.padEnd(9)} bare ${median(bareUs)}, model ${median(modelUs)}, created by hand ${median(byHandUs)}`,
  );
  console.log(`          model above bare:    ${difference(modelUs, bareUs)}`);
  console.log(`          bare above itself:   ${difference(againUs, bareUs)}`);
  console.log(`          by hand above bare:  ${difference(byHandUs, itsUs)}`);
  await Promise.all([model.release(), byHand.release()]);
}

/** A model and the session in it, caught as it is created: another would have its weights elsewhere in memory. */
async function loadWithSession(path: string) {
  const { create } = InferenceSession;
  let session: InferenceSession | undefined;
  InferenceSession.create = (async (...args: Parameters<typeof create>) => {
    session = await create.apply(InferenceSession, args);
    return session;
  }) as typeof create;
  const model = await loadModel(path, { sessionOptions });
  InferenceSession.create = create;
  if (session === undefined) throw new Error(`${path}: loadModel() created no session by InferenceSession.create()`);
  return { model, session };
}

function median(values: readonly number[]): string {
  return quantile(values, 0.5).toFixed(1);
}

/** The median with the bounds it keeps to in 19 of 20 repetitions, and the half of the rounds in the middle. */
function difference(us: readonly number[], bareUs: readonly number[]): string {
  const values = us.map((value, round) => value - (bareUs[round] as number));
  const at = (share: number) => quantile(values, share).toFixed(2);
  const around = 0.98 / Math.sqrt(values.length);
  return `${at(0.5)}, surely ${at(0.5 - around)} to ${at(0.5 + around)} (half of the rounds ${at(0.25)} to ${at(0.75)})`;
}

/** Microseconds a call of each runner, by round. The order turns around and changes its direction. */
async function compare(runners: readonly Runner[]): Promise<number[][]> {
  const [first] = runners as [Runner];
  const calls = Math.max(1, Math.round((1000 * SLICE_MS) / (await microsecondsPerCall(first, 20))));
  const times = runners.map((): number[] => []);
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    for (let turn = 0; turn < runners.length; turn++) {
      const i = (round + WARM_UP_ROUNDS + (round % 2 === 0 ? turn : runners.length - turn)) % runners.length;
      const us = await microsecondsPerCall(runners[i] as Runner, calls);
      if (round >= 0) times[i]?.push(us);
    }
  }
  return times;
}

async function microsecondsPerCall(run: Runner, calls: number): Promise<number> {
  const startedAt = performance.now();
  for (let i = 0; i < calls; i++) await run();
  return (1000 * (performance.now() - startedAt)) / calls;
}

/** The first row of the first recorded request of a model. All inputs of these models are float32. */
function oneRow(name: string, { inputMetadata }: InferenceSession): Feeds {
  const [recorded] = JSON.parse(readFileSync(`${folder}${name}.cases.json`, 'utf8')) as { inputs: Rows }[];
  return Object.fromEntries(
    inputMetadata.map((input) => {
      const row = Float32Array.from(recorded?.inputs[input.name]?.[0]?.flat(3) ?? []);
      const dims = input.isTensor ? input.shape.map((axis) => (typeof axis === 'number' ? axis : 1)) : [];
      return [input.name, new Tensor('float32', row, dims)];
    }),
  );
}

type Rows = Readonly<Record<string, readonly (number | number[])[][]>>;
