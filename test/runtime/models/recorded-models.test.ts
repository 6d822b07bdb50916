import { describe, expect, it } from 'vitest';
import { loadModelFile } from '../../../src/runtime/models/load-model.js';
import { defaultModelSettings } from '../../../src/runtime/models/model-settings.js';
import { difference, modelsFolder, recordedModels, recordedRuns, runValues } from '../../support/models.js';

describe.each(recordedModels)('%s.onnx through loadModel()', (name) => {
  it('gives every tensor that is recorded, and no other', async () => {
    const { model } = await loadModelFile(`${modelsFolder}${name}.onnx`, {}, defaultModelSettings);
    const runs = recordedRuns(name);
    expect(runs).not.toEqual([]);
    for (const { inputs, outputs } of runs) {
      const ours = await runValues(model, inputs);
      // A sequence of maps was recorded as text.
      const tensors = Object.keys(outputs).filter((output) => typeof outputs[output] !== 'string');
      expect(Object.keys(ours)).toEqual(tensors);
      for (const output of tensors) expect(difference(ours[output], outputs[output], 1e-5, output)).toBe('');
    }
    await model.release();
  });
});
