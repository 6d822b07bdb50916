import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadGenerator, Request } from './load.js';
import { outputOf } from './run-program.js';

/** wrk with one thread: it takes less of the machine than the servers, which have to share it. */
export const wrk: LoadGenerator = async (request, connections, seconds, folder) => {
  const script = writeScript(request, folder);
  const url = `http://127.0.0.1:${request.port}${request.path}`;
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '30s', '-s', script, url];
  const output = await outputOf('wrk', args);
  const [, requests, microseconds, p50Us, p99Us, failed] = (
    /^RESULT (\d+) (\d+) (\d+) (\d+) (\d+)$/m.exec(output) ?? []
  ).map(Number);
  if (failed === undefined) throw new Error(`wrk said nothing of use:\n${output}`);
  return {
    requests: requests as number,
    seconds: (microseconds as number) / 1e6,
    p50Ms: (p50Us as number) / 1e3,
    p99Ms: (p99Us as number) / 1e3,
    failed,
  };
};

function writeScript({ port, type, body }: Request, folder: string): string {
  const [bodyFile, script] = [join(folder, `${port}.body`), join(folder, `${port}.lua`)];
  writeFileSync(bodyFile, body);
  writeFileSync(script, lua(bodyFile, type));
  return script;
}

const lua = (bodyFile: string, type: string) => `
wrk.method = 'POST'
wrk.headers['Content-Type'] = ${JSON.stringify(type)}
wrk.body = io.open(${JSON.stringify(bodyFile)}, 'rb'):read('*a')
-- statuses above 399 are errors to wrk, too
done = function(summary, latency)
  local e = summary.errors
  local failed = e.connect + e.read + e.write + e.status + e.timeout
  io.write(string.format('RESULT %d %d %d %d %d\\n', summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), failed))
end
`;
