import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { HostProcess } from '../support/host-process.js';
import { difference, modelsFolder } from '../support/models.js';

const dense = join(modelsFolder, 'dense-1k.onnx');
const embedding = join(modelsFolder, 'odd/embedding.onnx');

interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** The same for calls that were run as one. */
  readonly runMs: string | null;
}

let host: HostProcess | undefined;
afterEach(() => host?.stop());

async function call(body: object): Promise<Answer> {
  const response = await (host as HostProcess).score(JSON.stringify(body));
  return { status: response.status, body: await response.json(), runMs: response.headers.get('x-ms-run-fn-exec-ms') };
}

/** How many runs there were, nearly: by chance two runs take equally long. */
function runsOf(answers: readonly Answer[]): number {
  return new Set(answers.map(({ runMs }) => runMs)).size;
}

/** Rows that no two calls share. */
const rows = (count: number, seed: number) =>
  Array.from({ length: count }, (_, row) =>
    Array.from({ length: 1024 }, (_, i) => Math.sin(seed * 7919 + row * 31 + i)),
  );

describe('calls that wait', () => {
  it('are run together, and each gets its own answer', async () => {
    host = await HostProcess.start({ entry: dense });
    const bodies = Array.from({ length: 96 }, (_, i) => ({ data: rows((i % 3) + 1, i) }));
    const alone: unknown[] = [];
    for (const body of bodies) alone.push((await call(body)).body);
    const together = await Promise.all(bodies.map(call));
    expect(together.map(({ status }) => status)).toEqual(bodies.map(() => 200));
    for (const [i, { body }] of together.entries()) {
      const [ours, expected] = [body, alone[i]] as { scores: unknown }[];
      expect(difference(ours?.scores, expected?.scores, 1e-4)).toBe('');
    }
    expect(runsOf(together)).toBeLessThan(96 / 3);
  });

  it('of which one is bad fail alone', async () => {
    host = await HostProcess.start({ entry: embedding, args: ['--batch', '64'] });
    const bodies = Array.from({ length: 60 }, (_, i) => ({ ids: [[i === 30 ? 99 : i % 5]] }));
    const answers = await Promise.all(bodies.map(call));
    expect(answers.filter(({ status }) => status !== 200)).toHaveLength(1);
    expect(answers[30]).toMatchObject({ status: 400, body: { code: 'INPUT_INVALID' } });
    for (const [i, { body }] of answers.entries()) {
      if (i !== 30) expect(body).toEqual({ y: [[[(i % 5) * 2, (i % 5) * 2 + 1]]] });
    }
  });

  it('of other shapes are run apart', async () => {
    host = await HostProcess.start({ entry: embedding });
    const bodies = Array.from({ length: 40 }, (_, i) => ({ ids: [new Array((i % 4) + 1).fill(1)] }));
    const answers = await Promise.all(bodies.map(call));
    for (const [i, { body }] of answers.entries()) expect(body).toEqual({ y: [new Array((i % 4) + 1).fill([2, 3])] });
  });

  it('are run one by one with --batch off, and where rows mix', async () => {
    host = await HostProcess.start({ entry: dense, args: ['--batch', 'off'] });
    const body = { data: rows(1, 1) };
    expect(runsOf(await Promise.all(Array.from({ length: 40 }, () => call(body))))).toBeGreaterThan(30);
    await host.stop();
    host = await HostProcess.start({ entry: join(modelsFolder, 'odd/softmax-over-rows.onnx') });
    await host.untilOutput(
      /calls are run one by one, since they cannot be stacked: the output 'y' of a row depends on/,
    );
    const answers = await Promise.all(Array.from({ length: 20 }, () => call({ x: [[1, 2, 3]] })));
    for (const { body } of answers) expect(body).toEqual({ y: [[1, 1, 1]] });
  });
});

it('a worker that dies under a batch loses none of its calls', async () => {
  host = await HostProcess.start({ entry: dense });
  const { models } = (await (await host.fetch('/health/ready')).json()) as { models: object[] };
  expect(models).toHaveLength(1);
  const worker = host.logs.find(({ worker }) => worker !== undefined)?.worker as number;
  const calls = Promise.all(Array.from({ length: 64 }, (_, i) => call({ data: rows(1, i) })));
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.kill(worker, 'SIGKILL');
  expect((await calls).map(({ status }) => status)).toEqual(new Array(64).fill(200));
});
