import { INTEGER_BYTES_MAX } from './row.js';
import { scalarEnd, skipString } from './skip.js';

const SHOWN_MAX = 40;
const WORD = /^(?:true|false|null|NaN|-?Infinity)$/;
const NUMBER = /^-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** The value at a position in the words of a message, cut short; undefined if no value starts there. */
export function whatCame(bytes: Buffer, at: number): string | undefined {
  switch (bytes[at]) {
    case 0x22: {
      const end = skipString(bytes, at);
      return end < 0 ? undefined : `"${shortened(bytes.subarray(at + 1, end - 1))}"`;
    }
    case 0x5b:
      return 'an array';
    case 0x7b:
      return 'an object';
    default: {
      const token = bytes.subarray(at, scalarEnd(bytes, at));
      const text = token.toString('latin1');
      return WORD.test(text) || isNumber(text) ? shortened(token) : undefined;
    }
  }
}

function isNumber(text: string): boolean {
  const match = NUMBER.exec(text);
  if (match === null) return false;
  const [, fraction, exponent] = match;
  return fraction !== undefined || exponent !== undefined || text.length <= INTEGER_BYTES_MAX;
}

function shortened(bytes: Buffer): string {
  // A character has four bytes at most: what is shown is whole.
  const characters = [...bytes.toString('utf8', 0, 4 * (SHOWN_MAX + 1))];
  return characters.length > SHOWN_MAX ? `${characters.slice(0, SHOWN_MAX).join('')}…` : characters.join('');
}
