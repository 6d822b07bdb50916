import { describe, expect, it } from 'vitest';
import type { HostError } from '../../src/errors.js';
import { NumpyParameterType, type ParameterType, refused, StandardParameterType } from '../../src/schema/index.js';
import { InputReader } from '../../src/schema/input-reader.js';
import type { InputParameter } from '../../src/schema/service-schema.js';
import { Tensor } from '../../src/tensor.js';

const limits = { depthMax: 10 };
const rows = new NumpyParameterType([[1, 2]]);
const count = new StandardParameterType(1n);

function input(name: string, type: ParameterType, options: Partial<InputParameter> = {}): InputParameter {
  return { name, type, optional: false, convert: true, ...options };
}

function read(inputs: readonly InputParameter[], body: string | Buffer): unknown[] {
  return new InputReader(inputs, limits).fromBody(Buffer.from(body as string));
}

function refusal(inputs: readonly InputParameter[], body: string | Buffer): HostError {
  try {
    read(inputs, body);
  } catch (error) {
    return error as HostError;
  }
  throw new Error('it was taken');
}

/** What a parameter type of one's own may be: a word, or null for none. */
const word: ParameterType<string> = {
  jsonSchema: { type: ['string', 'null'], pattern: '^[a-z]*$', example: 'abc' },
  decode(value, path) {
    if (value === 'bad') throw refused(path, 'expected a good word, got "bad"');
    return value === null ? 'none' : (value as string).toUpperCase();
  },
};

describe('the arguments of run', () => {
  it('are the inputs in their order, whatever the order of the body', () => {
    const [a, b] = read([input('a', rows), input('b', count)], '{"other":[],"b":7,"a":[[1,2]]}');
    expect(a).toBeInstanceOf(Tensor);
    expect(b).toBe(7n);
  });

  it('are alike whether tensors are read from the bytes or not', () => {
    const body = '{"a":[[1,2.5],[null,-0.0]],"b":7}';
    const inputs = [input('a', rows), input('b', count)];
    const bytes = read(inputs, body);
    for (const text of [Buffer.from(`\ufeff${body}`), Buffer.from(body, 'utf16le')]) {
      expect(read(inputs, text)).toEqual(bytes);
    }
  });

  it('are the last of repeated names', () => {
    expect(read([input('b', count)], '{"b":1,"b":2}')).toEqual([2n]);
    expect((read([input('a', rows)], '{"a":[[1,2]],"a":[[3,4]]}')[0] as Tensor).data).toEqual(Float32Array.of(3, 4));
  });

  it('are undefined where an optional input is not there, or null', () => {
    const inputs = [input('a', rows, { optional: true }), input('b', count, { optional: true })];
    expect(read(inputs, '{}')).toEqual([undefined, undefined]);
    for (const rest of ['', `,"more":"${'x'.repeat(300_000)}"`]) {
      expect(read(inputs, `{"a":null,"b": null ${rest}}`)).toEqual([undefined, undefined]);
    }
  });

  it('are what a type of one’s own makes of them, null included', () => {
    expect(read([input('w', word)], '{"w":"abc"}')).toEqual(['ABC']);
    expect(read([input('w', word)], '{"w":null}')).toEqual(['none']);
  });

  it('are checked but not converted without convert', () => {
    expect(read([input('a', rows, { convert: false })], '{"a":[[1,2]]}')).toEqual([[[1, 2]]]);
    expect(refusal([input('a', rows, { convert: false })], '{"a":"x"}').details).toHaveLength(1);
  });
});

describe('a refusal', () => {
  it('of a type of one’s own has the pointer, by its schema and by decode()', () => {
    expect(refusal([input('w', word)], '{"w":"ABC"}')).toMatchObject({
      code: 'INPUT_INVALID',
      message: '/w: must match pattern "^[a-z]*$", got "ABC".',
    });
    expect(refusal([input('w', word)], '{"w":"bad"}').message).toBe('/w: expected a good word, got "bad".');
  });

  it('shows a body as it should be where it is none, cut short', () => {
    expect(refusal([input('a', rows)], '[1]').details).toEqual([
      { path: '', message: 'expected an object as {"a":[[1,2]]}, got an array of 1' },
    ]);
    const wide = new NumpyParameterType([Array<number>(1000).fill(0)]);
    expect(refusal([input('a', wide)], '5').details[0]?.message).toMatch(/^expected an object as .{200}…, got 5$/);
  });

  it('names the one that is missing, and what came instead', () => {
    const error = refusal([input('data', rows), input('n', count)], '{"Data":1,"n":"x"}');
    expect(error.message).toBe("A value is not provided for the 'data' parameter.");
    expect(error.details).toEqual([
      { path: '/data', message: 'missing: the input has Data, n; did you mean it by "Data"?' },
      { path: '/n', message: 'expected an integer, got "x"' },
    ]);
  });

  it('escapes names in pointers', () => {
    expect(refusal([input('a/b~', count)], '{"a/b~":"x"}').details[0]?.path).toBe('/a~1b~0');
  });

  it('is of the first problem alone in a large body', () => {
    const body = `{"a":[${'["x",1],'.repeat(50_000)}[1,2]]}`;
    expect(refusal([input('a', rows)], body).details).toEqual([
      { path: '/a/0/0', message: 'expected a number or null, got "x"' },
    ]);
  });

  it('goes by what is written, in a body of any size', () => {
    const longs = input('a', new NumpyParameterType([1n]));
    for (const rest of ['', `,"more":"${'x'.repeat(300_000)}"`]) {
      expect(refusal([longs], `{"a":[1e-400]${rest}}`).details).toEqual([
        { path: '/a/0', message: expect.stringMatching(/^expected an integer from .*, got 1e-400$/) },
      ]);
      expect(read([longs], `{"a":[9007199254740993.0]${rest}}`)[0]).toMatchObject({
        data: BigInt64Array.of(2n ** 53n + 1n),
      });
    }
  });

  it('is that of the parser where the text is no JSON, behind a tensor that does not fit too', () => {
    expect(refusal([input('a', rows)], '{"a":[["x",2]}').message).toMatch(/^POST body could not be decoded as JSON: /);
    expect(refusal([input('a', rows)], '{"a":[[1,2]],"b":[01]}').message).toMatch(/could not be decoded as JSON: /);
    expect(refusal([input('a', rows)], Buffer.from('{"a":[[1,2]],"b":"\xff"}', 'latin1')).message).toMatch(/as UTF-8/);
  });
});
