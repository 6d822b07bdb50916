/**
 * The frames between the front and the process that writes records, over a socket pair as between front and workers:
 *
 * ```
 * plan   = JSON of WriterPlan             the first frame, front to writer
 * record = the payload of a collect frame front to writer (worker/frames.ts)
 * close  =                                front to writer: write what is there, say so, and go
 * ack    = JSON of WriterAck              writer to front: so many bytes wait no more
 * closed =                                writer to front: nothing waits any more
 * ```
 */

import { FrameWriter } from '../worker/frame-bytes.js';

/** Front to writer. */
export const ToWriter = { plan: 1, record: 2, close: 3 } as const;
/** Writer to front. */
export const FromWriter = { ack: 33, closed: 34 } as const;

/** Bytes of a frame before its payload. */
export const FRAME_HEAD_BYTES = 5;

/** What has become of records. */
export interface WriterAck {
  /** Of their payloads, as they came. */
  readonly bytes: number;
  readonly written: number;
  readonly failed: number;
  readonly unusable: number;
  /** Why the last of them failed, for a person; with no bytes at all, why nothing can be written. */
  readonly problem?: string;
}

export function writerFrame(
  type: (typeof ToWriter)['plan' | 'close'] | (typeof FromWriter)[keyof typeof FromWriter],
  message?: object,
): Buffer[] {
  const payload = message === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(message));
  const frame = new FrameWriter(type, payload.length);
  frame.bytes(payload);
  return frame.finish();
}
