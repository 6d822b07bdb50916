import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { DataFrame } from '../../../../src/data-frame/data-frame.js';
import type { CollectRules } from '../../../../src/runtime/collect/collect-rules.js';
import { collectedJson } from '../../../../src/runtime/collect/writer/collected-data.js';
import type { Channel } from '../../../../src/runtime/worker/channel.js';
import {
  type CollectorOptions,
  ModelDataCollector,
} from '../../../../src/runtime/worker/collect/model-data-collector.js';
import { collectInto, Outbox } from '../../../../src/runtime/worker/collect/outbox.js';
import { CollectKind, decodeGivenUp, decodeRecord, FrameReader } from '../../../../src/runtime/worker/frames.js';
import type { CollectedData } from '../../../../src/runtime/worker/messages.js';
import { CallContext, StackedCalls } from '../../../../src/runtime/worker/request-context.js';
import { Tensor } from '../../../../src/tensor.js';

interface Sent {
  readonly head: CollectedData;
  readonly data: unknown;
}

const sent: Sent[] = [];
/** Records that were given up, as the front is told of them. */
const givenUp: { readonly kind: CollectKind; readonly records: number }[] = [];
const logged: string[] = [];
let backlogBytes = 0;
const reader = new FrameReader(({ payload }) => {
  if (payload[0] !== CollectKind.record) {
    givenUp.push(decodeGivenUp(payload));
    return;
  }
  const record = decodeRecord(payload);
  const head = JSON.parse(record.head.toString()) as CollectedData;
  sent.push({ head, data: JSON.parse(collectedJson(head, record.data)) });
});
const channel = {
  sendLater: (frame: readonly Buffer[]) => reader.push(Buffer.concat(frame)),
  get backlogBytes() {
    return backlogBytes;
  },
} as unknown as Channel;

function collecting(rules: Partial<CollectRules> = {}): Outbox {
  const all = { rates: {}, otherRate: 1, recordBytesMax: 1_000, ...rules };
  const outbox = new Outbox(all, channel, (_, message) => logged.push(message));
  collectInto(outbox);
  return outbox;
}

/** What has been sent, once it has. */
async function records(): Promise<Sent[]> {
  await new Promise(setImmediate);
  return sent.splice(0);
}

/** What the front is told to have been given up; nothing was collected beside it. */
function onlyGivenUp(): unknown {
  channel.beforeEnd?.();
  expect(sent).toEqual([]);
  return givenUp.splice(0);
}

const context = (requestId: string) =>
  new CallContext(
    { requestId, clientRequestId: `c-${requestId}`, method: 'POST', target: '/score', headers: [] },
    () => {},
  );

/** Calls of one batch, with so many rows each. */
function stacked(...rows: readonly number[]): StackedCalls {
  let firstRow = 0;
  return new StackedCalls(
    rows.map((count, i) => {
      const call = context(`r-${i}`);
      Object.assign(call, { rows: count, firstRow });
      firstRow += count;
      return call;
    }),
  );
}

afterAll(() => collectInto(undefined));

it('without data collection, nothing happens, in a test of an entry module for instance', () => {
  new ModelDataCollector('digits', 'inputs').collect([1]);
  expect(sent).toEqual([]);
});

describe('a ModelDataCollector', () => {
  beforeEach(() => {
    backlogBytes = 0;
    logged.length = 0;
    givenUp.length = 0;
    collecting();
  });

  it('says of data what it is of', async () => {
    const options: CollectorOptions = {
      featureNames: ['age', 'bmi'],
      modelVersion: 3,
      webserviceName: 'credit',
      workspace: 'a/b/c',
      collectionName: 'is not for inputs',
    };
    const collector = new ModelDataCollector('digits', 'inputs', options);
    context('r-1').enter(() => collector.collect([[41, 22.5]], 'mine'));
    const [{ head, data } = expect.fail()] = await records();
    expect(data).toEqual([[41, 22.5]]);
    expect(head).toEqual({
      kind: 'data',
      atMs: expect.any(Number),
      requestId: 'r-1',
      clientRequestId: 'c-r-1',
      correlationId: 'mine',
      collection: 'model_inputs',
      designation: 'inputs',
      model: 'digits',
      modelVersion: '3',
      service: 'credit',
      workspace: 'a/b/c',
      features: ['age', 'bmi'],
      dataType: 'Array',
    });
    expect(Math.abs((head.atMs ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it('takes names of columns alone, as the reference does', async () => {
    new ModelDataCollector('digits', 'inputs', ['age']).collect([[1]]);
    expect((await records())[0]?.head.features).toEqual(['age']);
  });

  it.each([
    ['inputs', {}, { designation: 'inputs', collection: 'model_inputs' }],
    ['predictions', {}, { designation: 'predictions', collection: 'model_outputs' }],
    ['labels', { collectionName: 'x' }, { designation: 'labels', collection: 'labels' }],
    ['default', {}, { designation: 'general', collection: 'general' }],
    ['signals', { collectionName: 'clicks' }, { designation: 'signals', collection: 'clicks', file: 'clicks' }],
    ['drift', {}, { designation: 'drift', collection: 'drift' }],
  ])('for %s and %j has these places', async (designation, options, expected) => {
    new ModelDataCollector('digits', designation, options).collect(1);
    expect((await records())[0]?.head).toMatchObject(expected);
  });

  it('collects what data is now', async () => {
    const rows = [[1], [2]];
    const tensor = new Tensor('float32', Float32Array.of(1.5, 2.5), [2, 1]);
    const collector = new ModelDataCollector('digits', 'inputs');
    for (const data of [rows, tensor]) collector.collect(data);
    rows.push([3]);
    (tensor.data as Float32Array).fill(0);
    expect((await records()).map(({ data }) => data)).toEqual([
      [[1], [2]],
      [[1.5], [2.5]],
    ]);
  });

  it.each([
    ['a tensor', new Tensor('int64', BigInt64Array.of(1n, 2n), [1, 2]), [[1, 2]], 'Tensor'],
    ['a data frame', DataFrame.fromRows([{ a: 1, b: 'x' }]), [{ a: 1, b: 'x' }], 'DataFrame'],
    ['a typed array', Float32Array.of(1, 2), [1, 2], 'Float32Array'],
    ['an object', { a: [1] }, { a: [1] }, 'Object'],
    ['a number', 1.5, 1.5, 'number'],
    ['nothing', undefined, null, 'undefined'],
  ])('collects %s', async (_, data, expected, dataType) => {
    new ModelDataCollector('digits').collect(data);
    expect(await records()).toMatchObject([{ data: expected, head: { dataType } }]);
  });

  it('takes null for what is not said, as JavaScript may have it', async () => {
    const none = null as unknown as undefined;
    context('r-1').enter(() => new ModelDataCollector('digits', 'inputs', none).collect([1], none));
    expect((await records())[0]?.head).toMatchObject({ requestId: 'r-1', model: 'digits' });
  });

  it('knows the columns of a data frame', async () => {
    new ModelDataCollector('digits').collect(DataFrame.fromRows([{ a: 1, b: 'x' }]));
    expect((await records())[0]?.head.features).toEqual(['a', 'b']);
  });

  const cycle: unknown[] = [];
  cycle.push(cycle);
  it.each([
    ['bytes', Buffer.from('image')],
    ['an ArrayBuffer', new ArrayBuffer(4)],
    ['a Blob', new Blob(['x'])],
    ['a function', () => 1],
    ['a cycle', cycle],
    ['elements that are not known', new Tensor('uint4', Uint8Array.of(1), [1])],
    ['what throws', { toJSON: () => { throw new Error('no'); } }], // biome-ignore format: one line is enough
  ])('refuses %s, and says it once', (_, data) => {
    const collector = new ModelDataCollector('digits', 'inputs');
    for (let i = 0; i < 3; i++) collector.collect(data);
    expect(onlyGivenUp()).toEqual([{ kind: CollectKind.unusable, records: 3 }]);
    expect(logged).toEqual([
      expect.stringMatching(/^ModelDataCollector\('digits', 'inputs'\)\.collect\(\): this cannot/),
    ]);
  });

  it('refuses names that are none', () => {
    expect(() => new ModelDataCollector('')).toThrow(TypeError);
    expect(() => new ModelDataCollector(1 as unknown as string)).toThrow('modelName must be a text');
    expect(() => new ModelDataCollector('digits', ' ')).toThrow('designation must be a text');
  });

  it('gives up what is too large, a tensor before it is written', () => {
    const collector = new ModelDataCollector('digits');
    collector.collect('x'.repeat(1_000));
    collector.collect(new Tensor('float32', new Float32Array(501), [501]));
    expect(onlyGivenUp()).toEqual([{ kind: CollectKind.tooLarge, records: 2 }]);
  });

  it('gives up what the front does not take in time', () => {
    backlogBytes = 8 * 1024 * 1024;
    new ModelDataCollector('digits').collect([1]);
    expect(onlyGivenUp()).toEqual([{ kind: CollectKind.full, records: 1 }]);
  });

  it('writes nothing for a while when the front has no room, and counts what it would have', async () => {
    const outbox = collecting({ rates: { model_inputs: 0 } });
    const toJSON = () => expect.fail('it was written');
    outbox.hold();
    for (const designation of ['drift', 'inputs']) new ModelDataCollector('digits', designation).collect({ toJSON });
    stacked(1, 2).enter(() => new ModelDataCollector('digits').collect([{ toJSON }, { toJSON }, { toJSON }]));
    expect(onlyGivenUp()).toEqual([{ kind: CollectKind.full, records: 3 }]);
    await expect.poll(() => outbox.isHeld).toBe(false);
    new ModelDataCollector('digits').collect('again');
    expect((await records()).map(({ data }) => data)).toEqual(['again']);
  });

  it('tells of what was given up without being asked', async () => {
    backlogBytes = 8 * 1024 * 1024;
    for (let i = 0; i < 3; i++) new ModelDataCollector('digits').collect([1]);
    await expect.poll(() => givenUp.splice(0)).toEqual([{ kind: CollectKind.full, records: 3 }]);
  });

  it('collects of the calls that the rules choose, and outside of calls', async () => {
    collecting({ rates: { model_inputs: 0 }, otherRate: 0.5 });
    const [never, sometimes] = [new ModelDataCollector('digits', 'inputs'), new ModelDataCollector('digits', 'drift')];
    for (const collector of [never, sometimes]) collector.collect('init');
    for (let i = 0; i < 100; i++) context(`r-${i}`).enter(() => [never, sometimes].map((one) => one.collect(i)));
    const got = await records();
    expect(got.filter(({ data }) => data === 'init')).toHaveLength(1);
    expect(got.every(({ head }) => head.collection === 'drift')).toBe(true);
    expect(got.length).toBeGreaterThan(20);
    expect(got.length).toBeLessThan(80);
  });
});

describe('in a batched run', () => {
  beforeEach(() => collecting());

  it.each([
    ['arrays', [[1], [2], [3]], [[[1]], [[2], [3]]]],
    ['a tensor', new Tensor('float32', Float32Array.of(1, 2, 3), [3, 1]), [[[1]], [[2], [3]]]],
    ['a data frame', DataFrame.fromRows([{ a: 1 }, { a: 2 }, { a: 3 }]), [[{ a: 1 }], [{ a: 2 }, { a: 3 }]]],
    ['a typed array', Float64Array.of(1, 2, 3), [[1], [2, 3]]],
  ])('%s with a row for each of the batch are of their calls', async (_, data, expected) => {
    stacked(1, 2).enter(() => new ModelDataCollector('digits').collect(data));
    const got = await records();
    expect(got.map((one) => one.data)).toEqual(expected);
    expect(got.map(({ head }) => head.requestId)).toEqual(['r-0', 'r-1']);
  });

  it('other data is of none', async () => {
    stacked(1, 2).enter(() => new ModelDataCollector('digits').collect({ mean: 2 }));
    const [{ head, data } = expect.fail()] = await records();
    expect(data).toEqual({ mean: 2 });
    expect(head.requestId).toBeUndefined();
  });

  it('a call that is alone has all of it', async () => {
    stacked(2).enter(() => new ModelDataCollector('digits').collect({ mean: 2 }));
    expect((await records())[0]?.head.requestId).toBe('r-0');
  });

  it('rows of calls that are not chosen are left out', async () => {
    collecting({ otherRate: 0.5 });
    const rows = Array(100).fill(1);
    stacked(...rows).enter(() => new ModelDataCollector('digits').collect(rows.map((_, i) => [i])));
    const got = await records();
    expect(got.length).toBeGreaterThan(20);
    expect(got.length).toBeLessThan(80);
    expect(got.every(({ head, data }) => head.requestId === `r-${data}`)).toBe(true);
  });
});
