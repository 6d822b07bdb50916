import { describe, expect, it } from 'vitest';
import { RecordBuffer } from '../../../src/runtime/collect/record-buffer.js';
import { ToWriter } from '../../../src/runtime/collect/writer-frames.js';
import { type Frame, FrameReader } from '../../../src/runtime/worker/frames.js';

function setUp() {
  const writes: Buffer[] = [];
  const frames: Frame[] = [];
  const reader = new FrameReader((frame) => frames.push(frame));
  const buffer = new RecordBuffer((bytes) => {
    writes.push(bytes);
    reader.push(Buffer.from(bytes));
  });
  const texts = () => frames.map(({ payload }) => payload.toString());
  return { buffer, writes, frames, texts };
}

describe('records', () => {
  it('are frames, written together after a while', async () => {
    const { buffer, writes, frames, texts } = setUp();
    buffer.add(3, [Buffer.from('a'), Buffer.from('bc')]);
    buffer.add(1, [Buffer.from('d')]);
    expect(writes).toHaveLength(0);
    await expect.poll(texts).toEqual(['abc', 'd']);
    expect(writes).toHaveLength(1);
    expect(frames.every(({ type }) => type === ToWriter.record)).toBe(true);
  });

  it('are written at once where they are many', () => {
    const { buffer, texts } = setUp();
    const given = Array.from({ length: 200 }, (_, i) => String(i).repeat(700));
    for (const text of given) buffer.add(text.length, [Buffer.from(text)]);
    buffer.flush();
    expect(texts()).toEqual(given);
  });

  it('may be larger than what is gathered', () => {
    const { buffer, texts } = setUp();
    const given = ['small', 'x'.repeat(300_000), 'small again'];
    for (const text of given) buffer.add(text.length, [Buffer.from(text)]);
    buffer.flush();
    expect(texts()).toEqual(given);
  });

  it('are copied: what they came in may be used again at once', () => {
    const { buffer, texts } = setUp();
    const bytes = Buffer.from('mine');
    buffer.add(4, [bytes]);
    bytes.fill('x');
    buffer.flush();
    expect(texts()).toEqual(['mine']);
  });

  it('that were written already are not written over', () => {
    const { buffer, writes } = setUp();
    for (const text of ['one', 'two']) {
      buffer.add(3, [Buffer.from(text)]);
      buffer.flush();
    }
    expect(writes.map((bytes) => bytes.subarray(5).toString())).toEqual(['one', 'two']);
  });

  it('that are not written yet can be forgotten', () => {
    const { buffer, texts } = setUp();
    buffer.add(3, [Buffer.from('one')]);
    buffer.clear();
    buffer.add(3, [Buffer.from('two')]);
    buffer.flush();
    expect(texts()).toEqual(['two']);
  });
});
