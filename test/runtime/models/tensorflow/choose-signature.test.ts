import { describe, expect, it } from 'vitest';
import { chooseSignature } from '../../../../src/runtime/models/tensorflow/choose-signature.js';
import type { MetaGraph } from '../../../../src/runtime/models/tensorflow/saved-model-file.js';

const graph = (tags: readonly string[], ...names: readonly string[]): MetaGraph => ({
  tags,
  signatures: names.map((name) => ({ name, inputs: [], outputs: [] })),
});

const chosen = (graphs: readonly MetaGraph[], wanted?: string) =>
  chooseSignature('/models/m', graphs, wanted).signature.name;

describe('chooseSignature()', () => {
  const several = [graph(['serve'], 'classify', 'serving_default')];

  it('takes serving_default', () => expect(chosen(several)).toBe('serving_default'));
  it('takes the one that is asked for', () => expect(chosen(several, 'classify')).toBe('classify'));
  it('takes the only one, whatever its name', () => expect(chosen([graph(['serve'], 'classify')])).toBe('classify'));

  it('takes the graph for serving', () => {
    const graphs = [graph(['train'], 'serving_default'), graph(['serve', 'tpu'], 'x'), graph(['serve'], 'y')];
    expect(chooseSignature('/models/m', graphs)).toMatchObject({ graphIndex: 2, tags: ['serve'] });
  });

  it('takes a graph for serving on another device, if there is no other', () => {
    expect(chooseSignature('/models/m', [graph(['serve', 'gpu'], 'x')]).tags).toEqual(['serve', 'gpu']);
  });
});

describe('chooseSignature() refuses', () => {
  it('a signature that is not there, with those that are, and the one that was meant', () => {
    expect(() => chosen([graph(['serve'], 'classify', 'regress')], 'clasify')).toThrow(
      expect.objectContaining({
        code: 'MODEL_INVALID',
        message:
          "Cannot load the model /models/m: it has no signature 'clasify', its signatures are 'classify', 'regress'; did you mean 'classify'?",
        fix: "Name one of them: loadModel(PATH, { signature: 'classify' }).",
      }),
    );
  });

  it('the only signature under another name', () => {
    expect(() => chosen([graph(['serve'], 'classify')], 'embed')).toThrow(
      "it has no signature 'embed', its signatures are 'classify'.",
    );
  });

  it('to choose among several', () => {
    expect(() => chosen([graph(['serve'], 'classify', 'regress')])).toThrow(
      "it has several signatures, and none is called 'serving_default'; its signatures are 'classify', 'regress'.",
    );
  });

  it('a model without signatures', () => {
    expect(() => chosen([graph(['serve'])])).toThrow('it has no signature that could be run.');
    expect(() => chosen([graph(['serve'])], 'classify')).toThrow('it has no signature that could be run.');
  });

  it('a model that is not for serving, with what it is for', () => {
    expect(() => chosen([graph(['train'], 'x'), graph(['eval', 'tpu'], 'x')])).toThrow(
      "it has no graph for serving (tag 'serve'), but one for [train], [eval, tpu].",
    );
  });
});
