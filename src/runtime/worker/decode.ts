import { isUtf8 } from 'node:buffer';
import { HostError } from '../../errors.js';
import { type JsonLimits, JsonSyntaxError, parseJson } from '../../schema/json/parse.js';
import type { InputParameter, ServiceSchema } from '../../schema/service-schema.js';
import { parseQuery, queryAsJson } from './query.js';
import type { CallContext } from './request-context.js';
import { utf8Problem } from './utf8-problem.js';

const KEYS_SHOWN_MAX = 10;
const KEY_CHARACTERS_MAX = 40;

/**
 * The arguments of `run` for one call.
 *
 * @throws {HostError} `INPUT_INVALID` if the input is not what the schema says.
 */
export function decodeInput(schema: ServiceSchema, context: CallContext, body: Buffer, limits: JsonLimits): unknown[] {
  const { head } = context;
  switch (schema.kind) {
    case 'raw':
      return [rawRequest(context, body)];
    case 'text':
      return [head.method === 'GET' ? queryAsJson(head.target, limits) : utf8Text(body)];
    case 'typed': {
      const values = head.method === 'GET' ? parseQuery(head.target, limits) : jsonObject(body, limits);
      return schema.inputs.map((input) => decodeParameter(input, values));
    }
  }
}

function decodeParameter({ name, type }: InputParameter, values: ReadonlyMap<string, unknown>): unknown {
  if (!values.has(name)) {
    const given = values.size === 0 ? 'the input has no keys' : `the input has ${firstKeys(values)}`;
    const message = `A value is not provided for the '${name}' parameter.`;
    throw new HostError('INPUT_INVALID', message, { details: [{ path: `/${name}`, message: `missing: ${given}` }] });
  }
  return type.decode(values.get(name), `/${name}`);
}

/** The keys a message names, and of each no more than one would read: they are the caller's. */
function firstKeys(values: ReadonlyMap<string, unknown>): string {
  const keys: string[] = [];
  for (const key of values.keys()) {
    if (keys.length === KEYS_SHOWN_MAX) return `${keys.join(', ')}, …`;
    keys.push(key.length > KEY_CHARACTERS_MAX ? `${key.slice(0, KEY_CHARACTERS_MAX)}…` : key);
  }
  return keys.join(', ');
}

function jsonObject(body: Buffer, limits: JsonLimits): ReadonlyMap<string, unknown> {
  if (body.length === 0) {
    throw new HostError('INPUT_INVALID', 'POST body is empty. Expecting a JSON dictionary.');
  }
  const value = parseBody(body, limits);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new HostError('INPUT_INVALID', 'POST body should be a JSON dictionary.');
  }
  return new Map(Object.entries(value));
}

function parseBody(body: Buffer, limits: JsonLimits): unknown {
  try {
    return parseJson(jsonText(body), limits);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new HostError('INPUT_INVALID', `POST body could not be decoded as JSON: ${error.message}`);
  }
}

/** JSON as the reference takes it: UTF-8, UTF-16 or UTF-32, with or without a byte order mark. */
function jsonText(body: Buffer): string {
  const encoding = jsonEncoding(body);
  if (encoding === 'utf-8') return utf8Text(body.subarray(startsWith(body, 0xef, 0xbb, 0xbf) ? 3 : 0));
  const unit = encoding.startsWith('utf-32') ? 4 : 2;
  if (body.length % unit !== 0) throw undecodable(`as ${encoding.toUpperCase()} the text ends inside a character`);
  const text = unit === 4 ? utf32Text(body, encoding) : new TextDecoder(encoding, { ignoreBOM: true }).decode(body);
  return text.replace(/^\ufeff/, '');
}

type JsonEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be';

/** By byte order mark, else by where the zero bytes of the first characters are: RFC 4627, section 3. */
function jsonEncoding(body: Buffer): JsonEncoding {
  const [a, b, c, d] = body;
  if (startsWith(body, 0xff, 0xfe, 0, 0) || (a !== 0 && b === 0 && c === 0 && d === 0)) return 'utf-32le';
  if (startsWith(body, 0, 0, 0xfe, 0xff) || (a === 0 && b === 0 && c === 0 && d !== undefined)) return 'utf-32be';
  if (startsWith(body, 0xff, 0xfe) || (a !== 0 && b === 0)) return 'utf-16le';
  if (startsWith(body, 0xfe, 0xff) || (a === 0 && b !== 0)) return 'utf-16be';
  return 'utf-8';
}

function startsWith(body: Buffer, ...bytes: readonly number[]): boolean {
  return bytes.every((byte, i) => body[i] === byte);
}

function utf32Text(body: Buffer, encoding: JsonEncoding): string {
  const parts: string[] = [];
  for (let at = 0; at < body.length; at += 4) {
    const point = encoding === 'utf-32le' ? body.readUInt32LE(at) : body.readUInt32BE(at);
    if (point > 0x10ffff) throw undecodable(`0x${point.toString(16)} at position ${at} is no code point`);
    parts.push(String.fromCodePoint(point));
  }
  return parts.join('');
}

function utf8Text(body: Buffer): string {
  if (!isUtf8(body)) throw undecodable(utf8Problem(body));
  return body.toString('utf8');
}

function undecodable(problem: string): HostError {
  return new HostError('INPUT_INVALID', `Input cannot be decoded as UTF-8: ${problem}`);
}

function rawRequest(context: CallContext, body: Buffer): Request {
  const { method, target } = context.head;
  // The authority is never taken from the caller: a Host header may be missing, or no URL.
  const path = target.startsWith('/') ? target : target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '');
  const withBody = method !== 'GET' && method !== 'HEAD' && body.length > 0;
  return new Request(`http://localhost${path.startsWith('/') ? path : `/${path}`}`, {
    method,
    headers: context.headers,
    signal: context.signal,
    ...(withBody ? { body: Uint8Array.from(body) } : {}),
  });
}
