import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ReplyStream } from '../../../src/runtime/pool/reply-stream.js';

const IDLE_MS = 1_000;

/** Lets what is scheduled for this turn and the next run. */
const turns = () => vi.advanceTimersByTimeAsync(0);

describe('ReplyStream', () => {
  let credits: number[];
  let cancelled: number;
  let stream: ReplyStream;
  let error: Error | undefined;
  beforeEach(() => {
    vi.useFakeTimers();
    credits = [];
    cancelled = 0;
    error = undefined;
    stream = new ReplyStream({ credit: (bytes) => credits.push(bytes), cancel: () => cancelled++ }, IDLE_MS);
    stream.on('error', (thrown) => {
      error = thrown;
    });
  });
  afterEach(() => {
    stream.destroy();
    vi.useRealTimers();
  });

  it('gives the chunks in order, and ends', async () => {
    stream.append(Buffer.from('a'));
    stream.append(Buffer.from('b'));
    stream.finish();
    const chunks: string[] = [];
    for await (const chunk of stream) chunks.push(String(chunk));
    expect(chunks.join('')).toBe('ab');
    expect({ cancelled, failure: stream.failure }).toEqual({ cancelled: 0, failure: undefined });
  });

  it('credits the worker with what the reader has taken, not with what has come', async () => {
    const chunk = Buffer.alloc(stream.readableHighWaterMark);
    stream.append(chunk);
    await turns();
    expect(credits).toEqual([]);
    stream.read();
    await turns();
    expect(credits.reduce((sum, bytes) => sum + bytes, 0)).toBe(chunk.length);
  });

  it('gives what came before an error, and keeps the error for its reader', async () => {
    stream.append(Buffer.from('a'));
    stream.finish('the worker died');
    const chunks: string[] = [];
    for await (const chunk of stream) chunks.push(String(chunk));
    expect(chunks).toEqual(['a']);
    expect(stream.failure?.message).toBe('the worker died');
  });

  it('tells the worker when its reader has left, once', async () => {
    stream.append(Buffer.from('a'));
    stream.destroy();
    stream.destroy();
    await turns();
    expect(cancelled).toBe(1);
    stream.append(Buffer.from('b'));
    await turns();
    expect({ credits, error }).toEqual({ credits: [], error: undefined });
  });

  it('is cut, and the worker told, when no chunk comes and none is taken for the idle time', async () => {
    stream.append(Buffer.from('a'));
    await vi.advanceTimersByTimeAsync(IDLE_MS - 1);
    expect(stream.destroyed).toBe(false);
    stream.append(Buffer.from('b'));
    await vi.advanceTimersByTimeAsync(IDLE_MS - 1);
    expect(stream.destroyed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect({ message: error?.message, cancelled }).toEqual({ message: 'no chunk within 1000 ms', cancelled: 1 });
  });

  it('holds no timer once it is over', async () => {
    stream.finish();
    stream.resume();
    await turns();
    expect(vi.getTimerCount()).toBe(0);
  });
});
