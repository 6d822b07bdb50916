import { isUtf8 } from 'node:buffer';
import { isNumbers } from './number-rows.js';

/** A body as it can be written into a line. */
export type Payload =
  /** Valid JSON in one line. */
  | { readonly form: 'json'; readonly text: string }
  | { readonly form: 'text'; readonly text: string }
  | { readonly form: 'base64'; readonly text: string };

const JSON_TYPE = /^application\/(?:json|[^;\s]+\+json)\s*(?:;|$)/i;
const TEXT_TYPE = /^text\//i;

/** @param contentType - Empty where nothing was said: then JSON is what is valid JSON. */
export function readPayload(bytes: Buffer, contentType: string): Payload {
  const isText = isUtf8(bytes);
  if (isText && (contentType === '' || JSON_TYPE.test(contentType))) {
    const text = jsonLine(bytes.toString());
    if (text !== undefined) return { form: 'json', text };
  }
  if (isText && TEXT_TYPE.test(contentType)) return { form: 'text', text: bytes.toString() };
  return { form: 'base64', text: bytes.toString('base64') };
}

/** The same for a cell, which need not be JSON: what says that it is need not be read to be shown, where it is one line. */
export function readText(bytes: Buffer, contentType: string): Exclude<Payload, { form: 'json' }> {
  if (JSON_TYPE.test(contentType) && isUtf8(bytes)) {
    const text = bytes.toString();
    return { form: 'text', text: hasLineEnd(bytes) ? (jsonLine(text) ?? text) : text };
  }
  const { form, text } = readPayload(bytes, contentType);
  return { form: form === 'base64' ? form : 'text', text };
}

/** The same JSON in one line: where line ends may be at all, they are blanks. @returns undefined for what is none. */
export function jsonLine(text: string): string | undefined {
  if (isNumbers(text)) return text;
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  return text.replaceAll(/[\r\n]+/g, ' ').trim();
}

function hasLineEnd(bytes: Buffer): boolean {
  return bytes.includes('\n') || bytes.includes('\r');
}
