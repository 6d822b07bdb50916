import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CollectKind,
  decodeBatch,
  decodeCallFrame,
  decodeGivenUp,
  decodeMemory,
  decodeRecord,
  decodeReplies,
  encodeBatch,
  encodeCallFrame,
  encodeFrame,
  encodeGivenUp,
  encodeMemory,
  encodeRecord,
  encodeReplies,
  type Frame,
  FrameError,
  FrameReader,
  FromWorker,
  ReplyKind,
  ToWorker,
} from '../../../src/runtime/worker/frames.js';
import { type CallHead, decodeCallHead, encodeCallHead } from '../../../src/runtime/worker/messages.js';

/** Bytes as hexadecimal digits; blanks are for the reader. */
const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const text = (value: string) => Buffer.from(value);
const whole = (frame: readonly Uint8Array[]) => Buffer.concat(frame);

function read(...chunks: readonly Buffer[]): Frame[] {
  const frames: Frame[] = [];
  const reader = new FrameReader((frame) => frames.push(frame));
  for (const chunk of chunks) reader.push(chunk);
  return frames;
}

const times = { begunAtMs: 1, decodedAtMs: 2, stackedAtMs: 3, ranAtMs: 4, encodedAtMs: 5 };
const TIMES = '000000000000f03f 0000000000000040 0000000000000840 0000000000001040 0000000000001440';

/** The payload of the one frame in the bytes. */
const payloadOf = (frame: readonly Uint8Array[]) => (read(whole(frame))[0] as Frame).payload;

describe('the bytes of a frame', () => {
  it('are u32 length, u8 type, payload', () => {
    expect(whole(encodeFrame(ToWorker.load, text('{}')))).toEqual(bytes('03000000 01 7b7d'));
    expect(whole(encodeFrame(FromWorker.ready, text('')))).toEqual(bytes('01000000 21'));
    expect(whole(encodeFrame(FromWorker.failed, text('x')))).toEqual(bytes('02000000 22 78'));
    expect(whole(encodeFrame(FromWorker.log, text('x')))).toEqual(bytes('02000000 26 78'));
  });

  it('about one call begin their payload with u32 callId', () => {
    expect(whole(encodeCallFrame(ToWorker.cancel, 0x01020304))).toEqual(bytes('05000000 03 04030201'));
    expect(whole(encodeCallFrame(ToWorker.credit, 7, bytes('00000400')))).toEqual(
      bytes('09000000 04 07000000 00000400'),
    );
    expect(whole(encodeCallFrame(FromWorker.chunk, 0xffffffff, text('hi')))).toEqual(
      bytes('07000000 24 ffffffff 6869'),
    );
    expect(whole(encodeCallFrame(FromWorker.end, 7, text('{}')))).toEqual(bytes('07000000 25 07000000 7b7d'));
  });

  it('of a batch are a table of its calls, then head and body of each', () => {
    const frame = encodeBatch([
      { callId: 5, head: 'é', body: [text('a'), text('bc')] },
      { callId: 6, head: 'h', body: [] },
    ]);
    expect(whole(frame)).toEqual(
      bytes('22000000 02  02000000  05000000 01000000 03000000  06000000 01000000 00000000  e9 616263 68'),
    );
  });

  it('of replies are the times of their batch, a table of them, then head and body of each', () => {
    const frame = encodeReplies({
      times,
      replies: [
        { callId: 5, kind: ReplyKind.json, runMs: 1.5, head: text(''), body: text('[1]') },
        { callId: 6, kind: ReplyKind.failed, runMs: -1, head: text('{}'), body: text('') },
      ],
    });
    expect(whole(frame)).toEqual(
      bytes(
        `5c000000 23
        ${TIMES}
        02000000
        05000000 00 000000000000f83f 00000000 03000000
        06000000 04 000000000000f0bf 02000000 00000000
        5b315d 7b7d`.replace(/\s/g, ''),
      ),
    );
  });

  it('of nothing are a table of nothing', () => {
    expect(whole(encodeBatch([]))).toEqual(bytes('05000000 02 00000000'));
    expect(whole(encodeReplies({ times, replies: [] }))).toEqual(bytes(`2d000000 23 ${TIMES} 00000000`));
  });
});

describe('the head of a call', () => {
  const head: CallHead = {
    requestId: 'r-1',
    method: 'POST',
    target: '/score?a=\u00e9',
    headers: ['x-name', 'caf\u00e9', 'empty', '', 'x-request-id', 'r-1'],
  };

  it.each([
    ['with all there is', { ...head, clientRequestId: 'c', traceparent: '00-1-2-01' }],
    ['without ids of the client', head],
    ['without headers', { ...head, headers: [] }],
  ])('comes as it was sent: %s', (_, given) => {
    expect(decodeCallHead(Buffer.from(encodeCallHead(given), 'latin1'))).toEqual(given);
  });
});

describe('a record of data collection', () => {
  it('is u8 kind, u32 headBytes, head, data', () => {
    const frame = encodeRecord({ head: text('{}'), data: text('[1]') });
    expect(whole(frame)).toEqual(bytes('0b000000 2b 00 02000000 7b7d 5b315d'));
  });

  it('is u8 kind, u32 records where some were given up', () => {
    const frame = encodeGivenUp(CollectKind.full, 258);
    expect(whole(frame)).toEqual(bytes('06000000 2b 03 02010000'));
    expect(decodeGivenUp(payloadOf(frame))).toEqual({ kind: CollectKind.full, records: 258 });
    expect(() => decodeGivenUp(bytes('03 0201'))).toThrow(FrameError);
  });

  it('comes as it was sent', () => {
    const record = { head: text('head'), data: Buffer.alloc(100_000, 7) };
    expect(decodeRecord(payloadOf(encodeRecord(record)))).toEqual(record);
  });

  it.each([
    ['a head that is longer than it', '00 05000000 7b7d'],
    ['no length', '00 0200'],
    ['a kind that is none', '01 00000000'],
  ])('is refused with %s', (_, payload) => {
    expect(() => decodeRecord(bytes(payload))).toThrow(FrameError);
  });
});

describe('the memory that a worker keeps', () => {
  it('comes as it was sent, and of no other length', () => {
    expect(decodeMemory(payloadOf(encodeMemory(2 ** 40 + 1)))).toBe(2 ** 40 + 1);
    expect(() => decodeMemory(bytes('0000'))).toThrow(FrameError);
  });
});

describe('writing', () => {
  it('joins small bodies into one buffer, so that a batch is one write', () => {
    const calls = [1, 2, 3].map((callId) => ({ callId, head: 'head', body: [text('abc')] }));
    expect(encodeBatch(calls)).toHaveLength(1);
  });

  it('passes large bodies on where they lie', () => {
    const pieces = [Buffer.alloc(100_000, 1), Buffer.alloc(100_000, 2)];
    const frame = encodeBatch([{ callId: 1, head: 'head', body: pieces }]);
    expect(pieces.every((piece) => frame.includes(piece))).toBe(true);
    expect(decodeBatch(payloadOf(frame))).toEqual([{ callId: 1, head: text('head'), body: Buffer.concat(pieces) }]);
  });

  it('takes a body that is a view of a larger buffer as the view', () => {
    const body = new Uint8Array(Uint8Array.from({ length: 200_000 }, (_, i) => i).buffer, 3, 100_000);
    const frame = encodeReplies({
      times,
      replies: [{ callId: 1, kind: ReplyKind.json, runMs: 0, head: text(''), body }],
    });
    expect(Buffer.from(decodeReplies(payloadOf(frame)).replies[0]!.body).equals(body)).toBe(true);
    expect(frame.some((part) => part.buffer === body.buffer)).toBe(true);
  });

  it('refuses a frame that the other side would not take', () => {
    const body = new Uint8Array(0);
    Object.defineProperty(body, 'length', { value: 2 ** 30 });
    expect(() => encodeFrame(FromWorker.log, body)).toThrow(FrameError);
  });
});

const body = fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array));
const callId = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const latin1 = body.map((some) => some.toString('latin1'));
const call = fc.record({ callId, head: latin1, body: fc.array(body, { maxLength: 4 }) });
const reply = fc.record({
  callId,
  kind: fc.constantFrom(...Object.values(ReplyKind)),
  runMs: fc.double({ noNaN: true }),
  head: body,
  body,
});

describe('reading what was written', () => {
  it('gives the calls of a batch', () => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 9 }), (calls) => {
        const received = calls.map((one) => ({
          ...one,
          head: Buffer.from(one.head, 'latin1'),
          body: Buffer.concat(one.body),
        }));
        expect(decodeBatch(payloadOf(encodeBatch(calls)))).toEqual(received);
      }),
    );
  });

  it('gives the calls of a batch that is more than one buffer', () => {
    const sizes = [10, 4_095, 4_096, 70_000, 1, 60_000, 3_000, 3_000, 65_536, 0, 5];
    const calls = sizes.map((size, i) => ({ callId: i, head: `${i}`.repeat(i * 100), body: [Buffer.alloc(size, i)] }));
    const received = decodeBatch(payloadOf(encodeBatch([...calls, ...calls])));
    for (const [i, { head, body }] of received.entries()) {
      const sent = calls[i % calls.length]!;
      expect(head.toString()).toBe(sent.head);
      expect(body.equals(sent.body[0]!)).toBe(true);
    }
  });

  it('gives the replies of a batch', () => {
    fc.assert(
      fc.property(fc.array(reply, { maxLength: 9 }), (replies) => {
        expect(decodeReplies(payloadOf(encodeReplies({ times, replies })))).toEqual({ times, replies });
      }),
    );
  });

  it('gives the same frames however the stream is cut', () => {
    const frame = fc.record({ type: fc.constantFrom(...Object.values(ToWorker)), payload: body });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 9 }), fc.array(fc.nat(200)), (frames, cuts) => {
        const stream = Buffer.concat(frames.flatMap(({ type, payload }) => encodeFrame(type, payload)));
        const ends = [...new Set([...cuts.filter((cut) => cut < stream.length), stream.length])].sort((a, b) => a - b);
        const chunks = ends.map((end, i) => stream.subarray(ends[i - 1] ?? 0, end));
        expect(read(...chunks)).toEqual(frames);
      }),
    );
  });

  it('gives them also when every byte comes alone', () => {
    const stream = whole([...encodeFrame(ToWorker.load, text('{}')), ...encodeCallFrame(ToWorker.cancel, 9)]);
    const frames = read(...Array.from(stream, (byte) => Buffer.of(byte)));
    expect(frames.map(({ type }) => type)).toEqual([ToWorker.load, ToWorker.cancel]);
    expect(decodeCallFrame((frames[1] as Frame).payload)).toEqual({ callId: 9, payload: text('') });
  });
});

describe('the memory of what is read', () => {
  it('is that of the chunk, where a frame came in one', () => {
    const chunk = whole(encodeBatch([{ callId: 1, head: 'head', body: [text('abc')] }]));
    const { payload } = read(chunk)[0] as Frame;
    expect(payload.buffer).toBe(chunk.buffer);
    expect(decodeBatch(payload)[0]?.body.buffer).toBe(chunk.buffer);
  });

  it('is allocated once, where it came in several', () => {
    const chunk = whole(encodeFrame(FromWorker.log, Buffer.alloc(100_000, 7)));
    const { payload } = read(chunk.subarray(0, 10), chunk.subarray(10, 50_000), chunk.subarray(50_000))[0] as Frame;
    expect(payload.buffer).not.toBe(chunk.buffer);
    expect(payload.equals(Buffer.alloc(100_000, 7))).toBe(true);
  });
});

describe('bytes that break the contract are refused', () => {
  it.each([
    ['a frame without a type', () => read(bytes('00000000 00'))],
    ['a frame longer than any', () => read(bytes('01000040 01'))],
    ['a call without its id', () => decodeCallFrame(bytes('010203'))],
    ['a batch without its table', () => decodeBatch(bytes('0100'))],
    ['a table longer than its frame', () => decodeBatch(bytes('01000000 05000000 00000000'))],
    ['a count that fits no memory', () => decodeBatch(bytes('ffffffff'))],
    ['a head longer than its frame', () => decodeBatch(bytes('01000000 05000000 03000000 00000000 7b7d'))],
    ['a body longer than its frame', () => decodeBatch(bytes('01000000 05000000 00000000 ffffffff 7b7d'))],
    ['more bytes than the parts take', () => decodeBatch(bytes('01000000 05000000 00000000 01000000 7b7d'))],
    ['replies without the times of their batch', () => decodeReplies(bytes('02000000 05000000'))],
    ['a time that is no number', () => decodeReplies(bytes(`${TIMES.slice(0, -16)}000000000000f87f 00000000`))],
    ['replies longer than their frame', () => decodeReplies(bytes(`${TIMES} 02000000 05000000`))],
    [
      'a reply of no kind',
      () => decodeReplies(bytes(`${TIMES} 01000000 05000000 07 0000000000000000 00000000 00000000`)),
    ],
  ])('%s', (_, decode) => expect(decode).toThrow(FrameError));
});
