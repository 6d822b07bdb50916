// What does the image cost? Megabytes on top of its base, milliseconds from `docker run` to the first 200 of POST /score, memory
// while idle. We aim for at most 90 MB, and 700 ms as the median of 15. Beside it, in the same run and by turns, what a bare
// node:http server in the same image takes, which has no worker, no model and nothing to check: the rest is Docker's.
//
// It needs a Docker engine (test/image/prepare-docker), and the bases of the Dockerfile.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build, docker } from '../test/image/docker.js';
import { byTurns } from './support/by-turns.js';
import { machine, quantile, spread } from './support/report.js';

const RUNS = Number(process.env.RUNS ?? 15);
const NODE_IMAGE = process.env.SCOREHOST_TEST_NODE_IMAGE ?? 'node:24-bookworm-slim';
const IMAGE = 'scorehost-bench';
const IDLE_MS = 3_000;
const ANSWER_MS_MAX = 300;
const START_MS_MAX = 20_000;

/** What is started, and asked until it answers 200. */
interface Started {
  readonly name: string;
  /** Behind `docker run`. */
  readonly args: readonly string[];
  readonly body: Buffer;
  readonly milliseconds: number[];
}

const diabetes = resolve('entry-scripts/diabetes');
const body = readFileSync(join(diabetes, 'request.json'));
const work = mkdtempSync(join(tmpdir(), 'scorehost-bench-'));
writeFileSync(
  join(work, 'bare.mjs'),
  "import { createServer } from 'node:http';\ncreateServer((_, res) => res.end()).listen(5001);\n",
);

async function withContainer<T>(args: readonly string[], use: (id: string, url: string) => Promise<T>): Promise<T> {
  const id = await docker('run', '--detach', '--publish', '127.0.0.1::5001', ...args);
  try {
    const [, port] = /:(\d+)$/m.exec(await docker('port', id, '5001/tcp')) ?? [];
    return await use(id, `http://127.0.0.1:${port}/score`);
  } finally {
    await docker('rm', '--force', id);
  }
}

async function untilAnswered(url: string, body: Buffer): Promise<void> {
  const deadline = Date.now() + START_MS_MAX;
  while (Date.now() < deadline) {
    if ((await statusOf(url, body)) === 200) return;
    await sleep(5);
  }
  throw new Error(`no 200 from ${url} within ${START_MS_MAX} ms`);
}

/** @returns undefined where nobody answers. Docker takes connections before the container can: one that hangs is given up. */
function statusOf(url: string, body: Buffer): Promise<number | undefined> {
  const headers = { 'content-type': 'application/json', 'content-length': body.length };
  return new Promise((resolve) => {
    const options = { method: 'POST', headers, agent: false, timeout: ANSWER_MS_MAX };
    const asked = request(url, options, (response) => response.resume().on('end', () => resolve(response.statusCode)));
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(undefined)).end(body);
  });
}

const megabytesOf = async (image: string) =>
  Number(await docker('image', 'inspect', '--format', '{{.Size}}', image)) / 1e6;

try {
  await build(IMAGE, '.', '--build-arg', `NODE_IMAGE=${NODE_IMAGE}`);
  await build(`${IMAGE}-diabetes`, diabetes, '--build-arg', `SCOREHOST_IMAGE=${IMAGE}`);
  const model = ['--volume', `${join(diabetes, 'diabetes.onnx')}:/model.onnx:ro`];
  const bare = ['--volume', `${work}/bare.mjs:/bare.mjs:ro`, '--entrypoint', 'node'];
  const all: readonly Started[] = [
    { name: 'entry-scripts/diabetes', args: [`${IMAGE}-diabetes`], body, milliseconds: [] },
    { name: 'its model, without code', args: [...model, IMAGE, '/model.onnx'], body, milliseconds: [] },
    { name: 'a bare node:http server', args: [...bare, IMAGE, '/bare.mjs'], body, milliseconds: [] },
  ];
  // The first container after a build reads everything from the disk.
  for (const { args } of all) await withContainer(args, (_, url) => untilAnswered(url, body));

  await byTurns(all, RUNS, async ({ args, body, milliseconds }) => {
    const startedAt = performance.now();
    await withContainer(args, async (_, url) => {
      await untilAnswered(url, body);
      milliseconds.push(performance.now() - startedAt);
    });
  });
  const memory = await withContainer([`${IMAGE}-diabetes`], async (id, url) => {
    await untilAnswered(url, body);
    await sleep(IDLE_MS);
    return docker('stats', '--no-stream', '--format', '{{.MemUsage}}', id);
  });

  console.log(
    `${machine()}; in the image Node ${await docker('run', '--rm', '--entrypoint', 'node', IMAGE, '--version')}`,
  );
  const added = (await megabytesOf(IMAGE)) - (await megabytesOf(NODE_IMAGE));
  console.log(`on top of ${NODE_IMAGE}: ${added.toFixed(0)} MB`);
  for (const { name, milliseconds } of all) {
    const over = quantile(milliseconds, 0.5) - quantile(all.at(-1)?.milliseconds ?? [], 0.5);
    console.log(`docker run to first 200, ${name}: ${spread(milliseconds)} ms; above the bare one ${over.toFixed(0)}`);
  }
  console.log(`idle, entry-scripts/diabetes: ${memory.split(' / ')[0]}`);
} finally {
  rmSync(work, { recursive: true });
  await docker('rmi', '--force', `${IMAGE}-diabetes`, IMAGE).catch(() => {});
}
