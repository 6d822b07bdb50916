import type { IncomingMessage } from 'node:http';

/** Headers as names and values in turn. */
type HeaderList = readonly string[];

const NONE: HeaderList = [];
/** No origin has these: an entry with one is a pattern of the reference, which equals no origin here. */
const PATTERN_CHARACTERS = /[*\\\]?$^[()]/;
const METHODS = ['GET', 'POST'];

/**
 * The CORS headers of a reply. An origin is allowed if it is in the list exactly, or the list has `*`; the reference
 * takes the entries as patterns, which let foreign origins in.
 *
 * @param origins - As configured; empty: CORS is off.
 */
export function corsHeaders(req: IncomingMessage, origins: readonly string[]): HeaderList {
  if (origins.length === 0) return NONE;
  const { origin } = req.headers;
  const anyOrigin = origins.includes('*');
  if (origin === undefined) {
    const first = anyOrigin ? '*' : origins.find((allowed) => !PATTERN_CHARACTERS.test(allowed));
    return first === undefined ? NONE : withVary(first, !anyOrigin && origins.length > 1);
  }
  if (!anyOrigin && !origins.some((allowed) => allowed.toLowerCase() === origin.toLowerCase())) return NONE;
  return [...withVary(origin, anyOrigin || origins.length > 1), ...preflightHeaders(req)];
}

/** A question of a browser whether it may send another request. */
export function isPreflight(req: IncomingMessage): boolean {
  return req.method === 'OPTIONS' && req.headers['access-control-request-method'] !== undefined;
}

function withVary(origin: string, varies: boolean): HeaderList {
  return ['Access-Control-Allow-Origin', origin, ...(varies ? ['Vary', 'Origin'] : [])];
}

function preflightHeaders(req: IncomingMessage): HeaderList {
  if (!isPreflight(req) || !METHODS.includes(req.headers['access-control-request-method'] as string)) return NONE;
  const asked = req.headers['access-control-request-headers'];
  const names = asked?.split(',').map((name) => name.trim());
  return [
    ...(names ? ['Access-Control-Allow-Headers', names.join(', ')] : []),
    'Access-Control-Allow-Methods',
    METHODS.join(', '),
  ];
}
