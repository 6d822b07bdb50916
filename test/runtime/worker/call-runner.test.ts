import { describe, expect, it } from 'vitest';
import { CallRunner } from '../../../src/runtime/worker/call-runner.js';
import type { Channel } from '../../../src/runtime/worker/channel.js';
import type { EntryModule } from '../../../src/runtime/worker/entry/load-entry.js';
import { decodeReplies, FrameReader, type ReceivedCall, ReplyKind } from '../../../src/runtime/worker/frames.js';
import { encodeCallHead } from '../../../src/runtime/worker/messages.js';
import { NumpyParameterType, refused } from '../../../src/schema/index.js';
import type { Tensor } from '../../../src/tensor.js';

interface Answer {
  readonly kind: number;
  readonly body: unknown;
  readonly code?: string;
}

/** A batched entry module, and its answers to a batch of bodies that have this for `x`. */
async function answersTo(
  batch: readonly unknown[],
  run: (x: Tensor) => unknown,
  { retry, declared = true }: { retry?: boolean; declared?: boolean } = {},
) {
  const lines: unknown[][] = [];
  let frame = Buffer.alloc(0);
  const channel = { drained: async () => {}, send: (parts: Uint8Array[]) => (frame = Buffer.concat(parts)) };
  const input = { name: 'x', type: new NumpyParameterType([[1]]), optional: false, convert: true };
  const entry: EntryModule = {
    init: undefined,
    warmup: undefined,
    run: (x) => run(x as Tensor),
    schema: { kind: 'typed', inputs: [input] },
    batch: { rowsMax: 4, declared },
  };
  const limits = { depthMax: 10, strictOutput: false, ...(retry === undefined ? {} : { retry }) };
  const runner = new CallRunner(entry, limits, channel as unknown as Channel, (level, message, call) =>
    lines.push([level, message.split('\n')[0], call?.requestId]),
  );
  const calls = batch.map((x, callId): ReceivedCall => {
    const head = { requestId: `r${callId}`, method: 'POST', target: '/score', headers: [] };
    return { callId, head: Buffer.from(encodeCallHead(head), 'latin1'), body: Buffer.from(JSON.stringify({ x })) };
  });
  await runner.runBatch(calls);
  let answers: Answer[] = [];
  const reader = new FrameReader(({ payload }) => {
    answers = decodeReplies(payload).replies.map(({ kind, head, body }) => ({
      kind,
      body: body.length > 0 ? JSON.parse(Buffer.from(body).toString()) : undefined,
      ...(head.length > 0 ? JSON.parse(Buffer.from(head).toString()) : {}),
    }));
  });
  reader.push(frame);
  return { answers, lines };
}

const kinds = ({ answers }: { answers: readonly Answer[] }) => answers.map(({ kind }) => kind);
const { json, refused: refusedKind, failed, again, againAlone } = ReplyKind;
const fail = () => {
  throw new Error('no such row');
};

describe('a batch of calls', () => {
  it('is run as one: those that can be stacked are answered, others handed back, bad ones refused', async () => {
    let runs = 0;
    const batch = [[['one']], [[1]], [[2], [3]], [[4], [5]], [[6]]];
    const { answers } = await answersTo(batch, (x) => {
      runs++;
      return x;
    });
    expect(runs).toBe(1);
    expect(answers.map(({ kind, body }) => [kind, body])).toEqual([
      [refusedKind, undefined],
      [json, [[1]]],
      [json, [[2], [3]]],
      [again, undefined],
      [again, undefined],
    ]);
  });

  it('that fails is run again, each call alone, and the log tells of it once', async () => {
    const run = await answersTo([[[1]], [[2]]], fail);
    expect(kinds(run)).toEqual([againAlone, againAlone]);
    expect(run.lines).toEqual([
      ['warn', 'run() failed for 2 calls together, each runs again: Error: no such row', undefined],
    ]);
  });

  it('that is refused is run again, too: the caller whose fault it is gets to know alone', async () => {
    const refuse = () => {
      throw refused('/x', 'expected something else');
    };
    const run = await answersTo([[[1]], [[2]]], refuse);
    expect([kinds(run), run.lines]).toEqual([[againAlone, againAlone], []]);
    expect(kinds(await answersTo([[[1]]], refuse, { retry: false }))).toEqual([refusedKind]);
  });

  it('that fails where nothing may be run again fails for all of them', async () => {
    const run = await answersTo([[[1]], [[2]]], fail, { retry: false });
    expect(run.answers.map(({ kind, code }) => [kind, code])).toEqual([
      [failed, 'RUN_FAILED'],
      [failed, 'RUN_FAILED'],
    ]);
    expect(run.lines).toEqual([
      ['error', 'Error: no such row', 'r0'],
      ['error', 'run() failed for this call with that of r0: no such row', 'r1'],
    ]);
  });

  it('of a model that is served by itself is run again all the same', async () => {
    expect(kinds(await answersTo([[[1]], [[2]]], fail, { retry: false, declared: false }))).toEqual([
      againAlone,
      againAlone,
    ]);
  });

  it('gives a row for each of its input, or fails', async () => {
    const one = () => [1];
    expect(kinds(await answersTo([[[1]], [[2]]], one))).toEqual([againAlone, againAlone]);
    const { answers } = await answersTo([[[1], [2]]], one);
    const message = expect.stringMatching(/^The result of run\(\) has 1 row where its input has 2:/);
    expect(answers).toMatchObject([{ kind: failed, code: 'RESULT_INVALID', message }]);
  });
});
