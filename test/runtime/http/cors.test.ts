import { describe, expect, it } from 'vitest';
import { corsHeaders, isPreflight } from '../../../src/runtime/http/cors.js';
import { incoming } from '../../support/incoming.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';

/** The CORS headers for a request from `origin`, as an object. */
function cors(origins: readonly string[], origin?: string, method = 'POST', ...more: string[]) {
  const list = corsHeaders(incoming([...(origin ? ['Origin', origin] : []), ...more], method), origins);
  return Object.fromEntries(list.flatMap((name, i) => (i % 2 === 0 ? [[name, list[i + 1]]] : [])));
}

describe('corsHeaders()', () => {
  it('says nothing while CORS is off', () => expect(cors([], APP)).toEqual({}));

  it('allows an origin of the list, in any case', () => {
    expect(cors([APP], APP)).toEqual({ 'Access-Control-Allow-Origin': APP });
    expect(cors([APP], APP.toUpperCase())).toEqual({ 'Access-Control-Allow-Origin': APP.toUpperCase() });
    expect(cors([APP, OTHER], OTHER)).toEqual({ 'Access-Control-Allow-Origin': OTHER, Vary: 'Origin' });
  });

  it.each([
    `${APP}.evil.example`,
    `https://evil.example/${APP}`,
    'https://appXexample',
    'http://app.example',
    `${APP}:8443`,
    'null',
  ])('allows no other: %s', (origin) => expect(cors([APP, OTHER], origin)).toEqual({}));

  it('does not take an entry for a pattern', () => {
    expect(cors(['https://.*\\.example'], APP)).toEqual({});
    expect(cors(['https://*.example'], APP)).toEqual({});
  });

  it('allows any with *, and says that the answer varies', () => {
    expect(cors(['*'], APP)).toEqual({ 'Access-Control-Allow-Origin': APP, Vary: 'Origin' });
    expect(cors([OTHER, '*'], 'null')).toEqual({ 'Access-Control-Allow-Origin': 'null', Vary: 'Origin' });
  });

  it('names an origin to a client that names none, as the reference does', () => {
    expect(cors([APP])).toEqual({ 'Access-Control-Allow-Origin': APP });
    expect(cors([APP, OTHER])).toEqual({ 'Access-Control-Allow-Origin': APP, Vary: 'Origin' });
    expect(cors(['*'])).toEqual({ 'Access-Control-Allow-Origin': '*' });
  });

  it('never names an entry that is a pattern, as the reference takes them', () => {
    expect(cors(['https://.*\\.example', APP])).toEqual({ 'Access-Control-Allow-Origin': APP, Vary: 'Origin' });
    expect(cors(['https://.*\\.example'])).toEqual({});
    expect(cors([APP, '*'])).toEqual({ 'Access-Control-Allow-Origin': '*' });
  });

  it('answers a preflight: the methods, and the headers that were asked for', () => {
    const ask = ['Access-Control-Request-Method', 'POST', 'Access-Control-Request-Headers', 'content-type,  x-a'];
    expect(cors([APP], APP, 'OPTIONS', ...ask)).toEqual({
      'Access-Control-Allow-Origin': APP,
      'Access-Control-Allow-Headers': 'content-type, x-a',
      'Access-Control-Allow-Methods': 'GET, POST',
    });
    expect(cors([APP], OTHER, 'OPTIONS', ...ask)).toEqual({});
    expect(cors([APP], APP, 'OPTIONS', 'Access-Control-Request-Method', 'DELETE')).toEqual({
      'Access-Control-Allow-Origin': APP,
    });
  });
});

it('a preflight is OPTIONS that asks for a method', () => {
  expect(isPreflight(incoming(['Access-Control-Request-Method', 'POST'], 'OPTIONS'))).toBe(true);
  expect(isPreflight(incoming(['Access-Control-Request-Method', 'POST'], 'POST'))).toBe(false);
  expect(isPreflight(incoming([], 'OPTIONS'))).toBe(false);
});
