// npm run test:soak: does the memory of front and workers stay flat? SOAK_CALLS says for how many calls it is watched, and
// SOAK_NODE_OPTIONS is for another heap than a small one.
import { openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { HostProcess } from '../support/host-process.js';
import { growthOf, type MemorySample } from './growth.js';
import { SMALL_HEAP, soak } from './soak.js';

const { SOAK_CALLS = '1000000', SOAK_NODE_OPTIONS: NODE_OPTIONS = SMALL_HEAP } = process.env;
const SAMPLES = 200;
const LINES = 20;
const [kB, MB] = [1024, 1024 * 1024];
/** A leak is what does both: noise does one of them. */
const LEAK = { bytesPerThousandCalls: 2 * kB, bytes: 8 * MB };

const entry = fileURLToPath(new URL('../fixtures/entries/soak.ts', import.meta.url));
// Nobody reads the log: all of it in the memory of this process would slow the calls down.
const host = await HostProcess.start({
  entry,
  env: { WORKER_COUNT: '2', NODE_OPTIONS },
  stdout: openSync('/dev/null', 'w'),
});
const startedAt = performance.now();
try {
  const { counts, problems, processes } = await soak(host, {
    calls: Number(SOAK_CALLS),
    samples: SAMPLES,
    onSample: printProgress,
  });
  console.log(`\n${[...counts].map(([name, count]) => `${name} ${count}`).join(', ')}`);
  for (const problem of problems) console.log(`PROBLEM  ${problem}`);
  const leaks = [...processes].map(([name, samples]) => printGrowth(name, samples)).filter(Boolean);
  process.exitCode = problems.length + leaks.length > 0 ? 1 : 0;
} finally {
  await host.stop();
}

function printProgress(done: number, processes: ReadonlyMap<string, readonly MemorySample[]>): void {
  const number = (processes.get('front') as readonly MemorySample[]).length;
  if (number === 1)
    console.log(
      `${'calls'.padStart(9)} ${'calls/s'.padStart(8)} ${[...processes.keys()].map((name) => `${name}, MB`.padStart(13)).join('')}`,
    );
  if (number % (SAMPLES / LINES) !== 0) return;
  const rate = (done * 1_000) / (performance.now() - startedAt);
  const bytes = [...processes.values()].map((samples) => ((samples.at(-1)?.bytes ?? 0) / MB).toFixed(1).padStart(13));
  console.log(`${String(done).padStart(9)} ${rate.toFixed(0).padStart(8)} ${bytes.join('')}`);
}

/** @returns whether it grows without end. */
function printGrowth(name: string, samples: readonly MemorySample[]): boolean {
  const { bytesPerThousandCalls, bytes } = growthOf(samples);
  const leaks = bytesPerThousandCalls > LEAK.bytesPerThousandCalls && bytes > LEAK.bytes;
  const slope = `${(bytesPerThousandCalls / kB).toFixed(2).padStart(8)} kB per 1,000 calls`;
  console.log(
    `${name.padEnd(9)} ${slope}, ${(bytes / MB).toFixed(1).padStart(6)} MB in the second half${leaks ? '  LEAK' : ''}`,
  );
  return leaks;
}
