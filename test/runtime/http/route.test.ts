import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalisePath, route } from '../../../src/runtime/http/route.js';

describe('route()', () => {
  it.each([
    ['/', 'health'],
    ['/?probe=1', 'health'],
    ['//', 'health'],
    ['/health/ready', 'ready'],
    ['/score', 'score'],
    ['/score?a=/b', 'score'],
    ['/score?a=%ff', 'score'],
    ['/score#part', 'score'],
    ['//score', 'score'],
    ['/%73core', 'score'],
    ['/%2fscore', 'score'],
    ['http://any.example/score', 'score'],
    ['HTTPS://any.example:8443//score?a', 'score'],
    ['http:///score', 'score'],
    ['/swagger.json?version=3', 'swagger'],
    ['/docs', 'docs'],
    ['//docs/?a', 'docs'],
    ['/docs/swagger-ui%2Ecss', 'docs'],
  ])('%s is %s', (target, name) => expect(route(target)?.name).toBe(name));

  it.each([
    '',
    '*',
    '/score/',
    '/Score',
    '/score/v1',
    '/docs/nothing',
    '/docs/../score',
    '/docs/__proto__',
    '/./score',
    '/x/../score',
    '/%2573core',
    '/score%3Fa=b',
    '/score%00',
    '/%ff',
    '/%',
    '/__proto__',
    '/constructor',
    'score',
    'ftp://any.example/score',
    'any.example:443',
  ])('%s is none', (target) => expect(route(target)).toBe(undefined));
});

describe('normalisePath()', () => {
  it('leaves a path that it has normalised as it is, unless that holds a percent sign', () => {
    const target = fc.webUrl({ withQueryParameters: true, withFragments: true }).map((url) => url.replace(/%/g, ''));
    fc.assert(fc.property(target, (url) => normalisePath(normalisePath(url)) === normalisePath(url)));
  });

  it('never throws, whatever the target', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (target) => typeof normalisePath(target) === 'string'));
  });

  it('says of a percent-encoded path what it says of the path', () => {
    const segment = fc.string({ unit: 'binary-ascii', minLength: 1 });
    fc.assert(
      fc.property(
        segment,
        (text) => normalisePath(`/${encodeURIComponent(text)}`) === `/${text}`.replace(/\/{2,}/g, '/'),
      ),
    );
  });
});
