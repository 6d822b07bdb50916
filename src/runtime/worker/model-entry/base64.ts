import { isUtf8 } from 'node:buffer';
import { refused, shown } from '../../../schema/refusal.js';

/** Of both alphabets, with padding or without: as parsers of protobuf's JSON take it. */
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/**
 * The bytes of a value that is to be base64. Node would leave out what is none.
 *
 * @throws {HostError} `INPUT_INVALID` at `path`.
 */
export function base64Bytes(value: unknown, path: string): Buffer {
  if (typeof value !== 'string' || !isBase64(value)) throw refused(path, `expected base64, got ${shown(value)}`);
  return Buffer.from(value, 'base64');
}

/**
 * The text whose UTF-8 is given as base64: other servers have strings of any bytes.
 *
 * @throws {HostError} `INPUT_INVALID` at `path`; bytes that are replaced would be bytes that are lost.
 */
export function base64Text(value: unknown, path: string): string {
  const bytes = base64Bytes(value, path);
  if (!isUtf8(bytes)) throw refused(path, 'expected base64 of UTF-8, as strings are texts here, got other bytes');
  return bytes.toString();
}

/** Four characters are three bytes; the last two or three may stand without padding, one alone is no byte. */
function isBase64(text: string): boolean {
  if (!BASE64.test(text)) return false;
  return text.endsWith('=') ? text.length % 4 === 0 : text.length % 4 !== 1;
}
