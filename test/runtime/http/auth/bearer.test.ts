import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { readBearer, withoutAuthorization } from '../../../../src/runtime/http/auth/bearer.js';

const read = (...rawHeaders: string[]) => readBearer({ rawHeaders } as unknown as IncomingMessage);

describe('readBearer()', () => {
  it.each(['Bearer abc', 'bearer abc', 'BEARER   abc'])('reads %o, the scheme in any case', (value) => {
    expect(read('Host', 'x', 'Authorization', value)).toEqual({ kind: 'bearer', secret: 'abc' });
    expect(read('AUTHORIZATION', value)).toEqual({ kind: 'bearer', secret: 'abc' });
  });

  it('finds none where there is no such header, whatever values say', () => {
    expect(read('Host', 'authorization', 'x-authorization', 'Bearer abc')).toEqual({ kind: 'none' });
  });

  it.each(['', 'Bearer', 'Bearer ', 'abc', 'Basic abc', 'Bearer a b', 'Bearer a, Bearer b', 'Bearerabc', 'Bearer é'])(
    'takes %o for malformed',
    (value) => expect(read('authorization', value)).toEqual({ kind: 'malformed' }),
  );

  it('takes two headers for malformed, though one of them be right', () => {
    expect(read('authorization', 'Bearer abc', 'Authorization', 'Bearer abc')).toEqual({ kind: 'malformed' });
  });
});

describe('withoutAuthorization()', () => {
  it('leaves out every one of them, name and value, and nothing else', () => {
    const rawHeaders = ['Host', 'authorization', 'Authorization', 'Bearer a', 'x-a', '1', 'AUTHORIZATION', 'b'];
    expect(withoutAuthorization(rawHeaders)).toEqual(['Host', 'authorization', 'x-a', '1']);
  });
});
