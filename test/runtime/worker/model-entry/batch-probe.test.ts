import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { loadModelFile } from '../../../../src/runtime/models/load-model.js';
import type { Model } from '../../../../src/runtime/models/model.js';
import { defaultModelSettings } from '../../../../src/runtime/models/model-settings.js';
import { probeBatch } from '../../../../src/runtime/worker/model-entry/batch-probe.js';
import { findExample } from '../../../../src/runtime/worker/model-entry/example.js';
import { modelsFolder } from '../../../support/models.js';

const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
afterAll(() => warn.mockRestore());

/** @param provider - What the model says that it runs on, which decides how much its rows may differ. */
async function verdict(name: string, provider = 'cpu') {
  const { model: onCpu } = await loadModelFile(join(modelsFolder, `${name}.onnx`), {}, defaultModelSettings);
  const { inputs: values, outputs: results } = onCpu;
  const model = { inputs: values, outputs: results, executionProvider: provider } as Model;
  model.run = (feeds) => onCpu.run(feeds);
  const { inputs, outputs } = await findExample(model);
  const found = await probeBatch(model, outputs && inputs);
  return found.stacks ? 'stacks' : found.reason;
}

describe('probeBatch()', () => {
  it.each([
    'diabetes',
    'digits',
    'dense-1k',
    'half',
    'external',
    'mixed',
    'iris-zipmap',
    'odd/embedding',
    'odd/image',
    'odd/every-type',
    'odd/add',
  ])('lets the calls of %s be stacked', async (name) => expect(await verdict(name)).toBe('stacks'));

  it.each([
    ['fixed', "the input 'data' has a first axis of fixed length 4"],
    ['spin', "the input 'steps' has no axes"],
    ['odd/other-names', 'the first axes have different names: batch, rows'],
    ['odd/softmax-over-rows', "the output 'y' of a row depends on the rows around it"],
    ['odd/mean-of-rows', "the output 'y' has a first axis of fixed length 1"],
    ['odd/some-rows', "the output 'y' has not one row for each row of the inputs"],
    ['odd/mixes-beside-infinity', "the output 'y' of a row depends on the rows around it"],
    ['odd/mixes-beside-millions', "the output 'y' of a row depends on the rows around it"],
    ['odd/mixes-integers', "the output 'y' of a row depends on the rows around it"],
    ['odd/mixes-when-longer', "the output 'y' of a row depends on the rows around it"],
    ['odd/constant', "the output 'y' is the same for all rows of the trial, which tells nothing"],
    ['odd/huge', 'no example is answered that could be tried'],
  ])('does not let the calls of %s: %s', async (name, reason) => expect(await verdict(name)).toBe(reason));

  it.each([
    'odd/softmax-over-rows',
    'odd/mixes-beside-infinity',
    'odd/mixes-beside-millions',
    'odd/mixes-integers',
    'odd/mixes-when-longer',
  ])('sees that the rows of %s mix with the tolerance of a GPU, too', async (name) =>
    expect(await verdict(name, 'cuda')).toBe("the output 'y' of a row depends on the rows around it"),
  );

  it('tries free axes that are long enough', async () => expect(await verdict('odd/kernel')).toBe('stacks'));
});
