import { describe, expect, it } from 'vitest';
import { accepts, contentType } from '../../../src/runtime/worker/media-type.js';
import type { CallHead } from '../../../src/runtime/worker/messages.js';

const head = (...headers: string[]): CallHead => ({ requestId: 'r', method: 'POST', target: '/score', headers });

it('contentType() is the media type alone', () => {
  expect(contentType(head('Content-TYPE', ' Application/X-NPY ; a=b'))).toBe('application/x-npy');
  expect(contentType(head('accept', 'x'))).toBe('');
});

describe('accepts()', () => {
  it.each([
    ['application/x-npy', true],
    ['application/json;q=0.5, Application/X-Npy;q=0.5', true],
    ['application/json, application/x-npy', true],
    ['application/json, application/x-npy;q=0.1', false],
    ['application/x-npy;q=0', false],
    ['application/x-npy;q=much', false],
    ['application/x-npy;q=0.000', false],
    ['application/x-npy;q=0.001', true],
    ['*/*', false],
    ['application/*', false],
    ['application/x-npyz', false],
  ])('%s: %s', (value, accepted) => expect(accepts(head('Accept', value), 'application/x-npy')).toBe(accepted));

  it('looks at each line of the header', () => {
    const call = head('Accept', 'text/html', 'X-Accept', 'a/b', 'accept', 'application/json, application/x-npy');
    expect(accepts(call, 'application/x-npy')).toBe(true);
    expect(accepts(call, 'text/html')).toBe(true);
    expect(accepts(call, 'a/b')).toBe(false);
  });

  it('is false without the header', () => expect(accepts(head(), 'application/x-npy')).toBe(false));
});
