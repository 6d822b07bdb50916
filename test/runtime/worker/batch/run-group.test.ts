import { describe, expect, it } from 'vitest';
import { DataFrame } from '../../../../src/data-frame/data-frame.js';
import { sharedMs } from '../../../../src/runtime/shared-clock.js';
import { batchContext } from '../../../../src/runtime/worker/batch/batch-context.js';
import { type GroupCall, runGroup as runGroupTimed } from '../../../../src/runtime/worker/batch/run-group.js';
import type { BatchRule, EntryModule } from '../../../../src/runtime/worker/entry/load-entry.js';
import { CallContext, currentCall, requestContext } from '../../../../src/runtime/worker/request-context.js';
import { Tensor } from '../../../../src/tensor.js';
import { valuesOf } from '../../../support/models.js';

const column = (...values: number[]) => new Tensor('float32', Float32Array.from(values), [values.length]);
const calls = (...args: (readonly unknown[])[]): GroupCall[] =>
  args.map((each, i) => {
    const head = { requestId: `r${i}`, method: 'POST', target: '/score', headers: ['x-tenant', `t${i}`] };
    return { args: each, context: new CallContext(head, () => {}) };
  });
const declared: BatchRule = { rowsMax: 8, declared: true };
const entry = (run: (...args: never[]) => unknown, batch: BatchRule | null = declared): EntryModule => ({
  init: undefined,
  warmup: undefined,
  schema: { kind: 'typed', inputs: [] },
  run: run as EntryModule['run'],
  ...(batch ? { batch } : {}),
});

const runGroup = (module: EntryModule, group: readonly GroupCall[]) =>
  runGroupTimed(module, group, { stackedAtMs: 0, ranAtMs: 0 });

describe('runGroup()', () => {
  it('says when run was called and when it was at its end, also of one that throws', async () => {
    const timesOf = async (run: () => unknown) => {
      const times = { stackedAtMs: 0, ranAtMs: 0 };
      const startMs = sharedMs();
      await runGroupTimed(entry(run), calls([column(1)], [column(2)]), times).catch(() => {});
      return [startMs, times.stackedAtMs, times.ranAtMs, sharedMs()];
    };
    const sleep = () => new Promise<void>((resolve) => setTimeout(resolve, 20));
    const returned = await timesOf(() => sleep().then(() => [1, 2]));
    const thrown = await timesOf(() => sleep().then(() => Promise.reject(new Error('no'))));
    for (const times of [returned, thrown]) {
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect((times[2] as number) - (times[1] as number)).toBeGreaterThan(15);
    }
  });

  it('runs calls as one, and gives each its own rows', async () => {
    const runs: number[][] = [];
    const run = (a: Tensor, b: Tensor) => {
      runs.push([...a.dims]);
      const sum = (a.data as Float32Array).map((x, i) => x + (b.data[i] as number));
      return { sum: new Tensor('float32', sum, a.dims), first: a };
    };
    const results = await runGroup(
      entry(run, { rowsMax: 8, declared: false }),
      calls([column(1), column(10)], [column(2, 3), column(20, 30)]),
    );
    expect(runs).toEqual([[3]]);
    const values = (results as Record<string, Tensor>[]).map((result) => Object.values(result).map(valuesOf));
    expect(values).toEqual([
      [[11], [1]],
      [
        [22, 33],
        [2, 3],
      ],
    ]);
  });

  it('stacks frames', async () => {
    const run = (frame: DataFrame) => [...frame.index];
    const frames = [['a', 'b'], ['c']].map((index) => DataFrame.fromColumns({ x: index.map(() => 1) }, { index }));
    expect(await runGroup(entry(run), calls(...frames.map((frame) => [frame])))).toEqual([['a', 'b'], ['c']]);
  });

  it('fails where the result has other rows: nobody may get those of another', async () => {
    const run = () => ({ y: column(1, 2) });
    const together = calls([column(1)], [column(2)], [column(3)]);
    for (const batch of [declared, { ...declared, declared: false }]) {
      await expect(runGroup(entry(run, batch), together)).rejects.toThrow(
        "'y' of run() has 2 rows where its input has 3",
      );
    }
  });

  it('gives one call its own tensors, and holds its result to their rows where the author has said so', async () => {
    const data = column(1, 2);
    const results = await runGroup(
      entry((given: Tensor) => given),
      calls([data]),
    );
    expect(results[0]).toBe(data);
    const first = (given: Tensor) => [given.data[0]];
    await expect(runGroup(entry(first), calls([data]))).rejects.toThrow('has 1 row where its input has 2');
    expect(await runGroup(entry(first, { ...declared, declared: false }), calls([data]))).toEqual([[1]]);
    expect(await runGroup(entry(first, null), calls([data]))).toEqual([[1]]);
  });

  it('holds the result to no rows where the inputs have different numbers of them', async () => {
    const run = (a: Tensor, b: Tensor) => [a.size + b.size];
    expect(await runGroup(entry(run), calls([column(1, 2), column(1)]))).toEqual([[3]]);
  });
});

describe('batchContext()', () => {
  it('has each call of a batched run, and its rows', async () => {
    const run = async (data: Tensor) => {
      await null;
      const places = batchContext().calls.map(({ requestId, headers, firstRow, rows, signal }) => {
        return [requestId, headers.get('x-tenant'), firstRow, rows, signal.aborted];
      });
      return new Array(data.size).fill(places);
    };
    const together = calls([column(1, 2)], [column(3)]);
    together[1]?.context.abort();
    const [[places]] = (await runGroup(entry(run), together)) as [unknown[]];
    expect(places).toEqual([
      ['r0', 't0', 0, 2, false],
      ['r1', 't1', 2, 1, true],
    ]);
  });

  it('has the one call alone, whose requestContext() works too', async () => {
    const run = () => {
      expect(batchContext().calls.map(({ rows }) => rows)).toEqual([1]);
      return [[requestContext().requestId, currentCall()?.requestId]];
    };
    expect(await runGroup(entry(run), calls([column(1)]))).toEqual([[['r0', 'r0']]]);
  });

  it('stands in for requestContext() where there are several, whose lines are of none of them', async () => {
    const run = () => {
      expect(requestContext).toThrow(
        'requestContext() is of one call, but run() has 2 stacked: use batchContext().calls.',
      );
      return [currentCall(), currentCall()];
    };
    expect(await runGroup(entry(run), calls([column(1)], [column(2)]))).toEqual([[undefined], [undefined]]);
  });

  it('is none of a run that is not batched, nor of none', async () => {
    const message = 'batchContext() works inside a run() that is marked with batch() only';
    expect(batchContext).toThrow(message);
    const run = () => expect(batchContext).toThrow(message);
    await runGroup(entry(run, null), calls([column(1)]));
  });
});
