import { describe, expect, it } from 'vitest';
import type { Call } from '../../../src/runtime/pool/call.js';
import { BATCHED_BODY_BYTES_MAX, takeBatch } from '../../../src/runtime/pool/take-batch.js';

let lastId = 0;
function call(more: { readonly bytes?: number; readonly deaths?: number; readonly alone?: boolean } = {}): Call {
  const { bytes = 100, deaths = 0, alone = false } = more;
  const body = [Buffer.alloc(Math.floor(bytes / 2)), Buffer.alloc(Math.ceil(bytes / 2))];
  const message = { callId: ++lastId, head: Buffer.alloc(0), body };
  const idle = { onOutcome: () => {}, deadline: undefined, queueWait: undefined };
  return { id: lastId, ...idle, state: 'waiting', message, deaths, alone };
}

describe('takeBatch()', () => {
  const small = Array.from({ length: 5 }, () => call());
  const large = call({ bytes: BATCHED_BODY_BYTES_MAX + 1 });
  const retried = call({ deaths: 1 });

  it('takes what waits, up to what a worker takes at once', () => {
    expect(takeBatch(small, 32)).toEqual(small);
    expect(takeBatch(small, 3)).toEqual(small.slice(0, 3));
    expect(takeBatch(small, 1)).toEqual(small.slice(0, 1));
    expect(takeBatch([], 32)).toEqual([]);
  });

  it('lets a large body go alone', () => {
    expect(takeBatch([large, ...small], 32)).toEqual([large]);
    expect(takeBatch([...small, large], 32)).toEqual(small);
    expect(takeBatch([call({ bytes: BATCHED_BODY_BYTES_MAX }), ...small], 32)).toHaveLength(6);
  });

  it('lets a call go alone whose worker died under it', () => {
    expect(takeBatch([retried, ...small], 32)).toEqual([retried]);
    expect(takeBatch([...small, retried], 32)).toEqual(small);
  });

  it('lets a call go alone whose batch failed', () => {
    const failed = call({ alone: true });
    expect(takeBatch([failed, ...small], 32)).toEqual([failed]);
    expect(takeBatch([...small, failed], 32)).toEqual(small);
  });
});
