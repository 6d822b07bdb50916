// A loop of session.run() on stacked rows, and nothing around it: prints runs a second and the median of a run.
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const [, , folderAndName, rowCount, seconds] = process.argv;
const WARM_UP_SECONDS = 0.3;
const rows = Number(rowCount);

// As many threads as a host with one worker gives it.
const options = { intraOpNumThreads: availableParallelism(), logSeverityLevel: 3 };
const session = await InferenceSession.create(`${folderAndName}.onnx`, options);
const [recorded] = JSON.parse(readFileSync(`${folderAndName}.cases.json`, 'utf8'));
const row = recorded.inputs.data[0];
const stacked = Float32Array.from({ length: rows * row.length }, (_, i) => row[i % row.length]);
const feeds = { data: new Tensor('float32', stacked, [rows, row.length]) };

async function loop(forSeconds) {
  const times = [];
  for (const end = performance.now() + 1000 * forSeconds; performance.now() < end; ) {
    const startedAt = performance.now();
    await session.run(feeds);
    times.push(performance.now() - startedAt);
  }
  return times;
}

await loop(WARM_UP_SECONDS);
const startedAt = performance.now();
const times = await loop(Number(seconds));
const runsPerSecond = (1000 * times.length) / (performance.now() - startedAt);
const p50Ms = times.sort((a, b) => a - b)[times.length >> 1];
console.log(JSON.stringify({ runsPerSecond, p50Ms }));
