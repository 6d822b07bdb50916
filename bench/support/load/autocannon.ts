import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadGenerator } from './load.js';
import { outputOf } from './run-program.js';

/** What we read of its report. */
interface Report {
  readonly duration: number;
  readonly requests: { readonly total: number };
  readonly latency: { readonly p50: number; readonly p99: number };
  readonly non2xx: number;
  readonly errors: number;
  readonly timeouts: number;
}

/** Where there is no wrk. It is slower and takes more of the machine, and knows latencies in whole milliseconds. */
export const autocannon: LoadGenerator = async ({ port, path, type, body }, connections, seconds, folder) => {
  const bodyFile = join(folder, `${port}.body`);
  writeFileSync(bodyFile, body);
  const options = ['-c', connections, '-d', seconds, '-m', 'POST', '-H', `content-type=${type}`, '-i', bodyFile];
  const args = ['--yes', 'autocannon', '--json', ...options.map(String), `http://127.0.0.1:${port}${path}`];
  const { duration, requests, latency, non2xx, errors, timeouts } = JSON.parse(await outputOf('npx', args)) as Report;
  return {
    requests: requests.total,
    seconds: duration,
    p50Ms: latency.p50,
    p99Ms: latency.p99,
    failed: non2xx + errors + timeouts,
  };
};
