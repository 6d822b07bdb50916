import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { it } from 'vitest';
import { DTYPES, isIntegerType, type NumericArray, type NumericType } from '../../../../src/dtype.js';
import { type Envelope, readEnvelope } from '../../../../src/schema/json/numbers/envelope.js';
import { JsonSyntaxError, parseJson } from '../../../../src/schema/json/parse.js';
import type { TensorSpec } from '../../../../src/tensor.js';
import { numberText } from './number-texts.js';
import { Random } from './random.js';
import { referenceTensor, roundsToWhole, topLevelKeys } from './reference.js';

// Whatever bytes come as a body: what the general parser refuses is never taken, and what it takes is taken with the
// same keys, dims, elements and values, or does not fit at the same place. `FUZZ_CASES` / 4 documents in the long form.

const CASES = Number(process.env.FUZZ_CASES ?? 20_000) / 4;
const numericTypes = DTYPES.filter((type) => type !== 'string');
const keys = ['data', 'a', 'b', 'é', '__proto__', '', 'da\nta', '"', '😀', 'constructor', '0'];
const blanks = ['', '', '', '', '', ' ', '\n', '\t\r\n '];
const bits = [
  ...['[', ']', '{', '}', ',', ':', '"', '\\', '0', '1', '-', '+', '.', 'e', 'E', ' ', '\n', '[]', '[1]', '{}', '""'],
  ...['null', 'NaN', 'Infinity', '-Infinity', 'true', 'false', 'nul', '\\u0061', '\\u12', '\u0000', '\u00a0', 'é'],
  ...['"data":', '"a":1,', ',"b":[]', ']]', '[[', '99', '1.5', '01', '1e5', '/**/', '😀'],
];
const brokenBytes = [0xff, 0x80, 0xc3, 0x00, 0xef, 0xfe, 0x1f];

class Documents {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  specs(): Map<string, TensorSpec> {
    const specs = new Map<string, TensorSpec>();
    for (let i = this.#random.below(3); i >= 0; i--) specs.set(this.#random.pick(keys), this.#spec());
    return specs;
  }

  #spec(): TensorSpec {
    const random = this.#random;
    const dims = Array.from({ length: random.below(4) }, () => (random.oneIn(2) ? undefined : random.below(4)));
    return { type: random.pick(numericTypes), dims };
  }

  /** A body that is nearly always JSON, with up to three places changed. */
  body(specs: ReadonlyMap<string, TensorSpec>): Buffer {
    const random = this.#random;
    let text = this.#blank() + this.#object(specs) + this.#blank();
    if (random.oneIn(30)) text = random.pick([`\ufeff${text}`, this.#value(0), `${text}${text}`, '', '[]']);
    const damages = random.oneIn(2) ? 0 : random.below(4);
    for (let i = 0; i < damages; i++) {
      const place = random.below(text.length + 1);
      const insert = random.oneIn(3) ? '' : random.pick(bits);
      text = text.slice(0, place) + insert + text.slice(place + random.below(4));
    }
    const body = Buffer.from(text, random.oneIn(60) ? random.pick(['latin1', 'utf16le']) : 'utf8');
    if (random.oneIn(30) && body.length > 0) body[random.below(body.length)] = random.pick(brokenBytes);
    // Not at the start of its memory, as a pooled buffer is.
    return random.oneIn(2)
      ? body
      : Buffer.concat([Buffer.from('[1,'), body, Buffer.from('23]')]).subarray(3, 3 + body.length);
  }

  #object(specs: ReadonlyMap<string, TensorSpec>): string {
    const random = this.#random;
    const members: string[] = [];
    for (const [key, spec] of specs) if (!random.oneIn(8)) members.push(this.#member(key, this.#nearly(spec)));
    for (let i = random.below(3); i > 0; i--) {
      const key = random.oneIn(6) ? random.pick(keys) : `more${i}`;
      members.splice(random.below(members.length + 1), 0, this.#member(key, this.#value(0)));
    }
    return `{${members.join()}${members.length === 0 ? this.#blank() : ''}}`;
  }

  #member(key: string, value: string): string {
    const quoted = JSON.stringify(key).replace(/[a-zé]/g, (letter) =>
      this.#random.oneIn(20) ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}` : letter,
    );
    return (
      this.#blank() +
      (key.includes('\n') ? JSON.stringify(key) : quoted) +
      this.#blank() +
      `:${this.#blank()}${value}${this.#blank()}`
    );
  }

  /** A value of the shape and type, but for some. */
  #nearly({ type, dims }: TensorSpec): string {
    const random = this.#random;
    const right = random.oneIn(2);
    const shape = dims.map((dim) => dim ?? random.below(4));
    const nested = (axis: number): string => {
      if (!right && random.oneIn(40))
        return random.pick(['[]', '1', 'null', '"x"', '{"a":[1]}', '[[1]]', this.#value(2)]);
      if (axis === shape.length) return this.#element(type, right);
      const length = shape[axis]! + (right || !random.oneIn(30) ? 0 : random.pick([-1, 1, 2]));
      const items = Array.from({ length: Math.max(0, length) }, () => this.#blank() + nested(axis + 1) + this.#blank());
      return `[${items.join()}]`;
    };
    return nested(0);
  }

  #element(type: NumericType, right: boolean): string {
    const random = this.#random;
    if (!right && random.oneIn(20)) {
      return random.oneIn(2)
        ? numberText(random, 'around 2^53, 2^63 and 2^64')
        : random.pick(['null', 'NaN', 'true', '-Infinity', '256', '-1', '0.5']);
    }
    if (type === 'bool') return random.pick(['true', 'false']);
    if (!type.startsWith('float')) return random.pick([String(random.below(128)), '0', '127', '1.0', '1e1', '-0']);
    return random.oneIn(4)
      ? random.pick(['null', 'NaN', 'Infinity', '-Infinity', '-0'])
      : numberText(random, random.pick(['decimals', 'doubles, shortest', 'short integers']));
  }

  #value(depth: number): string {
    const random = this.#random;
    const items = () => Array.from({ length: random.below(3) }, () => this.#value(depth + 1));
    switch (depth > 4 ? random.below(4) : random.below(6)) {
      case 0:
        return JSON.stringify(random.pick(['', 'x', '"]}', '\\', 'é{[', '\n', 'data', '\\"']));
      case 1:
        return random.pick(['true', 'false', 'null', 'NaN', '-Infinity']);
      case 2:
      case 3:
        return numberText(random, random.pick(['short integers', 'long integers', 'decimals with an exponent']));
      case 4:
        return `[${items().join(` ,`)}]`;
      default:
        return `{${items()
          .map((item, i) => `"${'k'.repeat(i)}" : ${item}`)
          .join()}}`;
    }
  }

  #blank(): string {
    return this.#random.pick(blanks);
  }
}

/** The value that the general parser makes of bytes; undefined if it makes none. */
function parsed(bytes: Buffer, depthMax: number): { readonly value: unknown } | undefined {
  if (!isUtf8(bytes)) return undefined;
  try {
    return { value: parseJson(bytes.toString('utf8'), { depthMax }) };
  } catch (error) {
    assert.ok(error instanceof JsonSyntaxError);
    return undefined;
  }
}

function elementsOf(data: NumericArray, type: NumericType): (number | bigint)[] {
  const kept = type === 'float16' ? new Uint16Array(data.buffer, data.byteOffset, data.length) : data;
  return Array.from<number | bigint>(kept as Float64Array);
}

/** What happened, for the count of what was tried. */
type Outcome = 'refused' | 'taken' | 'unfit' | 'general';

function check(body: Buffer, specs: ReadonlyMap<string, TensorSpec>, depthMax: number): Outcome {
  const envelope = readEnvelope(body, specs, { depthMax });
  const whole = parsed(body, depthMax);
  if (whole === undefined) {
    assert.ok(envelope === undefined || !isAccepted(envelope, body, depthMax), 'bad syntax was accepted');
    return 'refused';
  }
  const { value } = whole;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    assert.equal(envelope, undefined);
    return 'general';
  }
  const entries = Object.entries(value);
  if (envelope === undefined) {
    const repeated = topLevelKeys(body.toString()) > entries.length;
    const deep = [...specs.values()].some(({ dims }) => dims.length >= depthMax);
    assert.ok(repeated || deep, 'good syntax was refused');
    return 'general';
  }
  assert.deepEqual([...envelope.keys()].sort(), entries.map(([key]) => key).sort());
  return entries.map(([key, item]) => checkValue(body, key, item, envelope, specs.get(key))).includes('unfit')
    ? 'unfit'
    : 'taken';
}

function isAccepted(envelope: Envelope, body: Buffer, depthMax: number): boolean {
  return [...envelope.values()].every(
    (value) =>
      value.kind === 'tensor' ||
      (value.kind === 'slice' && parsed(body.subarray(value.start, value.end), depthMax) !== undefined),
  );
}

function checkValue(
  body: Buffer,
  key: string,
  item: unknown,
  envelope: Envelope,
  spec: TensorSpec | undefined,
): Outcome {
  const actual = envelope.get(key)!;
  if (spec === undefined) {
    assert.ok(actual.kind === 'slice');
    assert.deepStrictEqual(parsed(body.subarray(actual.start, actual.end), 100)?.value, item);
    return 'taken';
  }
  const expected = referenceTensor(item, spec);
  if (expected.kind === 'unsure') return 'taken';
  if (actual.kind === 'unfit' && isIntegerType(spec.type)) {
    const [number] = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/i.exec(body.toString('latin1', actual.at, actual.end)) ?? [];
    if (number !== undefined && roundsToWhole(number)) return 'taken';
  }
  assert.equal(actual.kind, expected.kind);
  if (actual.kind === 'tensor' && expected.kind === 'tensor') {
    assert.deepStrictEqual([...actual.dims], [...expected.dims]);
    assert.deepStrictEqual(elementsOf(actual.data, spec.type), expected.elements);
    return 'taken';
  }
  assert.ok(actual.kind === 'unfit' && expected.kind === 'unfit');
  assert.equal(actual.path, expected.path);
  const start = `expected ${expected.expected}, got `;
  assert.ok(
    expected.got === undefined ? actual.message.startsWith(start) : actual.message === start + expected.got,
    actual.message,
  );
  assert.ok(actual.start <= actual.at && actual.at < actual.end);
  assert.deepStrictEqual(parsed(body.subarray(actual.start, actual.end), 100)?.value, item);
  return 'unfit';
}

it(
  'readEnvelope() takes what the general parser takes, and gives what is in it',
  () => {
    const random = new Random();
    const documents = new Documents(random);
    const outcomes: Record<Outcome, number> = { refused: 0, taken: 0, unfit: 0, general: 0 };
    for (let done = 0; done < CASES; done++) {
      const specs = documents.specs();
      const body = documents.body(specs);
      const depthMax = random.oneIn(4) ? 1 + random.below(6) : 100;
      try {
        outcomes[check(body, specs, depthMax)]++;
      } catch (error) {
        const types = JSON.stringify([...specs], (_, value) => (value === undefined ? null : value));
        const cause = error as Error;
        throw new Error(
          `FUZZ_SEED=${random.seed}, case ${done}, depth ${depthMax}, ${types}: ${JSON.stringify(body.toString())}: ${cause.message}`,
          { cause },
        );
      }
    }
    // Each way was gone often.
    for (const [outcome, times] of Object.entries(outcomes)) assert.ok(times > CASES / 100, `${outcome}: ${times}`);
  },
  Math.max(20_000, CASES),
);
