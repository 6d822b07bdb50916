import { describe, expect, it } from 'vitest';
import { asServedAt } from '../../src/browser/served-document.js';

const health = { get: {} };
const score = { post: {} };
const document = (prefix: string) => ({
  openapi: '3.1.0',
  servers: [{ url: 'https://elsewhere.example/' }],
  paths: { [`${prefix}/`]: health, [`${prefix}/score`]: score },
});

describe('asServedAt()', () => {
  it.each(['', '/service', '/a/b'])(
    'sends the calls of a document with the prefix %j to where the page is',
    (prefix) => {
      expect(asServedAt(document(prefix), new URL('https://proxy.example/models/7/'))).toEqual({
        openapi: '3.1.0',
        servers: [{ url: 'https://proxy.example/models/7' }],
        paths: { '/': health, '/score': score },
      });
    },
  );

  it('leaves paths that have no prefix in common, or no /score, as they are', () => {
    const served = new URL('http://127.0.0.1:5001/');
    const mixed = { '/': health, '/service/score': score };
    expect(asServedAt({ paths: mixed }, served)).toEqual({ servers: [{ url: 'http://127.0.0.1:5001' }], paths: mixed });
    expect(asServedAt({ paths: { '/predict': score } }, served).paths).toEqual({ '/predict': score });
    expect(asServedAt({}, served).paths).toEqual({});
  });
});
