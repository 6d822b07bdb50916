import { type JsonLimits, parseJson } from '../../schema/json/parse.js';

/** Words that are JSON to the reference only; as a query value they stay text here, so that the result is JSON. */
const NOT_JSON = /^\s*-?(?:NaN|Infinity)\s*$/;

/**
 * The parameters of a query, as the reference reads them: each value is parsed as JSON, or else a string; a repeated
 * key becomes a list; `;` does not separate.
 *
 * @see azureml-inference-server-http 1.5.1: GET /score.
 */
export function parseQuery(target: string, limits: JsonLimits): Map<string, unknown> {
  const values = new Map<string, unknown[]>();
  const start = target.indexOf('?');
  for (const pair of start < 0 ? [] : target.slice(start + 1).split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const key = percentDecoded(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : percentDecoded(pair.slice(equals + 1));
    const list = values.get(key);
    if (list) list.push(parseValue(value, limits));
    else values.set(key, [parseValue(value, limits)]);
  }
  return new Map([...values].map(([key, list]) => [key, list.length === 1 ? list[0] : list]));
}

/** The query as the JSON text that an undecorated `run` receives for GET: ASCII, a blank behind `,` and `:`. */
export function queryAsJson(target: string, limits: JsonLimits): string {
  const members = [...parseQuery(target, limits)].map(([key, value]) => `${quote(key)}: ${spaced(value)}`);
  return `{${members.join(', ')}}`;
}

function parseValue(text: string, limits: JsonLimits): unknown {
  if (text === '' || NOT_JSON.test(text)) return text;
  try {
    return parseJson(text, limits);
  } catch {
    return text;
  }
}

/** Percent-decoding that leaves what is not UTF-8 as it came. */
function percentDecoded(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  return spaced.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run.replace(ENCODED_CHARACTER, decodedCharacter);
    }
  });
}

/** What may be one character of UTF-8, the longest first: one that is not is left, and its next byte looked at. */
const ENCODED_CHARACTER = /%[Ff][0-7](?:%[89ABab].){3}|%[Ee].(?:%[89ABab].){2}|%[CDcd].%[89ABab].|%../g;

function decodedCharacter(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded.toUpperCase();
  }
}

function spaced(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([key, item]) => `${quote(key)}: ${spaced(item)}`);
    return `{${members.join(', ')}}`;
  }
  if (Object.is(value, -0)) return '-0.0';
  return typeof value === 'number' && !Number.isFinite(value) ? 'null' : String(value);
}

function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
