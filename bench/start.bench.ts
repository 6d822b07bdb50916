// How long from the start of the process to the first 200 on entry-scripts/diabetes, and how much memory do front and
// worker take together then? We aim for 400 ms and 120 MB; above that, look at what is imported before the first call.
// Beside it, in the same run, what a bare Node takes that loads onnxruntime and the same model: nothing can be faster.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { machine, spread } from './support/report.js';

const RUNS = Number(process.env.RUNS ?? 15);
const PORT = 5098;
const body = readFileSync('entry-scripts/diabetes/request.json');
const agent = new Agent({ keepAlive: false });

const starts: number[] = [];
const bare: number[] = [];
const memory: number[] = [];
for (let run = 0; run < RUNS; run++) {
  bare.push(bareStart());
  const startedAt = performance.now();
  const args = [
    'dist/cli/main.js',
    'serve',
    'entry-scripts/diabetes',
    '--port',
    String(PORT),
    '--log_level',
    'critical',
  ];
  const host = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  while ((await score()) !== 200) await new Promise((resolve) => setTimeout(resolve, 2));
  starts.push(performance.now() - startedAt);
  await new Promise((resolve) => setTimeout(resolve, 300));
  memory.push(pssOf(host.pid as number));
  host.kill('SIGTERM');
  await once(host, 'exit');
}
console.log(machine());
console.log(`first 200:            ${spread(starts)} ms, ${RUNS} starts`);
console.log(`bare Node with model: ${spread(bare)} ms`);
console.log(`PSS, front + worker:  ${spread(memory)} MB`);

function score(): Promise<number | undefined> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const req = request({ host: '127.0.0.1', port: PORT, method: 'POST', path: '/score', headers, agent }, (res) => {
      res.resume().on('end', () => resolve(res.statusCode));
    });
    req.on('error', () => resolve(undefined)).end(body);
  });
}

function bareStart(): number {
  const startedAt = performance.now();
  const program = `require('onnxruntime-node').InferenceSession.create('entry-scripts/diabetes/diabetes.onnx').then(() => process.exit())`;
  spawnSync(process.execPath, ['-e', program]);
  return performance.now() - startedAt;
}

/** Memory of a process and its children, shared pages divided among those who share them. */
function pssOf(pid: number): number {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === pid);
  return [String(pid), ...children].reduce((sum, id) => sum + ownPss(id), 0);
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

function ownPss(pid: string): number {
  const [, kilobytes] = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
