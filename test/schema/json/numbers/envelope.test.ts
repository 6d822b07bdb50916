import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { readEnvelope } from '../../../../src/schema/json/numbers/envelope.js';
import type { TensorSpec } from '../../../../src/tensor.js';

const inputs = new Map<string, TensorSpec>([
  ['data', { type: 'float32', dims: [undefined, 2] }],
  ['é', { type: 'int8', dims: [] }],
  ['__proto__', { type: 'bool', dims: [1] }],
]);

function envelope(body: string | Buffer, depthMax = 100) {
  return readEnvelope(Buffer.from(body as string), inputs, { depthMax });
}

/** The keys and values in short: dims and elements, the text of a slice, path and message. */
function inShort(json: string, depthMax?: number): unknown {
  const values = envelope(json, depthMax);
  const body = Buffer.from(json);
  return (
    values &&
    [...values].map(([key, value]) => {
      if (value.kind === 'tensor') return [key, value.dims, Array.from<number | bigint>(value.data as Float32Array)];
      const text = body.toString('utf8', value.start, value.end);
      return value.kind === 'slice' ? [key, text] : [key, `${value.path}: ${value.message}`, text];
    })
  );
}

describe('readEnvelope()', () => {
  it.each<[string, unknown]>([
    ['{}', []],
    [' { \n} ', []],
    ['{"data":[[1,2],[3,4]]}', [['data', [2, 2], [1, 2, 3, 4]]]],
    [
      ' {"x" : {"data":[[1,2]]} ,"data":[], "é": -7 } ',
      [
        ['x', '{"data":[[1,2]]}'],
        ['data', [0, 2], []],
        ['é', [], [-7]],
      ],
    ],
    [
      '{"d\\u0061ta":[[1,2]],"\\u00E9":1}',
      [
        ['data', [1, 2], [1, 2]],
        ['é', [], [1]],
      ],
    ],
    ['{"\\"\\\\\\n😀\\ud83d":0}', [['"\\\n😀\ud83d', '0']]],
    ['{"__proto__":[true]}', [['__proto__', [1], [1]]]],
    [
      '{"constructor":1,"toString":2}',
      [
        ['constructor', '1'],
        ['toString', '2'],
      ],
    ],
    [
      '{"s":"]}\\"\\\\","t":"\\\\"}',
      [
        ['s', '"]}\\"\\\\"'],
        ['t', '"\\\\"'],
      ],
    ],
    [
      '{"a":[1,{"b":"]"}],"b":nope}',
      [
        ['a', '[1,{"b":"]"}]'],
        ['b', 'nope'],
      ],
    ],
    [
      '{"data":[[1,2],[3]],"a":1}',
      [
        ['data', '/1: expected an array of 2, got an array of 1', '[[1,2],[3]]'],
        ['a', '1'],
      ],
    ],
    ['{"é":"é"}', [['é', ': expected an integer from -128 to 127, got "é"', '"é"']]],
  ])('reads %s', (text, values) => assert.deepEqual(inShort(text), values));

  it('lets the last of repeated keys win, and leaves a value that nobody would parse to the general path', () => {
    assert.deepEqual(inShort('{"data":[[1,2]],"é":1,"data":[[3,4]]}'), [
      ['data', [1, 2], [3, 4]],
      ['é', [], [1]],
    ]);
    assert.deepEqual(inShort('{"data":[[1,2]],"data":["x"]}'), [
      ['data', '/0: expected an array of 2, got "x"', '["x"]'],
    ]);
    assert.equal(envelope('{"x":tru,"x":1}'), undefined);
    assert.equal(envelope('{"data":["x",nope],"data":[[1,2]]}'), undefined);
  });

  it.each([
    ['no object', ['', ' ', '[]', '[{}]', '"{}"', '1', 'null', 'x']],
    ['something behind the end', ['{}x', '{},', '{}{}', '{"data":[]}]', '{"a":1}1', '{}\u00a0', '{}\0']],
    [
      'an object that breaks off',
      ['{', '{"a', '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"data":[', '{"a":"}', '{"a":[1}'],
    ],
    [
      'commas and colons',
      ['{,}', '{"a":1,}', '{"data":[],}', '{"a" 1}', '{"a":1 "b":2}', '{"a":,"b":1}', '{"a"::1}', '{"a":1,,"b":1}'],
    ],
    ['keys', ['{a:1}', "{'a':1}", '{1:1}', '{"\n":1}', '{"\\x":1}', '{"\\u12":1}', '{null:1}', '{"a\\":1}']],
    ['brackets', ['{"a":]}', '{"a":[[]}', '{"a":}}', '{"a":[]]}']],
    [
      'tensors',
      ['{"data":[[1,2],]}', '{"data":[[01,2]]}', '{"data":[[1 2]]}', '{"data":nope}', '{"é":1.}', '{"data":}'],
    ],
  ])('leaves to the general path: %s', (_, texts) => {
    for (const text of texts) assert.equal(envelope(text), undefined, text);
  });

  it('leaves other encodings to the general path, and keys that are no UTF-8', () => {
    const text = '{"data":[[1,2]]}';
    const utf16 = Buffer.from(text, 'utf16le');
    const utf32 = Buffer.from(Uint32Array.from(text, (character) => character.charCodeAt(0)).buffer);
    const others = [`\ufeff${text}`, utf16, Buffer.from(utf16).swap16(), utf32, Buffer.from(utf32).swap32()];
    for (const body of others) assert.equal(envelope(body), undefined);
    assert.equal(envelope(Buffer.from('{"é":1}', 'latin1')), undefined);
    assert.equal(envelope(Buffer.from('{"\xed\xa0\x80":1}', 'latin1')), undefined);
  });

  it('does not look into what it skips: bytes that are no UTF-8 are for the caller to see', () => {
    const body = Buffer.from('{"x":"\xff"}', 'latin1');
    assert.deepEqual(envelope(body), new Map([['x', { kind: 'slice', start: 5, end: 8 }]]));
  });

  it('holds the limit of depth for the body as a whole', () => {
    assert.deepEqual(inShort('{"a":[{}]}', 3), [['a', '[{}]']]);
    assert.equal(envelope('{"a":[{"b":[]}]}', 3), undefined);
    assert.deepEqual(inShort('{"data":[[1,2]]}', 3), [['data', [1, 2], [1, 2]]]);
    assert.equal(envelope('{"data":[[1,2]]}', 2), undefined);
    assert.equal(envelope('{"data":[[[1]],1]}', 3), undefined);
    assert.equal(envelope(`{"a":${'['.repeat(10_000_000)}`), undefined);
    assert.equal(readEnvelope(Buffer.from('{}'), new Map(), { depthMax: 0 }), undefined);
  });
});
