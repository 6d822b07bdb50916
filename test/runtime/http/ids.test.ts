import { describe, expect, it } from 'vitest';
import { readIds } from '../../../src/runtime/http/ids.js';
import { incoming } from '../../support/incoming.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const read = (...headers: string[]) => readIds(incoming(headers));

describe('readIds()', () => {
  it('makes a UUID where none is given, and another one for the next', () => {
    const { ids, error } = read();
    expect(error).toBe(undefined);
    expect(ids.requestId).toMatch(UUID);
    expect(ids.msRequestId).toBe(ids.requestId);
    expect(ids.clientRequestId).toBe(undefined);
    expect(read().ids.requestId).not.toBe(ids.requestId);
  });

  it('takes an empty id for none', () => {
    expect(read('x-request-id', '  ').ids.requestId).toMatch(UUID);
  });

  it('takes what is given, trimmed', () => {
    expect(read('X-Request-ID', ' mine ').ids).toMatchObject({ requestId: 'mine', msRequestId: 'mine' });
  });

  it.each([
    [['x-ms-client-request-id', 'new'], 'new', 'new'],
    [['x-ms-request-id', 'old'], 'old', 'old'],
    [['x-ms-request-id', 'old', 'x-ms-client-request-id', 'new'], 'new', 'old'],
  ])('%j: the client id is %s, and the old name answers %s', (headers, clientRequestId, msRequestId) => {
    expect(read(...headers).ids).toMatchObject({ clientRequestId, msRequestId });
  });

  it('joins a repeated id with a bare comma', () => {
    expect(read('x-request-id', 'a', 'x-request-id', 'b').ids.requestId).toBe('a,b');
    expect(read('x-request-id', 'a, b').ids.requestId).toBe('a, b');
  });

  it('takes 100 characters and refuses 101, with ids all the same', () => {
    expect(read('x-request-id', 'i'.repeat(100)).error).toBe(undefined);
    const { ids, error } = read(
      'x-request-id',
      'i'.repeat(101),
      'x-ms-client-request-id',
      'client',
      'TraceId',
      'trace',
    );
    expect(error).toMatchObject({ code: 'ID_TOO_LONG', message: 'x-request-id must not exceed 100 characters' });
    expect(ids).toMatchObject({ requestId: expect.stringMatching(UUID), clientRequestId: undefined, traceId: 'trace' });
  });

  it.each(['x-ms-request-id', 'x-ms-client-request-id'])(
    'refuses 101 characters of %s under the request id',
    (name) => {
      const { ids, error } = read(name, 'i'.repeat(101), 'x-request-id', 'mine');
      expect(error?.message).toBe('x-ms-request-id and x-ms-client-request-id must not exceed 100 characters');
      expect(ids).toMatchObject({ requestId: 'mine', msRequestId: 'mine', clientRequestId: undefined });
    },
  );

  it.each([
    ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', true],
    ['cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-will-be', true],
    ['ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', false],
    ['00-00000000000000000000000000000000-b7ad6b7169203331-01', false],
    ['00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01', false],
    ['00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01', false],
    ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-012', false],
    ['words', false],
  ])('traceparent %s: taken is %s', (value, taken) => {
    expect(read('traceparent', value).ids.traceparent).toBe(taken ? value : undefined);
  });
});
