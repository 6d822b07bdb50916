/**
 * The frames between the front and a worker: the contract of the socket pair between them.
 *
 * ```
 * frame  = u32 length of what follows | u8 type | payload            all integers little endian
 * batch  = u32 n | n × (u32 callId | u32 headBytes | u32 bodyBytes) | n × (head | body)
 * replies= 5 × f64 ms | u32 n | n × (u32 callId | u8 kind | f64 runMs | u32 headBytes | u32 bodyBytes) | n × (head | body)
 * ```
 *
 * One `batch` is answered by exactly one `replies`, with a reply for each of its calls: that gives the worker's credit
 * back; it begins with the times of the batch (see {@link BatchTimes}). A call that the worker has not run it hands back by
 * a reply of kind `again` or `againAlone`. A reply of kind
 * `stream` is followed by any number of `chunk` and one `end`; the worker may send {@link STREAM_WINDOW_BYTES} of chunks
 * ahead of the `credit` frames that the front returns. An idle worker is sent a `ping` now and then, and answers `pong`;
 * both are empty. `memory` (f64 bytes) tells what a worker keeps resident, at most once a second.
 *
 * `collect` is a record of data collection, which nothing waits for; of those that were given up in the worker only the kind
 * and the number are told:
 *
 * ```
 * collect= u8 0    | u32 headBytes | head | data
 *        | u8 kind | u32 records
 * ```
 *
 * Where the front has no room for records it sends a `hold`, which is empty: the worker writes none for
 * {@link COLLECT_HOLD_MS}.
 */

import { FrameError, FrameWriter } from './frame-bytes.js';

export { type Frame, FrameError, FrameReader } from './frame-bytes.js';

/** Front to worker. */
export const ToWorker = { load: 1, batch: 2, cancel: 3, credit: 4, ping: 5, hold: 6 } as const;
/** Worker to front. */
export const FromWorker = {
  ready: 33,
  failed: 34,
  replies: 35,
  chunk: 36,
  end: 37,
  log: 38,
  pong: 39,
  models: 40,
  memory: 41,
  metrics: 42,
  collect: 43,
} as const;

export type FrameType = (typeof ToWorker)[keyof typeof ToWorker] | (typeof FromWorker)[keyof typeof FromWorker];

/**
 * What a reply is. `refused`: the input or the result was wrong; `failed`: `run` threw. `again` and `againAlone` are no
 * answers: the call was not run, as it cannot be stacked with the others of its batch, or as the batch failed.
 */
export const ReplyKind = { json: 0, response: 1, stream: 2, refused: 3, failed: 4, again: 5, againAlone: 6 } as const;
export type ReplyKind = (typeof ReplyKind)[keyof typeof ReplyKind];

/** Chunks that a worker may send ahead of what the front has passed on, per stream. */
export const STREAM_WINDOW_BYTES = 256 * 1024;

/**
 * When a worker did what with a batch, in milliseconds of the clock that all processes of a machine share. None is before
 * the one above it.
 */
export interface BatchTimes {
  /** It was its turn: its calls are decoded from here on. */
  begunAtMs: number;
  /** All calls were decoded, and checked. */
  decodedAtMs: number;
  /** Those that run together were stacked, and `run` was called. */
  stackedAtMs: number;
  /** `run` returned, or threw. */
  ranAtMs: number;
  /** All results were written. */
  encodedAtMs: number;
}

const TIMES_BYTES = 5 * 8;
const CALL_ENTRY_BYTES = 12;
const REPLY_ENTRY_BYTES = 21;
const NOTHING = Buffer.alloc(0);

/** A call on its way to a worker: the head is Latin-1 (see `CallHead`), the body is raw, in the pieces it came in. */
export interface CallMessage {
  readonly callId: number;
  readonly head: string;
  readonly body: readonly Uint8Array[];
}

/** A reply on its way to the front: the head is JSON (see `ReplyHead`) or empty. */
export interface ReplyMessage {
  readonly callId: number;
  readonly kind: ReplyKind;
  /** Milliseconds inside the user's `run`; -1 where it did not return. */
  readonly runMs: number;
  readonly head: Uint8Array;
  readonly body: Uint8Array;
}

/** A frame of one payload. */
export function encodeFrame(type: FrameType, payload: Uint8Array = NOTHING): Buffer[] {
  return pack(type, NOTHING, payload);
}

/** A frame that concerns one call: `u32 callId | payload`. */
export function encodeCallFrame(type: FrameType, callId: number, payload: Uint8Array = NOTHING): Buffer[] {
  const id = Buffer.allocUnsafe(4);
  id.writeUInt32LE(callId);
  return pack(type, id, payload);
}

export function decodeCallFrame(payload: Buffer): { readonly callId: number; readonly payload: Buffer } {
  if (payload.length < 4) throw new FrameError('a frame about a call is too short');
  return { callId: payload.readUInt32LE(0), payload: payload.subarray(4) };
}

/** Bytes that a worker keeps resident. */
export function encodeMemory(residentBytes: number): Buffer[] {
  const payload = Buffer.allocUnsafe(8);
  payload.writeDoubleLE(residentBytes);
  return encodeFrame(FromWorker.memory, payload);
}

export function decodeMemory(payload: Buffer): number {
  if (payload.length !== 8) throw new FrameError('a frame about memory is of the wrong length');
  return payload.readDoubleLE(0);
}

/** What a `collect` frame is: a record, or why there are none. */
export const CollectKind = { record: 0, tooLarge: 1, unusable: 2, full: 3 } as const;
export type CollectKind = (typeof CollectKind)[keyof typeof CollectKind];

/** A record of data collection: the head is JSON (see `CollectHead`), which says what the data is. */
export interface CollectRecord {
  readonly head: Uint8Array;
  readonly data: Uint8Array;
}

/** Bytes of a `collect` payload before the head of a record. */
export const COLLECT_PREFIX_BYTES = 5;
/** How long a worker writes no records once the front had no room for one. */
export const COLLECT_HOLD_MS = 100;

export function encodeRecord({ head, data }: CollectRecord): Buffer[] {
  const frame = new FrameWriter(FromWorker.collect, COLLECT_PREFIX_BYTES + head.length + data.length);
  frame.u8(CollectKind.record);
  frame.u32(head.length);
  frame.bytes(head);
  frame.bytes(data);
  return frame.finish();
}

/** Records that were given up. */
export function encodeGivenUp(kind: CollectKind, records: number): Buffer[] {
  const frame = new FrameWriter(FromWorker.collect, COLLECT_PREFIX_BYTES);
  frame.u8(kind);
  frame.u32(records);
  return frame.finish();
}

/** @returns A kind that is no record, and how many there are of it. */
export function decodeGivenUp(payload: Buffer): { readonly kind: CollectKind; readonly records: number } {
  if (payload.length !== COLLECT_PREFIX_BYTES) throw new FrameError('a frame about records is of the wrong length');
  return { kind: payload.readUInt8(0) as CollectKind, records: payload.readUInt32LE(1) };
}

/** A record as it is read. */
export interface ReceivedRecord extends CollectRecord {
  readonly head: Buffer;
  readonly data: Buffer;
}

export function decodeRecord(payload: Buffer): ReceivedRecord {
  const headBytes = payload.length < COLLECT_PREFIX_BYTES ? -1 : payload.readUInt32LE(1);
  const dataFrom = COLLECT_PREFIX_BYTES + headBytes;
  if (headBytes < 0 || dataFrom > payload.length) throw new FrameError('a record is shorter than its head');
  if (payload[0] !== CollectKind.record) throw new FrameError(`no record is of kind ${payload[0]}`);
  return { head: payload.subarray(COLLECT_PREFIX_BYTES, dataFrom), data: payload.subarray(dataFrom) };
}

/** Calls that go to a worker together. */
export function encodeBatch(calls: readonly CallMessage[]): Buffer[] {
  const bodyBytes = calls.map(({ body }) => bytesOf(body));
  let length = 4 + calls.length * CALL_ENTRY_BYTES;
  for (let i = 0; i < calls.length; i++) length += (calls[i] as CallMessage).head.length + (bodyBytes[i] as number);
  const frame = new FrameWriter(ToWorker.batch, length);
  frame.u32(calls.length);
  for (let i = 0; i < calls.length; i++) {
    const { callId, head } = calls[i] as CallMessage;
    frame.u32(callId);
    frame.u32(head.length);
    frame.u32(bodyBytes[i] as number);
  }
  for (const { head, body } of calls) {
    frame.latin1(head);
    for (const piece of body) frame.bytes(piece);
  }
  return frame.finish();
}

function bytesOf(pieces: readonly Uint8Array[]): number {
  let bytes = 0;
  for (const piece of pieces) bytes += piece.length;
  return bytes;
}

/** A call as a worker reads it. */
export interface ReceivedCall {
  readonly callId: number;
  readonly head: Buffer;
  readonly body: Buffer;
}

export function decodeBatch(payload: Buffer): ReceivedCall[] {
  const cursor = openTable(payload, CALL_ENTRY_BYTES);
  const calls = Array.from({ length: cursor.count }, (_, i) => {
    const entry = 4 + i * CALL_ENTRY_BYTES;
    const head = cursor.take(payload.readUInt32LE(entry + 4));
    const body = cursor.take(payload.readUInt32LE(entry + 8));
    return { callId: payload.readUInt32LE(entry), head, body };
  });
  cursor.end();
  return calls;
}

/** The answer to one batch. */
export interface Replies {
  readonly times: Readonly<BatchTimes>;
  readonly replies: readonly ReplyMessage[];
}

export function encodeReplies({ times, replies }: Replies): Buffer[] {
  let length = TIMES_BYTES + 4 + replies.length * REPLY_ENTRY_BYTES;
  for (const { head, body } of replies) length += head.length + body.length;
  const frame = new FrameWriter(FromWorker.replies, length);
  frame.f64(times.begunAtMs);
  frame.f64(times.decodedAtMs);
  frame.f64(times.stackedAtMs);
  frame.f64(times.ranAtMs);
  frame.f64(times.encodedAtMs);
  frame.u32(replies.length);
  for (const { callId, kind, runMs, head, body } of replies) {
    frame.u32(callId);
    frame.u8(kind);
    frame.f64(runMs);
    frame.u32(head.length);
    frame.u32(body.length);
  }
  for (const { head, body } of replies) {
    frame.bytes(head);
    frame.bytes(body);
  }
  return frame.finish();
}

export function decodeReplies(frame: Buffer): Replies {
  if (frame.length < TIMES_BYTES) throw new FrameError('the times of a batch are longer than their frame');
  const times: BatchTimes = {
    begunAtMs: frame.readDoubleLE(0),
    decodedAtMs: frame.readDoubleLE(8),
    stackedAtMs: frame.readDoubleLE(16),
    ranAtMs: frame.readDoubleLE(24),
    encodedAtMs: frame.readDoubleLE(32),
  };
  if (!Number.isFinite(times.begunAtMs + times.decodedAtMs + times.stackedAtMs + times.ranAtMs + times.encodedAtMs)) {
    throw new FrameError('a time of a batch is no number');
  }
  const payload = frame.subarray(TIMES_BYTES);
  const cursor = openTable(payload, REPLY_ENTRY_BYTES);
  const replies = Array.from({ length: cursor.count }, (_, i) => {
    const entry = 4 + i * REPLY_ENTRY_BYTES;
    const head = cursor.take(payload.readUInt32LE(entry + 13));
    const body = cursor.take(payload.readUInt32LE(entry + 17));
    const kind = payload.readUInt8(entry + 4) as ReplyKind;
    if (kind > ReplyKind.againAlone) throw new FrameError(`there is no reply of kind ${kind}`);
    return { callId: payload.readUInt32LE(entry), kind, runMs: payload.readDoubleLE(entry + 5), head, body };
  });
  cursor.end();
  return { times, replies };
}

/** A frame of parts that are there as bytes. */
function pack(type: FrameType, first: Buffer, payload: Uint8Array): Buffer[] {
  const frame = new FrameWriter(type, first.length + payload.length);
  frame.bytes(first);
  frame.bytes(payload);
  return frame.finish();
}

/** Reads the parts behind a table of `u32 n | n × entry`, and holds every length to what is there. */
function openTable(payload: Buffer, entryBytes: number) {
  const count = payload.length < 4 ? -1 : payload.readUInt32LE(0);
  let at = 4 + count * entryBytes;
  if (count < 0 || at > payload.length) throw new FrameError('a table is longer than its frame');
  const take = (length: number): Buffer => {
    if (at + length > payload.length) throw new FrameError('a part is longer than its frame');
    at += length;
    return payload.subarray(at - length, at);
  };
  const end = (): void => {
    if (at !== payload.length) throw new FrameError('a frame is longer than its parts');
  };
  return { count, take, end };
}
