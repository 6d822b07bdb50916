import { isUtf8 } from 'node:buffer';
import { HostError } from '../../errors.js';
import { utf8Problem } from './utf8-problem.js';

/** JSON as the reference takes it: UTF-8, UTF-16 or UTF-32, with or without a byte order mark. */
export function jsonText(body: Buffer): string {
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

export function utf8Text(body: Buffer): string {
  if (!isUtf8(body)) throw undecodable(utf8Problem(body));
  return body.toString('utf8');
}

function undecodable(problem: string): HostError {
  return new HostError('INPUT_INVALID', `Input cannot be decoded as UTF-8: ${problem}`);
}
