import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SessionModel } from '../../../../src/runtime/models/session-model.js';
import { nest, Tensor } from '../../../../src/tensor.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';
import {
  addon,
  describeTensorFlow,
  expectRecordedAnswers,
  loadTensorFlow,
  modelFixture,
} from '../../../support/tensorflow.js';

const kinds = modelFixture('tensorflow/kinds');

/** Thousands of runs may take long on a machine that is busy with something else. */
const LONG_MS = 120_000;

/** Temporary files go to a folder of their own, to be counted. */
const temporary = temporaryFolder();
beforeAll(() => {
  vi.stubEnv('TMPDIR', temporary);
});
afterAll(() => {
  vi.unstubAllEnvs();
});

/** A signature of `kinds`, for the tests of a `describe()`. */
function useSignature(signature: string): () => SessionModel {
  let model: SessionModel | undefined;
  beforeAll(async () => {
    model = await loadTensorFlow(kinds, { signature });
  });
  afterAll(() => model?.release());
  return () => model as SessionModel;
}

describeTensorFlow('a SavedModel', () => {
  it('gives the answers that TensorFlow gave', async () => {
    const model = await loadTensorFlow(modelFixture('digits-savedmodel'));
    await expectRecordedAnswers(model, 'digits');
    await model.release();
  });

  describe('of several types', () => {
    const model = useSignature('numbers');
    const feeds = { f32: [1, 3], i32: [1, -3], i64: [-5, 7], flag: [true, false], u8: [255, 0] };

    it('gives each output as what it declares', async () => {
      const { half, negative, not, same, wide } = await model().run(feeds);
      expect(half).toMatchObject({ type: 'float32', dims: [2], data: Float32Array.of(0.5, 1.5) });
      expect(negative).toMatchObject({ type: 'int32', dims: [2], data: Int32Array.of(-1, 3) });
      expect(same).toMatchObject({ type: 'int64', dims: [2], data: BigInt64Array.of(-5n, 7n) });
      expect(not).toMatchObject({ type: 'bool', dims: [2], data: Uint8Array.of(0, 1) });
      expect(wide).toMatchObject({ type: 'int32', dims: [2], data: Int32Array.of(256, 1) });
    });

    it('gives the outputs that are asked for, each under its name', async () => {
      const results = await model().run(feeds, ['wide', 'half']);
      expect(Object.keys(results)).toEqual(['wide', 'half']);
      expect(results.half?.type).toBe('float32');
    });

    it('takes no rows', async () => {
      const none = { f32: [], i32: [], i64: [], flag: [], u8: [] };
      const { half, same } = await model().run(none);
      expect([half?.dims, same?.dims]).toEqual([[0], [0]]);
    });
  });

  describe('of int64', () => {
    const model = useSignature('plus_one');

    // The package itself would make 4294967295 of -1, and lose what no int32 holds.
    it('takes and gives all of them as they are', async () => {
      const i64 = [0n, -1n, 2n ** 31n, -(2n ** 31n) - 1n, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 2n];
      const { sum } = await model().run({ i64 });
      expect([...(sum as Tensor).data]).toEqual(i64.map((value) => value + 1n));
    });

    it('takes a tensor that begins within a larger array', async () => {
      const i64 = new Tensor('int64', BigInt64Array.of(1n, 2n, -3n).subarray(1), [2]);
      const { sum } = await model().run({ i64 });
      expect(sum?.data).toEqual(BigInt64Array.of(3n, -2n));
    });
  });

  describe('of strings', () => {
    const model = useSignature('text');

    it('takes and gives them whole', async () => {
      const words = [
        ['größer', 'als ein Wort, das in 22 Bytes passt'],
        ['', '🙂'],
      ];
      const { bytes, joined, same } = await model().run({ words });
      expect(joined).toMatchObject({
        type: 'string',
        dims: [2],
        data: ['größer als ein Wort, das in 22 Bytes passt', ' 🙂'],
      });
      expect(bytes?.data).toEqual(Int32Array.of(8, 35, 0, 4));
      expect(nest(same?.data as string[], same?.dims ?? [])).toEqual(words);
    });

    it('gives some of the outputs', async () => {
      const results = await model().run({ words: [['a', 'b']] }, ['joined']);
      expect(results).toEqual({ joined: expect.objectContaining({ data: ['a b'] }) });
    });
  });

  it('gives constant strings again and again', async () => {
    const model = await loadTensorFlow(kinds, { signature: 'labels' });
    for (let i = 0; i < 3; i++) {
      const { best, labels } = await model.run({ scores: [1, 2] });
      expect(best).toMatchObject({ dims: [], data: BigInt64Array.of(1n) });
      expect(labels?.data).toEqual([
        'the first label, longer than a short string',
        'the second label, longer than a short string',
      ]);
    }
    await model.release();
  });

  it('gives strings of a model that reads its assets while it runs', async () => {
    const model = await loadTensorFlow(modelFixture('tensorflow/assets'));
    const { text } = await model.run({});
    expect(text).toMatchObject({ dims: [], data: ['one line of an asset, which a run reads\n'] });
    await model.release();
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('leaves no temporary files behind', async () => {
    const model = await loadTensorFlow(kinds, { signature: 'text' });
    expect(readdirSync(temporary)).toEqual([]);
    await model.release();
  });

  it('refuses bytes that are no text', async () => {
    const model = await loadTensorFlow(kinds, { signature: 'raw' });
    await expect(model.run({ base64: ['YWJj', '_-8'] })).rejects.toMatchObject({
      code: 'MODEL_RUN_FAILED',
      message: expect.stringContaining("the output 'decoded' has bytes in element 1 that are no UTF-8 text"),
    });
    const { decoded } = await model.run({ base64: ['YWJj'] });
    expect(decoded?.data).toEqual(['abc']);
    await model.release();
  });

  it('runs without inputs', async () => {
    const model = await loadTensorFlow(kinds, { signature: 'nothing' });
    const { answer } = await model.run({});
    expect(answer).toMatchObject({ type: 'int64', dims: [], data: BigInt64Array.of(42n) });
    await model.release();
  });

  it('keeps what it was fed, though the caller writes over it', async () => {
    const model = await loadTensorFlow(kinds, { signature: 'remember' });
    const value = new Tensor('float32', Float32Array.of(5, 6), [2]);
    await model.run({ value });
    (value.data as Float32Array).fill(0);
    const { before } = await model.run({ value });
    expect(before?.data).toEqual(Float32Array.of(5, 6));
    await model.release();
  });

  it('runs as many signatures as are loaded of it', async () => {
    const [one, two] = [
      await loadTensorFlow(kinds, { signature: 'plus_one' }),
      await loadTensorFlow(kinds, { signature: 'lookup' }),
    ];
    const index = [1];
    expect((await one.run({ i64: index })).sum?.data).toEqual(BigInt64Array.of(2n));
    await one.release();
    expect((await two.run({ index })).value?.data).toEqual(Float32Array.of(20));
    await two.release();
  });
});

describeTensorFlow('a run of a SavedModel that fails', () => {
  const lookup = useSignature('lookup');
  const product = useSignature('product');

  it('says which node failed, and why', async () => {
    await expect(lookup().run({ index: [7] })).rejects.toMatchObject({
      code: 'FEEDS_INVALID',
      message: "Cannot run kinds on 'index' (int64 [1]): its node Gather failed: indices[0] = 7 is not in [0, 3).",
      cause: expect.objectContaining({ cause: expect.any(Error) }),
    });
  });

  it('leaves the model as it was', async () => {
    await expect(lookup().run({ index: [7] })).rejects.toThrow();
    expect((await lookup().run({ index: [2] })).value?.data).toEqual(Float32Array.of(30));
  });

  it(
    'leaves no tensors',
    async () => {
      const before = addon().getNumOfTensors();
      for (let i = 0; i < 1000; i++) await expect(lookup().run({ index: [7] })).rejects.toThrow();
      expect(addon().getNumOfTensors()).toBe(before);
    },
    LONG_MS,
  );

  // The addon forgets what it was fed: 400 MB of it here.
  it(
    'leaves no memory behind',
    async () => {
      const left = new Tensor('float32', new Float32Array(500_000), [1, 500_000]);
      const right = new Tensor('float32', new Float32Array(3), [3, 1]);
      const fail = async (times: number) => {
        for (let i = 0; i < times; i++)
          await expect(product().run({ left, right })).rejects.toThrow('size-incompatible');
      };
      await fail(20);
      const before = process.memoryUsage.rss();
      await fail(200);
      expect(process.memoryUsage.rss() - before).toBeLessThan(100e6);
    },
    LONG_MS,
  );
});

describeTensorFlow('the memory of SavedModels', () => {
  it.each([
    ['plus_one', { i64: [1, 2] }],
    ['text', { words: [['a', 'words that take a place of their own']] }],
    ['labels', { scores: [1] }],
  ])(
    'holds no more tensors after 1,000 runs: %s',
    async (signature, feeds) => {
      const model = await loadTensorFlow(kinds, { signature });
      const before = addon().getNumOfTensors();
      for (let i = 0; i < 1000; i++) await model.run(feeds as { i64: number[] });
      expect(addon().getNumOfTensors()).toBe(before);
      await model.release();
    },
    LONG_MS,
  );

  it('holds no model after its release', async () => {
    const before = addon().getNumOfSavedModels();
    const model = await loadTensorFlow(kinds, { signature: 'text' });
    expect(addon().getNumOfSavedModels()).toBe(before + 1);
    await model.release();
    expect(addon().getNumOfSavedModels()).toBe(before);
  });
});
