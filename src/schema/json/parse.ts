import { parsePlain } from './parse-plain.js';

/** Limits of {@link parseJson}; what goes past one is a {@link JsonSyntaxError}. */
export interface JsonLimits {
  /** Arrays and objects inside each other. */
  readonly depthMax: number;
}

/** Where and why a text is not JSON, in the words of CPython's `json` module, which callers of the reference know. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';

  constructor(problem: string, text: string, at: number) {
    let line = 1;
    let lineStart = 0;
    for (let end = text.indexOf('\n'); end >= 0 && end < at; end = text.indexOf('\n', lineStart)) {
      line++;
      lineStart = end + 1;
    }
    const column = at - lineStart + 1;
    super(`${problem}: line ${line} column ${column} (char ${at})`);
  }
}

/** Longer integers would take quadratic time; the limit is CPython's own (`sys.int_info.default_max_str_digits`). */
export const INTEGER_DIGITS_MAX = 4300;

const literals: Readonly<Record<string, unknown>> = {
  true: true,
  false: false,
  null: null,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

const BLANKS = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const LITERAL = /true|false|null|NaN|-?Infinity/y;
const PLAIN_CHARACTERS = /[^"\\\u0000-\u001f]*/y;
const HEX4 = /^[0-9a-fA-F]{4}$/;

/**
 * Reads JSON without losing anything: integers beyond 2^53 become bigint, the last of repeated keys wins, `__proto__`
 * is only a key. Like the reference it takes the bare words NaN and ±Infinity.
 *
 * @throws {JsonSyntaxError}
 */
export function parseJson(text: string, limits: JsonLimits): unknown {
  const plain = parsePlain(text, limits);
  return plain ? plain.value : new Parser(text, limits).document();
}

class Parser {
  readonly #text: string;
  readonly #limits: JsonLimits;
  #at = 0;
  #depth = 0;

  constructor(text: string, limits: JsonLimits) {
    this.#text = text;
    this.#limits = limits;
  }

  document(): unknown {
    this.#match(BLANKS);
    const value = this.#value();
    this.#match(BLANKS);
    if (this.#at < this.#text.length) throw this.#error('Extra data');
    return value;
  }

  #value(): unknown {
    switch (this.#text[this.#at]) {
      case '{':
        return this.#nested(() => this.#object());
      case '[':
        return this.#nested(() => this.#array());
      case '"':
        return this.#string();
    }
    const literal = this.#match(LITERAL)?.[0];
    return literal === undefined ? this.#number() : literals[literal];
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > this.#limits.depthMax) throw this.#error(`Nested deeper than ${this.#limits.depthMax} levels`);
    this.#at++;
    this.#match(BLANKS);
    const value = read();
    this.#depth--;
    return value;
  }

  #object(): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    if (this.#take('}')) return object;
    for (;;) {
      if (this.#text[this.#at] !== '"') throw this.#error('Expecting property name enclosed in double quotes');
      const key = this.#string();
      this.#match(BLANKS);
      if (!this.#take(':')) throw this.#error("Expecting ':' delimiter");
      this.#match(BLANKS);
      const value = this.#value();
      if (key === '__proto__') {
        Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
      } else object[key] = value;
      this.#match(BLANKS);
      if (this.#take('}')) return object;
      if (!this.#take(',')) throw this.#error("Expecting ',' delimiter");
      this.#match(BLANKS);
    }
  }

  #array(): unknown[] {
    const array: unknown[] = [];
    if (this.#take(']')) return array;
    for (;;) {
      array.push(this.#value());
      this.#match(BLANKS);
      if (this.#take(']')) return array;
      if (!this.#take(',')) throw this.#error("Expecting ',' delimiter");
      this.#match(BLANKS);
    }
  }

  #number(): number | bigint {
    const start = this.#at;
    const match = this.#match(NUMBER);
    if (match === undefined || match[0] === '') throw this.#error('Expecting value');
    const [token, fraction, exponent] = match;
    if (fraction !== undefined || exponent !== undefined) return Number(token);
    if (token.length <= 15) return Number(token) + 0;
    if (token.length > INTEGER_DIGITS_MAX) {
      throw this.#error(`Integer of more than ${INTEGER_DIGITS_MAX} digits`, start);
    }
    const value = Number(token);
    return Number.isSafeInteger(value) ? value : BigInt(token);
  }

  #string(): string {
    const start = this.#at++;
    let value = '';
    for (;;) {
      value += this.#match(PLAIN_CHARACTERS)?.[0] ?? '';
      const next = this.#text[this.#at];
      if (next === undefined) throw this.#error('Unterminated string starting at', start);
      if (next === '"') {
        this.#at++;
        return value;
      }
      if (next !== '\\') throw this.#error('Invalid control character at');
      value += this.#escape(start);
    }
  }

  #escape(stringStart: number): string {
    const at = this.#at;
    const letter = this.#text[at + 1];
    if (letter === undefined) throw this.#error('Unterminated string starting at', stringStart);
    if (letter === 'u') {
      const hex = this.#text.slice(at + 2, at + 6);
      if (!HEX4.test(hex)) throw this.#error('Invalid \\uXXXX escape', at + 1);
      this.#at += 6;
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    const character = escapes[letter];
    if (character === undefined) throw this.#error('Invalid \\escape', at);
    this.#at += 2;
    return character;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at = pattern.lastIndex;
    return match;
  }

  #error(problem: string, at = this.#at): JsonSyntaxError {
    return new JsonSyntaxError(problem, this.#text, at);
  }
}
