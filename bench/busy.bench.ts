// Do health and documents answer while every worker is busy, in plain JavaScript and in native code? Above 10 ms at p99
// we look for what blocks the front. Beside it, in the same run, the same requests of the idle host.
import { Agent, get } from 'node:http';
import { fileURLToPath } from 'node:url';
import { HostProcess } from '../test/support/host-process.js';
import { machine, quantile } from './support/report.js';

const BUSY_MS = 5_000;
const PATHS = ['/', '/health/ready', '/swagger.json'];
const entry = fileURLToPath(new URL('../entries/busy.ts', import.meta.url));

const host = await HostProcess.start({ entry, env: { SCOREHOST_LOG_FORMAT: 'json' } });
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
console.log(machine());
try {
  await probeAll('warm-up', 500);
  await probeAll('idle', BUSY_MS);
  for (const kind of ['javascript', 'native']) {
    const busy = host.score(kind).then((reply) => reply.json() as Promise<{ ms: number }>);
    await probeAll(`busy in ${kind}`, BUSY_MS - 200);
    console.log(`  (its run took ${(await busy).ms.toFixed(0)} ms)`);
  }
} finally {
  agent.destroy();
  await host.stop();
}

/** Asks all paths in turn, every 2 ms, and prints how long the answers took. */
async function probeAll(state: string, forMs: number): Promise<void> {
  const times = new Map(PATHS.map((path) => [path, [] as number[]]));
  for (const end = performance.now() + forMs; performance.now() < end; ) {
    for (const path of PATHS) times.get(path)?.push(await probe(path));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  if (state === 'warm-up') return;
  for (const [path, values] of times) {
    const at = (share: number) => quantile(values, share).toFixed(2).padStart(6);
    console.log(
      `${state.padEnd(18)} ${path.padEnd(14)} p50 ${at(0.5)} ms  p99 ${at(0.99)} ms  max ${at(1)} ms  n ${values.length}`,
    );
  }
}

function probe(path: string): Promise<number> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const req = get({ host: '127.0.0.1', port: host.port, path, agent }, (res) => {
      if (res.statusCode !== 200) reject(new Error(`${path} answered ${res.statusCode}`));
      res.resume().on('end', () => resolve(performance.now() - startedAt));
    });
    req.on('error', reject);
  });
}
