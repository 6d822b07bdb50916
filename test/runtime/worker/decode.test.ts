import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostError } from '../../../src/errors.js';
import { inputDecoder } from '../../../src/runtime/worker/decode.js';
import type { CallHead } from '../../../src/runtime/worker/messages.js';
import { CallContext } from '../../../src/runtime/worker/request-context.js';
import { NumpyParameterType } from '../../../src/schema/index.js';
import type { ServiceSchema } from '../../../src/schema/service-schema.js';

const limits = { depthMax: 100 };
const text: ServiceSchema = { kind: 'text', inputs: [] };
const typed: ServiceSchema = {
  kind: 'typed',
  inputs: [{ name: 'data', type: new NumpyParameterType([[1, 2]]), optional: false, convert: true }],
};
const raw: ServiceSchema = { kind: 'raw', inputs: [] };

function decode(schema: ServiceSchema, body: string | Buffer, head: Partial<CallHead> = {}): unknown[] {
  const context = new CallContext({ requestId: 'r', method: 'POST', target: '/score', headers: [], ...head }, () => {});
  return inputDecoder(schema, limits)(context, Buffer.from(body as string));
}

function refusal(schema: ServiceSchema, body: string | Buffer): HostError {
  try {
    decode(schema, body);
  } catch (error) {
    return error as HostError;
  }
  throw new Error('it was not refused');
}

describe('an undecorated run', () => {
  it('gets the body as text, a byte order mark included', () => {
    expect(decode(text, '\ufeffžluť')).toEqual(['\ufeffžluť']);
    expect(decode(text, '')).toEqual(['']);
  });

  it('gets the query as JSON text for GET', () => {
    expect(decode(text, '', { method: 'GET', target: '/score?a=1&b=x' })).toEqual(['{"a": 1, "b": "x"}']);
  });

  it('refuses bytes that are not UTF-8 and says where, in the words of the reference', () => {
    const error = refusal(text, Buffer.of(0x61, 0xc3, 0x28));
    expect(error.code).toBe('INPUT_INVALID');
    expect(error.message).toBe(
      "Input cannot be decoded as UTF-8: 'utf-8' codec can't decode byte 0xc3 in position 1: invalid continuation byte",
    );
  });

  it('names a position that a decoder stumbles over too, wherever it is', () => {
    const bytes = fc.tuple(fc.string({ unit: 'grapheme' }), fc.uint8Array({ minLength: 1, maxLength: 8 }));
    fc.assert(
      fc.property(bytes, ([good, bad]) => {
        const start = Buffer.byteLength(good);
        const body = Buffer.concat([Buffer.from(good), bad]);
        const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
        let expected: string | undefined;
        try {
          expected = strict.decode(body);
        } catch {
          const position = Number(/position (\d+)/.exec(refusal(text, body).message)?.[1] ?? body.length);
          expect(position).toBeGreaterThanOrEqual(start);
          expect(() => strict.decode(body.subarray(0, position + 4))).toThrow();
          return;
        }
        expect(decode(text, body)).toEqual([expected]);
      }),
    );
  });
});

describe('a run with a schema', () => {
  it('gets a tensor per input', () => {
    const [tensor] = decode(typed, '{"data": [[1, 2], [3, 4]], "other": 1}') as [
      { dims: number[]; data: Float32Array },
    ];
    expect(tensor.dims).toEqual([2, 2]);
    expect([...tensor.data]).toEqual([1, 2, 3, 4]);
  });

  it.each(['utf8', 'utf16le'] as const)('reads JSON in %s, with and without a byte order mark', (encoding) => {
    for (const mark of ['', '\ufeff']) {
      const [tensor] = decode(typed, Buffer.from(`${mark}{"data": [[1, 2]]}`, encoding)) as [{ dims: number[] }];
      expect(tensor.dims).toEqual([1, 2]);
    }
  });

  it.each([
    ['LE', (view: DataView, at: number, point: number) => view.setUint32(at, point, true)],
    ['BE', (view: DataView, at: number, point: number) => view.setUint32(at, point, false)],
  ])('reads JSON in UTF-32%s', (_, put) => {
    const points = [...'\ufeff{"data": [[1, 2]]}'].map((character) => character.codePointAt(0) as number);
    const view = new DataView(new ArrayBuffer(points.length * 4));
    for (const [i, point] of points.entries()) put(view, i * 4, point);
    const [tensor] = decode(typed, Buffer.from(view.buffer)) as [{ dims: number[] }];
    expect(tensor.dims).toEqual([1, 2]);
  });

  it.each([
    ['', 'POST body is empty. Expecting a JSON dictionary.'],
    ['[1]', 'POST body should be a JSON dictionary.'],
    ['null', 'POST body should be a JSON dictionary.'],
    [
      '{"data": [[1, 2]]',
      "POST body could not be decoded as JSON: Expecting ',' delimiter: line 1 column 18 (char 17)",
    ],
    ['{"other": 1}', "A value is not provided for the 'data' parameter."],
    ['{"data": [[1, 2, 3]]}', '/data/0: expected an array of 2, got an array of 3.'],
    ['{"data": [[1, "2"]]}', '/data/0/1: expected a number or null, got "2".'],
    ['{"data": 5}', '/data: expected an array of 1 or more, got 5.'],
  ])('refuses %s and says what is wrong', (body, message) => {
    expect(refusal(typed, body)).toMatchObject({ code: 'INPUT_INVALID', message });
  });
});

describe('a raw run', () => {
  it('gets a Request with method, URL, headers and body', async () => {
    const head = { target: '/score?op=x', headers: ['Content-Type', 'text/plain', 'X-A', '1', 'X-A', '2'] };
    const [request] = decode(raw, 'body', head) as [Request];
    expect(request.method).toBe('POST');
    expect(new URL(request.url).search).toBe('?op=x');
    expect(request.headers.get('x-a')).toBe('1, 2');
    expect(await request.text()).toBe('body');
  });

  it('gets a path below the host’s own name, whatever the target says', () => {
    for (const target of ['http://evil.example/score?a', '//evil.example/score?a', '/score?a']) {
      const [request] = decode(raw, '', { method: 'GET', target }) as [Request];
      expect(new URL(request.url).hostname).toBe('localhost');
    }
  });
});
