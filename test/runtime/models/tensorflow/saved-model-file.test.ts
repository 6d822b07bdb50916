import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lacksVariables, readMetaGraphs } from '../../../../src/runtime/models/tensorflow/saved-model-file.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';
import { modelFixture } from '../../../support/tensorflow.js';

const kinds = modelFixture('tensorflow/kinds');

function signature(name: string) {
  const [graph] = readMetaGraphs(kinds);
  const found = graph?.signatures.find((signature) => signature.name === name);
  if (!found) throw new Error(`no signature ${name}`);
  return found;
}

describe('readMetaGraphs()', () => {
  it('reads the tags and the names of the signatures, but for that of the loader', () => {
    const graphs = readMetaGraphs(modelFixture('tensorflow/one'));
    expect(graphs.map(({ tags, signatures }) => [tags, signatures.map(({ name }) => name)])).toEqual([
      [['serve'], ['double']],
    ]);
  });

  it('reads inputs and outputs, in the order of their names', () => {
    const [graph] = readMetaGraphs(modelFixture('digits-savedmodel'));
    expect(graph?.signatures).toEqual([
      {
        name: 'serving_default',
        inputs: [{ name: 'image', tensor: 'serving_default_image:0', dataType: 1, shape: ['', 8, 8] }],
        outputs: [
          { name: 'label', tensor: 'StatefulPartitionedCall:0', dataType: 9, shape: [''] },
          { name: 'probabilities', tensor: 'StatefulPartitionedCall:1', dataType: 1, shape: ['', 10] },
        ],
      },
    ]);
  });

  it('tells a shape of no axes from one that is not known', () => {
    const { inputs, outputs } = signature('any_rank');
    expect(inputs[0]?.shape).toBeUndefined();
    expect(outputs[0]?.shape).toEqual([]);
  });

  it('reads types that tfjs-node does not know', () => {
    expect(signature('double').inputs[0]?.dataType).toBe(2);
  });

  it('reads a signature that takes nothing', () => expect(signature('nothing').inputs).toEqual([]));

  it.each([
    ['cut short', readFileSync(join(kinds, 'saved_model.pb')).subarray(0, 20_000)],
    ['empty', new Uint8Array()],
    ['a text', 'signatures: serving_default'],
  ])('refuses a file that is %s', (_, content) => {
    expect(() => readMetaGraphs(temporaryFolder({ 'saved_model.pb': content }))).toThrow(RangeError);
  });
});

describe('lacksVariables()', () => {
  it('is false where their values are', () => expect(lacksVariables(kinds)).toBe(false));

  it('is true where a graph has some, and their values are not there', () => {
    const folder = temporaryFolder();
    copyFileSync(join(kinds, 'saved_model.pb'), join(folder, 'saved_model.pb'));
    expect(lacksVariables(folder)).toBe(true);
  });

  it('is false where a graph has none', () => {
    const folder = temporaryFolder();
    copyFileSync(modelFixture('tensorflow/one/saved_model.pb'), join(folder, 'saved_model.pb'));
    expect(lacksVariables(folder)).toBe(false);
  });
});
