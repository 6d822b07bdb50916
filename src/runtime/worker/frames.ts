/**
 * The frames between the front and a worker: the contract of the socket pair between them.
 *
 * ```
 * frame  = u32 length of what follows | u8 type | payload            all integers little endian
 * batch  = u32 n | n × (u32 callId | u32 headBytes | u32 bodyBytes) | n × (head | body)
 * replies= u32 n | n × (u32 callId | u8 kind | f64 runMs | u32 headBytes | u32 bodyBytes) | n × (head | body)
 * ```
 *
 * One `batch` is answered by exactly one `replies`, with a reply for each of its calls: that gives the worker's credit
 * back. A call that the worker has not run it hands back by a reply of kind `again` or `againAlone`. A reply of kind `stream` is followed by any number of `chunk` and one `end`; the worker may send
 * {@link STREAM_WINDOW_BYTES} of chunks ahead of the `credit` frames that the front returns. An idle worker is sent a
 * `ping` now and then, and answers `pong`; both are empty.
 */

/** Front to worker. */
export const ToWorker = { load: 1, batch: 2, cancel: 3, credit: 4, ping: 5 } as const;
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

/** No frame is longer: a length above it means that the peer does not speak this protocol. */
export const FRAME_BYTES_MAX = 2 ** 30;

/** Bodies up to this size are copied into one buffer with their frame; larger ones are written where they lie. */
const COPY_BYTES_MAX = 64 * 1024;

const FRAME_HEAD_BYTES = 5;
const CALL_ENTRY_BYTES = 12;
const REPLY_ENTRY_BYTES = 21;

/** A call on its way to a worker: the head is JSON (see `CallHead`), the body is raw, in the pieces it came in. */
export interface CallMessage {
  readonly callId: number;
  readonly head: Uint8Array;
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

/** A frame as it was read; the payload may be a view of a larger buffer. */
export interface Frame {
  readonly type: number;
  readonly payload: Buffer;
}

/** Thrown by the readers when bytes do not follow the contract; the peer cannot be trusted after it. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

/** A frame of one payload. */
export function encodeFrame(type: FrameType, payload: Uint8Array = Buffer.alloc(0)): Buffer[] {
  return pack(type, Buffer.alloc(0), [payload]);
}

/** A frame that concerns one call: `u32 callId | payload`. */
export function encodeCallFrame(type: FrameType, callId: number, payload: Uint8Array = Buffer.alloc(0)): Buffer[] {
  const id = Buffer.allocUnsafe(4);
  id.writeUInt32LE(callId);
  return pack(type, id, [payload]);
}

export function decodeCallFrame(payload: Buffer): { readonly callId: number; readonly payload: Buffer } {
  if (payload.length < 4) throw new FrameError('a frame about a call is too short');
  return { callId: payload.readUInt32LE(0), payload: payload.subarray(4) };
}

/** Calls that go to a worker together. */
export function encodeBatch(calls: readonly CallMessage[]): Buffer[] {
  const table = Buffer.allocUnsafe(4 + calls.length * CALL_ENTRY_BYTES);
  table.writeUInt32LE(calls.length);
  const parts: Uint8Array[] = [];
  let at = 4;
  for (const { callId, head, body } of calls) {
    let bodyBytes = 0;
    parts.push(head);
    for (const piece of body) {
      bodyBytes += piece.length;
      parts.push(piece);
    }
    table.writeUInt32LE(callId, at);
    table.writeUInt32LE(head.length, at + 4);
    table.writeUInt32LE(bodyBytes, at + 8);
    at += CALL_ENTRY_BYTES;
  }
  return pack(ToWorker.batch, table, parts);
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
export function encodeReplies(replies: readonly ReplyMessage[]): Buffer[] {
  const table = Buffer.allocUnsafe(4 + replies.length * REPLY_ENTRY_BYTES);
  table.writeUInt32LE(replies.length);
  const parts: Uint8Array[] = [];
  let at = 4;
  for (const { callId, kind, runMs, head, body } of replies) {
    parts.push(head, body);
    table.writeUInt32LE(callId, at);
    table.writeUInt8(kind, at + 4);
    table.writeDoubleLE(runMs, at + 5);
    table.writeUInt32LE(head.length, at + 13);
    table.writeUInt32LE(body.length, at + 17);
    at += REPLY_ENTRY_BYTES;
  }
  return pack(FromWorker.replies, table, parts);
}

export function decodeReplies(payload: Buffer): ReplyMessage[] {
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
  return replies;
}

/** The frame as buffers to write in order, small parts joined so that a batch of small calls is one write. */
function pack(type: FrameType, first: Buffer, parts: readonly Uint8Array[]): Buffer[] {
  let length = 1 + first.length;
  for (const part of parts) length += part.length;
  if (length > FRAME_BYTES_MAX) throw new FrameError(`a frame of ${length} bytes is longer than ${FRAME_BYTES_MAX}`);
  const head = Buffer.allocUnsafe(FRAME_HEAD_BYTES);
  head.writeUInt32LE(length);
  head.writeUInt8(type, 4);
  if (length <= COPY_BYTES_MAX) return [Buffer.concat([head, first, ...parts])];
  return [Buffer.concat([head, first]), ...parts.filter((part) => part.length > 0).map(asBuffer)];
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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

/**
 * Cuts a stream of bytes into frames. A frame that comes whole in one chunk is a view of it; one that does not is
 * collected in a buffer that is allocated once.
 */
export class FrameReader {
  readonly #onFrame: (frame: Frame) => void;
  readonly #head = Buffer.allocUnsafe(FRAME_HEAD_BYTES);
  #headFilled = 0;
  #payload: Buffer | undefined;
  #payloadFilled = 0;

  constructor(onFrame: (frame: Frame) => void) {
    this.#onFrame = onFrame;
  }

  /** @throws {FrameError} when a length cannot be one. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) at = this.#payload ? this.#fillPayload(chunk, at) : this.#readHead(chunk, at);
  }

  #readHead(chunk: Buffer, from: number): number {
    const copied = chunk.copy(this.#head, this.#headFilled, from, from + FRAME_HEAD_BYTES - this.#headFilled);
    this.#headFilled += copied;
    const at = from + copied;
    if (this.#headFilled < FRAME_HEAD_BYTES) return at;
    this.#headFilled = 0;
    const length = this.#head.readUInt32LE(0) - 1;
    const type = this.#head.readUInt8(4);
    if (length < 0 || length >= FRAME_BYTES_MAX) throw new FrameError(`a frame of ${length + 1} bytes cannot be`);
    if (chunk.length - at >= length) {
      this.#onFrame({ type, payload: chunk.subarray(at, at + length) });
      return at + length;
    }
    this.#payload = Buffer.allocUnsafe(length);
    this.#payloadFilled = 0;
    return at;
  }

  #fillPayload(chunk: Buffer, from: number): number {
    const payload = this.#payload as Buffer;
    const copied = chunk.copy(payload, this.#payloadFilled, from);
    this.#payloadFilled += copied;
    if (this.#payloadFilled === payload.length) {
      this.#payload = undefined;
      this.#onFrame({ type: this.#head.readUInt8(4), payload });
    }
    return from + copied;
  }
}
