import { describe, expect, it } from 'vitest';
import type { ModelValue } from '../../../../src/runtime/models/model.js';
import { tensorFlowServingForm } from '../../../../src/runtime/worker/model-entry/tensorflow-serving-form.js';
import { Tensor } from '../../../../src/tensor.js';

const words: ModelValue = { name: 'words', type: 'string', shape: ['n'] };
const slashed: ModelValue = { name: 'a/b', type: 'string', shape: ['n'] };
const scores: ModelValue = { name: 'scores', type: 'float32', shape: ['n', 2] };

const b64 = (text: string) => ({ b64: Buffer.from(text).toString('base64') });
const read = (body: object, ...inputs: ModelValue[]) =>
  tensorFlowServingForm(inputs).read(body as Record<string, unknown>);
const valuesOf = (body: object, ...inputs: ModelValue[]) => Object.fromEntries(read(body, ...inputs).values);
const refusal = (path: string, message: string) =>
  expect.objectContaining({ code: 'INPUT_INVALID', details: [{ path, message }] });

describe("bytes in TensorFlow Serving's JSON", () => {
  it.each<[string, object, ModelValue[], object]>([
    ['rows', { instances: [b64('größer'), 'as it is', b64('')] }, [words], { words: ['größer', 'as it is', ''] }],
    ['rows of lists', { instances: [[b64('a'), 'b']] }, [words], { words: [['a', 'b']] }],
    ['named rows', { instances: [{ 'a/b': b64('a'), scores: [1, 2] }] }, [slashed, scores], { 'a/b': ['a'], scores: [[1, 2]] }], // biome-ignore format: one line a case
    ['a column', { inputs: [b64('a'), 'b'] }, [words], { words: ['a', 'b'] }],
    ['a value alone', { inputs: b64('a') }, [words], { words: 'a' }],
    ['named columns', { inputs: { words: [b64('a')], scores: [[1, 2]] } }, [words, scores], { words: ['a'], scores: [[1, 2]] }], // biome-ignore format: one line a case
    ['an input of the name', { instances: [{ b64: b64('a') }] }, [{ ...words, name: 'b64' }], { b64: ['a'] }],
    ['the other alphabet, without padding', { instances: [{ b64: 'w78' }] }, [words], { words: ['ÿ'] }],
    ['a mark of byte order', { instances: [b64('\ufeffa')] }, [words], { words: ['\ufeffa'] }],
  ])('are text: %s', (_, body, inputs, values) => expect(valuesOf(body, ...inputs)).toEqual(values));

  const jpeg = { b64: Buffer.of(0xff, 0xd8, 0xff, 0xe0).toString('base64') };
  const noText = 'expected base64 of UTF-8, as strings are texts here, got other bytes';
  it.each<[string, object, ModelValue[], string, string]>([
    ['no text, in a row', { instances: ['a', jpeg] }, [words], '/instances/1/b64', noText],
    ['no text, in a list', { instances: [['a', jpeg]] }, [words], '/instances/0/1/b64', noText],
    ['no text, in a named row', { instances: [{ words: jpeg }] }, [words], '/instances/0/words/b64', noText],
    ['no text, in a row of a name with a slash', { instances: [{ 'a/b': jpeg }] }, [slashed], '/instances/0/a~1b/b64', noText], // biome-ignore format: one line a case
    ['no text, in a column', { inputs: [jpeg] }, [words], '/inputs/0/b64', noText],
    ['no text, alone', { inputs: jpeg }, [words], '/inputs/b64', noText],
    ['no text, in a named column', { inputs: { 'a/b': [jpeg] } }, [slashed], '/inputs/a~1b/0/b64', noText],
    ['no base64', { instances: [{ b64: '***' }] }, [words], '/instances/0/b64', 'expected base64, got "***"'],
    ['cut base64', { instances: [{ b64: 'YWJjZ' }] }, [words], '/instances/0/b64', 'expected base64, got "YWJjZ"'],
    ['a number', { inputs: { words: [{ b64: 5 }] } }, [words], '/inputs/words/0/b64', 'expected base64, got 5'],
  ])('are refused: %s', (_, body, inputs, path, message) => {
    expect(() => read(body, ...inputs)).toThrow(refusal(path, message));
  });
});

describe("numbers in TensorFlow Serving's JSON", () => {
  const rows = [
    [1, 2],
    [3, 4],
  ];

  // To copy each array takes longer than to read the tensor.
  it.each<[string, object]>([
    ['rows', { instances: rows }],
    ['a column', { inputs: rows }],
    ['a named column', { inputs: { scores: rows } }],
  ])('stay the arrays that they are: %s', (_, body) => expect(valuesOf(body, scores).scores).toBe(rows));

  it('stay the arrays that they are: named rows', () => {
    const [first] = valuesOf({ instances: rows.map((row) => ({ scores: row })) }, scores).scores as unknown[];
    expect(first).toBe(rows[0]);
  });

  it('are no bytes', () => {
    expect(valuesOf({ instances: [b64('a')] }, scores)).toEqual({ scores: [b64('a')] });
  });
});

describe("the result in TensorFlow Serving's JSON", () => {
  const total = new Tensor('float32', Float32Array.of(3), [1]);
  const each = new Tensor('int32', Int32Array.of(1, 2), [2]);

  it('has a row for each instance', () => {
    const { write } = read({ instances: ['a', 'b'] }, words);
    expect(write({ each })).toEqual({ predictions: each });
  });

  it.each<[string, Tensor, string]>([
    ['another number of rows', total, '[1]'],
    ['no rows at all', new Tensor('float32', Float32Array.of(3), []), '[]'],
  ])('is asked for in the wrong way where an output has %s', (_, output, shape) => {
    const { write } = read({ instances: ['a', 'b'] }, words);
    const problem = `the output 'total' has no row for each of 2 instances, but shape ${shape}`;
    expect(() => write({ each, total: output })).toThrow(
      refusal('/instances', `expected the inputs by columns, {"inputs": …}, as ${problem}`),
    );
  });

  it('has outputs of any shape by columns', () => {
    expect(read({ inputs: ['a', 'b'] }, words).write({ each, total })).toEqual({ outputs: { each, total } });
  });
});

describe("the signature in TensorFlow Serving's JSON", () => {
  it.each([undefined, null, '', 'serving_default'])('is the one that is served: %j', (signature_name) => {
    expect(valuesOf({ signature_name, instances: ['a'] }, words)).toEqual({ words: ['a'] });
  });

  it.each(['train', 0, false, {}])('is refused: %j', (signature_name) => {
    expect(() => read({ signature_name, instances: ['a'] }, words)).toThrow(
      '/signature_name: expected serving_default',
    );
  });
});
