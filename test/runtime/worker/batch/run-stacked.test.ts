import { expect, it } from 'vitest';
import { runStacked } from '../../../../src/runtime/worker/batch/run-stacked.js';
import { Tensor } from '../../../../src/tensor.js';
import { valuesOf } from '../../../support/models.js';

const column = (...values: number[]) => new Tensor('float32', Float32Array.from(values), [values.length]);
const sum = (a: Tensor, b: Tensor) => ({
  sum: new Tensor(
    'float32',
    (a.data as Float32Array).map((x, i) => x + (b.data[i] as number)),
    a.dims,
  ),
  first: a,
});

it('runs calls as one, and gives each its own rows', async () => {
  const runs: number[][] = [];
  const run = (a: Tensor, b: Tensor) => {
    runs.push([...a.dims]);
    return sum(a, b);
  };
  const results = await runStacked(run, [
    [column(1), column(10)],
    [column(2, 3), column(20, 30)],
  ]);
  expect(runs).toEqual([[3]]);
  expect(results.map(({ sum, first }) => [valuesOf(sum as Tensor), valuesOf(first as Tensor)])).toEqual([
    [[11], [1]],
    [
      [22, 33],
      [2, 3],
    ],
  ]);
});

it('fails where the output has other rows: nobody may get those of another', async () => {
  const run = () => ({ y: column(1, 2) });
  await expect(runStacked(run, [[column(1)], [column(2)], [column(3)]])).rejects.toThrow(
    "the output 'y' has 2 rows for a batch of 3",
  );
});
