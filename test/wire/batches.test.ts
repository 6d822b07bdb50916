import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type HostOptions, HostProcess } from '../support/host-process.js';
import { difference, modelsFolder } from '../support/models.js';
import { Scrape } from '../support/scrape.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const dense = join(modelsFolder, 'dense-1k.onnx');
const embedding = join(modelsFolder, 'odd/embedding.onnx');
const batched = fileURLToPath(new URL('../fixtures/entries/batched.ts', import.meta.url));

interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** The same for calls that were run as one. */
  readonly runMs: string | null;
}

let host: HostProcess;
const start = async (options: HostOptions) => {
  host = await HostProcess.start(options);
};

async function call(body: object, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await host.score(JSON.stringify(body), { 'content-type': 'application/json', ...headers });
  return { status: response.status, body: await response.json(), runMs: response.headers.get('x-ms-run-fn-exec-ms') };
}

/** How many runs there were, nearly: by chance two runs take equally long. */
function runsOf(answers: readonly Answer[]): number {
  return new Set(answers.map(({ runMs }) => runMs)).size;
}

/** Rows that no two calls share. */
const rows = (count: number, seed: number) =>
  Array.from({ length: count }, (_, row) =>
    Array.from({ length: 1024 }, (_, i) => ((seed * 7919 + row * 31 + i * i) % 9973) / 10_000),
  );

describe('calls that wait', () => {
  beforeAll(() => start({ entry: dense }));
  afterAll(() => host.stop());

  it('are run together, and each gets its own answer', async () => {
    const bodies = Array.from({ length: 48 }, (_, i) => ({ data: rows((i % 3) + 1, i) }));
    const alone: unknown[] = [];
    for (const body of bodies) alone.push((await call(body)).body);
    const together = await Promise.all(bodies.map((body) => call(body)));
    expect(together.map(({ status }) => status)).toEqual(bodies.map(() => 200));
    for (const [i, { body }] of together.entries()) {
      const [ours, expected] = [body, alone[i]] as { scores: unknown }[];
      expect(difference(ours?.scores, expected?.scores, 1e-4)).toBe('');
    }
    expect(runsOf(together)).toBeLessThan(48 / 3);
  });

  it('are not lost when their worker dies under a batch', async () => {
    const { models } = (await (await host.fetch('/health/ready')).json()) as { models: object[] };
    expect(models).toHaveLength(1);
    const worker = host.logs.find(({ worker }) => worker !== undefined)?.worker as number;
    const calls = Promise.all(Array.from({ length: 64 }, (_, i) => call({ data: rows(1, i) })));
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.kill(worker, 'SIGKILL');
    expect((await calls).map(({ status }) => status)).toEqual(new Array(64).fill(200));
  });
});

describe('calls that wait, also for those that come soon, where that is asked for', () => {
  beforeAll(() => start({ entry: embedding, args: ['--batch', '64'], env: { SCOREHOST_BATCH_WAIT_MS: '400' } }));
  afterAll(() => host.stop());

  it('are run as one', async () => {
    const before = await Scrape.of(host);
    const calls = [1, 2, 3].map(async (i) => {
      await new Promise((resolve) => setTimeout(resolve, i * 50));
      return call({ ids: [[i]] });
    });
    expect(runsOf(await Promise.all(calls))).toBe(1);
    const after = await Scrape.of(host);
    const more = (series: string) => (after.value(series) ?? 0) - (before.value(series) ?? 0);
    expect(more('scorehost_batch_calls_count')).toBe(1);
    expect(more('scorehost_batch_calls_sum')).toBe(3);
  });

  it('of which one is bad fail alone', async () => {
    const bodies = Array.from({ length: 60 }, (_, i) => ({ ids: [[i === 30 ? 99 : i % 5]] }));
    const answers = await Promise.all(bodies.map((body) => call(body)));
    expect(answers.filter(({ status }) => status !== 200)).toHaveLength(1);
    expect(answers[30]).toMatchObject({ status: 400, body: { code: 'INPUT_INVALID' } });
    for (const [i, { body }] of answers.entries()) {
      if (i !== 30) expect(body).toEqual({ y: [[[(i % 5) * 2, (i % 5) * 2 + 1]]] });
    }
  });

  it('of other shapes are run apart', async () => {
    const bodies = Array.from({ length: 40 }, (_, i) => ({ ids: [new Array((i % 4) + 1).fill(1)] }));
    const answers = await Promise.all(bodies.map((body) => call(body)));
    for (const [i, { body }] of answers.entries()) expect(body).toEqual({ y: [new Array((i % 4) + 1).fill([2, 3])] });
  });
});

describe('calls are run one by one', () => {
  afterEach(() => host.stop());

  it('with --batch off', async () => {
    await start({ entry: dense, args: ['--batch', 'off'] });
    const body = { data: rows(1, 1) };
    expect(runsOf(await Promise.all(Array.from({ length: 40 }, () => call(body))))).toBeGreaterThan(30);
  });

  it('where rows mix', async () => {
    await start({ entry: join(modelsFolder, 'odd/softmax-over-rows.onnx') });
    await host.untilOutput(
      /calls are run one by one, since they cannot be stacked: the output 'y' of a row depends on/,
    );
    const answers = await Promise.all(Array.from({ length: 20 }, () => call({ x: [[1, 2, 3]] })));
    for (const { body } of answers) expect(body).toEqual({ y: [[1, 1, 1]] });
  });
});

describe('calls of a run that is marked with batch()', () => {
  afterEach(() => host.stop());

  it('are stacked and told apart, and one that is bad fails alone', async () => {
    await start({ entry: batched, env: { SCOREHOST_WARM_UP: 'run' } });
    const told = (line: Record<string, unknown>) => /^a run of (\d+) calls and (\d+) rows/.exec(String(line.msg ?? ''));
    expect(told(await host.untilLog((line) => told(line) !== null))?.slice(1)).toEqual(['1', '1']); // the warm-up
    const values = Array.from({ length: 90 }, (_, i) => (i === 40 ? -1 : i === 50 ? -2 : i));
    const answers = await Promise.all(
      values.map((value, i) => call({ rows: new Array((i % 3) + 1).fill([value]) }, { 'x-request-id': `r-${i}` })),
    );
    expect(answers[40]).toMatchObject({ status: 400, body: { message: '/rows: expected no -1.' } });
    expect(answers[50]).toMatchObject({ status: 500, body: { code: 'RUN_FAILED' } });
    for (const [i, { body }] of answers.entries()) {
      if (i !== 40 && i !== 50) expect(body).toEqual(new Array((i % 3) + 1).fill(`r-${i}`));
    }
    await host.untilLog(({ level, requestId }) => level === 'error' && requestId === 'r-50');
    const runs = host.logs.flatMap((line) =>
      told(line) ? [{ line, sizes: told(line)?.slice(1).map(Number) ?? [] }] : [],
    );
    expect(Math.max(...runs.map(({ sizes }) => sizes[0] as number))).toBeGreaterThan(1);
    expect(Math.max(...runs.map(({ sizes }) => sizes[1] as number))).toBeLessThanOrEqual(16);
    // Lines of a run of several calls are of none of them.
    for (const { line, sizes } of runs) expect(line.requestId === undefined).toBe((sizes[0] as number) > 1);
  });

  it('are stacked as data frames, too, by an export of plain JavaScript', async () => {
    const source = `import { batchContext, DataFrame, PandasParameterType } from 'scorehost';
let waitMs = 100;
export const inputSchema = { people: new PandasParameterType([{ name: 'Ann', age: 41n }], { orient: 'split' }) };
export const outputSchema = new PandasParameterType([{ name: 'Ann', old: true, calls: 1 }], { orient: 'split' });
export const batch = { maxSize: 8 };
export async function run(people) {
  await new Promise((resolve) => setTimeout(resolve, waitMs));
  waitMs = 1;
  const old = Array.from(people.column('age'), (age) => age > 50n);
  const calls = old.map(() => batchContext().calls.length);
  return DataFrame.fromColumns({ name: people.column('name'), old, calls }, { index: people.index });
}
`;
    await start({ entry: temporaryFolder({ 'score.js': source }) });
    const body = (i: number) => ({ columns: ['name', 'age'], index: [i], data: [[`n${i}`, i]] });
    const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => call({ people: body(i) })));
    const frames = answers.map(({ body }) => body as { index: number[]; data: [string, boolean, number][] });
    for (const [i, { index, data }] of frames.entries()) {
      expect([index, data]).toEqual([[i], [[`n${i}`, i > 50, expect.any(Number)]]]);
    }
    expect(Math.max(...frames.map(({ data }) => data[0]?.[2] ?? 0))).toBeGreaterThan(1);
  });

  it('cannot be where an input cannot be stacked', async () => {
    const source = `import { batch, inputSchema, StandardParameterType } from 'scorehost';
export const run = batch({ maxSize: 8 })(inputSchema('name', new StandardParameterType('a'))((name) => name));
`;
    const { code, errors } = await HostProcess.runToEnd({ entry: temporaryFolder({ 'score.js': source }) });
    expect(code).toBe(3);
    expect(errors).toContain("run() is marked with batch(), but its input 'name' cannot be stacked");
    expect(errors).toContain('Make it a NumpyParameterType, a PandasParameterType or a SparkParameterType, or leave');
  });
});
