import { fileURLToPath } from 'node:url';
import { loadModel, type Model, Tensor } from 'scorehost';

const BUSY_MS = 5_000;
let model: Model;
/** Steps of the model's loop in 5 s. */
let steps = 100_000n;

export async function init() {
  model = await loadModel(fileURLToPath(new URL('../../test/fixtures/models/spin.onnx', import.meta.url)));
  await spin(steps); // the first run is slower
  const startedAt = performance.now();
  await spin(steps);
  steps = BigInt(Math.round((Number(steps) * BUSY_MS) / (performance.now() - startedAt)));
}

/** Busy for 5 s, in this thread: `javascript` or `native`. */
export async function run(kind: string) {
  const startedAt = performance.now();
  if (kind === 'native') await spin(steps);
  else while (performance.now() - startedAt < BUSY_MS);
  return { ms: performance.now() - startedAt };
}

const spin = (count: bigint) => model.run({ steps: new Tensor('int64', BigInt64Array.of(count), []) });
