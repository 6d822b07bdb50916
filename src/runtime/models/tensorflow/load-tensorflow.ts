import { basename } from 'node:path';
import { HostError } from '../../../errors.js';
import type { LoadModelOptions } from '../load-options.js';
import type { ModelFile } from '../model-format.js';
import type { ModelSettings } from '../model-settings.js';
import type { Session } from '../session.js';
import { loadSavedModel } from './load-saved-model.js';
import { loadTfjsModel } from './load-tfjs.js';

/**
 * Loads a model of TensorFlow into a session: a SavedModel folder, or the `model.json` of TensorFlow.js.
 *
 * It computes on CPU, by the optional package `@tensorflow/tfjs-node`.
 *
 * @throws {HostError} `MODEL_INVALID` if the package is not there, or it is no model that can run here;
 *   `PROVIDER_UNAVAILABLE` if it is to run elsewhere than on CPU; `SETTING_INVALID` for an option that is for others.
 */
export async function loadTensorFlowSession(
  file: ModelFile,
  options: LoadModelOptions,
  settings: ModelSettings,
): Promise<Session> {
  checkOptions(file, options);
  checkProviders(file, options, settings);
  return file.format === 'saved-model'
    ? loadSavedModel(file, options.signature, settings)
    : loadTfjsModel(file, settings);
}

/** Whoever sets an option that does nothing would wait for its effect in vain. */
function checkOptions({ path, format }: ModelFile, { sessionOptions, signature }: LoadModelOptions): void {
  const name = basename(path);
  if (sessionOptions && Object.keys(sessionOptions).length > 0) {
    throw new HostError(
      'SETTING_INVALID',
      `The sessionOptions of loadModel() cannot be: ${name} is not run by ONNX Runtime.`,
      {
        fix: 'Leave them out. SCOREHOST_INTRA_OP_THREADS holds for TensorFlow, too.',
      },
    );
  }
  if (signature !== undefined && format === 'tfjs') {
    throw new HostError(
      'SETTING_INVALID',
      `The signature of loadModel() cannot be: ${name} is no SavedModel, and has but one.`,
      {
        fix: 'Leave it out.',
      },
    );
  }
}

function checkProviders({ path }: ModelFile, options: LoadModelOptions, settings: ModelSettings): void {
  const [asked = 'cpu'] = options.executionProviders ?? settings.executionProviders;
  if (asked === 'cpu') return;
  const why = 'models of TensorFlow run on CPU only';
  if (settings.providerFallback) {
    console.error(`${basename(path)} RUNS ON CPU INSTEAD OF ${asked.toUpperCase()}, which cannot be had here: ${why}`);
    return;
  }
  throw new HostError('PROVIDER_UNAVAILABLE', `Cannot load the model ${path} on ${asked}: ${why}.`, {
    fix:
      "Have it on CPU: SCOREHOST_EXECUTION_PROVIDERS=cpu, or loadModel(PATH, { executionProviders: ['cpu'] }). Or convert it to ONNX, which runs there: " +
      'python -m tf2onnx.convert --saved-model DIR --output model.onnx',
  });
}
