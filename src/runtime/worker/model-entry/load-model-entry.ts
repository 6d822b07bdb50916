import { HostError } from '../../../errors.js';
import { refusedFor } from '../../../schema/refusal.js';
import type { ServiceSchema } from '../../../schema/service-schema.js';
import type { Tensor } from '../../../tensor.js';
import type { Model, Tensors } from '../../models/model.js';
import { findModelFile, modelName } from '../../models/model-format.js';
import type { EntryModule } from '../entry/load-entry.js';
import type { BatchSetting } from '../messages.js';
import { loadModel } from '../models.js';
import { probeBatch } from './batch-probe.js';
import { findExample } from './example.js';
import { inputParameters, outputParameter } from './model-types.js';
import { onnxServerForm } from './onnx-server-form.js';
import { tensorFlowServingForm } from './tensorflow-serving-form.js';

/** Rows that a run takes at most, where nothing is said. */
const ROWS_MAX_DEFAULT = 32;

/**
 * A model file as what an entry module would be: its inputs are those of `run`, under their names, its outputs are what
 * `run` gives.
 *
 * @throws {HostError} of `loadModel()`
 */
export async function loadModelEntry(path: string, batch: BatchSetting): Promise<EntryModule> {
  const file = findModelFile(path);
  // The example is the warm-up.
  const model = await loadModel(path, { warmUp: false });
  const example = await findExample(model);
  const inputs = inputParameters(model.inputs, example.inputs);
  const schema: ServiceSchema = {
    kind: 'typed',
    inputs,
    output: outputParameter(model.outputs, example.outputs),
    form: file.format === 'onnx' ? onnxServerForm(inputs, model.outputs) : tensorFlowServingForm(model.inputs),
  };
  const rowsMax = await rowsOf(modelName(file), model, example.outputs && example.inputs, batch);
  return {
    init: undefined,
    warmup: undefined,
    run: (...tensors) => runModel(model, tensors as Tensor[]),
    schema,
    contextless: true,
    ...(rowsMax ? { batch: { rowsMax, declared: false } } : {}),
  };
}

/** What a caller sent is to blame where the model refuses it: 400, not 500. */
async function runModel(model: Model, tensors: readonly Tensor[]): Promise<Tensors> {
  const feeds = Object.fromEntries(model.inputs.map(({ name }, i) => [name, tensors[i] as Tensor]));
  try {
    return await model.run(feeds);
  } catch (error) {
    if (!(error instanceof HostError) || error.code !== 'FEEDS_INVALID') throw error;
    const details =
      error.details.length > 0 ? error.details : [{ path: '', message: error.message.replace(/\.$/, '') }];
    throw refusedFor(details);
  }
}

/** @returns undefined if calls are run one by one. */
async function rowsOf(name: string, model: Model, example: Tensors | undefined, batch: BatchSetting) {
  if (batch === 'off' || batch === 1) return undefined;
  const verdict = await probeBatch(model, example);
  const rowsMax = batch === 'auto' ? ROWS_MAX_DEFAULT : batch;
  if (verdict.stacks) {
    console.info(`${name}: waiting calls are run together, up to ${rowsMax} rows; a trial gave the same answers`);
    return rowsMax;
  }
  const asked = batch === 'auto' ? console.info : console.warn;
  asked(`${name}: calls are run one by one, since they cannot be stacked: ${verdict.reason}`);
  return undefined;
}
