import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { TypedTensor } from '../../../../src/tensor.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';
import {
  addon,
  describeTensorFlow,
  expectRecordedAnswers,
  loadTensorFlow,
  modelFixture,
  tfjs,
} from '../../../support/tensorflow.js';

const load = (name: string) => loadTensorFlow(modelFixture(`tensorflow/${name}`));

describeTensorFlow('a graph model', () => {
  it('gives the answers that TensorFlow gave', async () => {
    const model = await load('digits-graph');
    expect(model.executionProvider).toBe('cpu');
    expect(model.inputs).toEqual([{ name: 'image', type: 'float32', shape: ['', 8, 8] }]);
    expect(model.outputs).toEqual([
      { name: 'label', type: 'int64', shape: [''] },
      { name: 'probabilities', type: 'float32', shape: ['', 10] },
    ]);
    await expectRecordedAnswers(model, 'digits');
    await model.release();
  });

  it('has the names of its nodes, where it came without a signature', async () => {
    const { signature: _, ...json } = JSON.parse(
      readFileSync(modelFixture('tensorflow/digits-graph/model.json'), 'utf8'),
    ) as { signature: unknown };
    const folder = temporaryFolder({
      'model.json': JSON.stringify(json),
      'group1-shard1of1.bin': readFileSync(modelFixture('tensorflow/digits-graph/group1-shard1of1.bin')),
    });
    const model = await loadTensorFlow(folder);
    expect(model.inputs).toEqual([{ name: 'image', type: 'float32', shape: ['', 8, 8] }]);
    expect(model.outputs).toEqual([
      { name: 'Identity_1', type: 'float32', shape: ['...'] },
      { name: 'Identity', type: 'int32', shape: ['...'] },
    ]);
    const results = await model.run({ image: [new Array(8).fill(new Array(8).fill(0))] });
    expect([results.Identity_1?.dims, results.Identity?.dims]).toEqual([[1, 10], [1]]);
    await model.release();
  });

  it('gives what it was fed, and what it holds, as arrays of their own', async () => {
    const model = await load('same-graph');
    const value = Float32Array.of(1.5);
    for (let i = 0; i < 2; i++) {
      const results = await model.run({ value, flag: [true], count: [-5] });
      expect(results).toMatchObject({
        value: { type: 'float32', dims: [1], data: Float32Array.of(1.5) },
        flag: { type: 'bool', dims: [1], data: Uint8Array.of(0) },
        count: { type: 'int64', dims: [1], data: BigInt64Array.of(-4n) },
        labels: {
          type: 'string',
          dims: [2],
          data: ['the first label, longer than a short string', 'the second label, longer than a short string'],
        },
      });
      (results.value as TypedTensor<'float32'>).data.fill(0);
      expect(value[0]).toBe(1.5);
    }
    await model.release();
  });

  it('refuses what TensorFlow.js, which has no int64, cannot hold', async () => {
    const model = await load('same-graph');
    await expect(model.run({ value: [1], flag: [true], count: [2n ** 31n] })).rejects.toMatchObject({
      code: 'FEEDS_INVALID',
      message: expect.stringContaining(
        "the input 'count' wants an integer from -2147483648 to 2147483647, got 2147483648",
      ),
    });
    await model.release();
  });

  it('looks up what is in a table of its own', async () => {
    const model = await load('table-graph');
    for (let i = 0; i < 2; i++) {
      const { index } = await model.run({ words: ['two', 'three', 'one'] });
      expect(index).toMatchObject({ type: 'int64', data: BigInt64Array.of(2n, -1n, 1n) });
    }
    await model.release();
  });

  it('runs through loops, also several at a time', async () => {
    const model = await load('flow-graph');
    const run = async (steps: number) =>
      (await model.run({ 'left:0': [[1, 2]], 'right:0': [[1], [2]], steps })).product?.data[0];
    expect(await Promise.all([run(0), run(1), run(3)])).toEqual([5, 10, 40]);
    await model.release();
  });

  it('is loaded while another runs', async () => {
    const flow = await load('flow-graph');
    const run = () => flow.run({ 'left:0': [[1, 2]], 'right:0': [[1], [2]], steps: 20 });
    await run();
    const [, dense] = await Promise.all([run(), load('dense-layers'), run()]);
    expect((await dense.run({ dense_input: [[1, 2, 3]] })).dense?.data).toEqual(Float32Array.of(4.5, 4.5));
    await Promise.all([flow.release(), dense.release()]);
  });
});

describeTensorFlow('a layers model', () => {
  it('has the names of its layers', async () => {
    const model = await load('dense-layers');
    expect(model.inputs).toEqual([{ name: 'dense_input', type: 'float32', shape: ['', 3] }]);
    expect(model.outputs).toEqual([{ name: 'dense', type: 'float32', shape: ['', 2] }]);
    await model.release();
  });

  it('computes all rows at once', async () => {
    const model = await load('dense-layers');
    const rows = Array.from({ length: 100 }, (_, i) => [i, 0, 1]);
    const { dense } = await model.run({ dense_input: rows });
    expect(dense?.dims).toEqual([100, 2]);
    expect(dense?.data).toEqual(Float32Array.from(rows.flatMap(([a = 0]) => [a + 1.5, 0.5])));
    await model.release();
  });

  it('takes several inputs and gives several outputs, or some of them', async () => {
    const model = await load('two-layers');
    const feeds = { left: [[1, 2]], right: [[3, 4]] };
    const all = await model.run(feeds);
    expect(all).toMatchObject({ sum: { data: Float32Array.of(4, 6) }, product: { data: Float32Array.of(3, 8) } });
    const some = await model.run(feeds, ['product']);
    expect(Object.keys(some)).toEqual(['product']);
    expect(some.product?.data).toEqual(Float32Array.of(3, 8));
    await model.release();
  });

  it('says what it cannot do with its input', async () => {
    const model = await load('embedding-layers');
    await expect(model.run({ embedding_input: [[0, 1, 9]] })).rejects.toMatchObject({
      code: 'FEEDS_INVALID',
      message:
        "Cannot run embedding-layers/model.json on 'embedding_input' (float32 [1, 3]): GatherV2: the index value 9 is not in [0, 3].",
    });
    await model.release();
  });
});

/** Feeds that run, and feeds that do not, by the model. */
const feedsOf: Readonly<Record<string, readonly [object, object]>> = {
  'flow-graph': [
    { 'left:0': [[1, 2]], 'right:0': [[1], [2]], steps: 3 },
    { 'left:0': [[1, 2]], 'right:0': [[1, 2]], steps: 3 },
  ],
  'embedding-layers': [{ embedding_input: [[0, 1, 2]] }, { embedding_input: [[0, 1, 9]] }],
};

// Thousands of runs may take long on a machine that is busy with something else.
const LONG_MS = 120_000;

describeTensorFlow('the memory of models of TensorFlow.js', () => {
  const tensors = () => [tfjs().memory().numTensors, addon().getNumOfTensors()];

  it.each(Object.keys(feedsOf))(
    'holds no more tensors after 1,000 runs, nor after failures: %s',
    async (name) => {
      const [good, bad] = feedsOf[name] as readonly [Record<string, number[]>, Record<string, number[]>];
      const model = await load(name);
      await model.run(good);
      const before = tensors();
      for (let i = 0; i < 1000; i++) await model.run(good);
      expect(tensors()).toEqual(before);
      for (let i = 0; i < 1000; i++) await expect(model.run(bad)).rejects.toThrow();
      expect(tensors()).toEqual(before);
      await model.run(good);
      expect(tensors()).toEqual(before);
      await model.release();
    },
    LONG_MS,
  );

  it.each([
    'digits-graph',
    'same-graph',
    'table-graph',
    'flow-graph',
    'dense-layers',
    'two-layers',
    'embedding-layers',
  ])('holds nothing of a model after its release: %s', async (name) => {
    await (await load('dense-layers')).release();
    const before = tensors();
    const model = await load(name);
    await model.release();
    expect(tensors()).toEqual(before);
  });

  it('holds no more tensors of outputs that are left out', async () => {
    const model = await load('two-layers');
    const feeds = { left: [[1, 2]], right: [[3, 4]] };
    await model.run(feeds);
    const before = tensors();
    for (let i = 0; i < 100; i++) await model.run(feeds, ['product']);
    expect(tensors()).toEqual(before);
    await model.release();
  });
});
