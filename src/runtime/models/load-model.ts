import { asError, HostError } from '../../errors.js';
import { checkLoadOptions, type LoadModelOptions } from './load-options.js';
import type { Model } from './model.js';
import { findModelFile, type ModelFile, modelName } from './model-format.js';
import type { ModelReport, ModelSettings } from './model-settings.js';
import { loadOnnxSession } from './onnx/load-onnx.js';
import type { Session } from './session.js';
import { SessionModel } from './session-model.js';
import { zeroFeeds } from './zero-feeds.js';

/** A model, and how it came to be loaded. */
export interface LoadedModel {
  readonly model: Model;
  readonly report: ModelReport;
}

/**
 * Loads a model file and warms it up.
 *
 * @param path - Absolute.
 * @param onRelease - Called once, when the model has been released.
 * @throws {HostError} `MODEL_INVALID`, `PROVIDER_UNAVAILABLE`, `SETTING_INVALID`
 */
export async function loadModelFile(
  path: string,
  options: LoadModelOptions,
  settings: ModelSettings,
  onRelease?: () => void,
): Promise<LoadedModel> {
  const startedAt = performance.now();
  checkLoadOptions(options);
  const file = findModelFile(path);
  const name = modelName(file);
  const session = await loadSession(file, options, settings);
  checkValueNames(file, session);
  const model = new SessionModel(name, session, onRelease);
  if (options.warmUp ?? settings.warmUp) await warmUp(name, model);
  const { executionProvider } = model;
  const [asked = executionProvider] = options.executionProviders ?? settings.executionProviders;
  const isStandIn = asked !== executionProvider;
  const loadMs = Math.round(performance.now() - startedAt);
  return { model, report: { name, executionProvider, ...(isStandIn ? { insteadOf: asked } : {}), loadMs } };
}

/** The one name that no object can have as a member of its own: runs would fail one by one. */
function checkValueNames({ path }: ModelFile, { inputs, outputs }: Session): void {
  if (![...inputs, ...outputs].some(({ name }) => name === '__proto__')) return;
  throw new HostError('MODEL_INVALID', `Cannot load the model ${path}: it has an input or output named __proto__.`, {
    fix: 'Give it another name when it is exported.',
  });
}

async function loadSession(file: ModelFile, options: LoadModelOptions, settings: ModelSettings): Promise<Session> {
  if (file.format === 'onnx') return loadOnnxSession(file.path, options, settings);
  // Its library takes a second and hundreds of megabytes to load.
  const { loadTensorFlowSession } = await import('./tensorflow/load-tensorflow.js');
  return loadTensorFlowSession(file, options, settings);
}

/** Larger inputs are not made for a warm-up. */
const WARM_UP_ELEMENTS_MAX = 2 ** 26;

/** Allocates what the first run allocates. A model that zeros do not suit is not broken. */
async function warmUp(name: string, model: Model): Promise<void> {
  const feeds = zeroFeeds(model.inputs, 1, WARM_UP_ELEMENTS_MAX);
  if (!feeds) return;
  try {
    await model.run(feeds);
  } catch (error) {
    console.warn(`${name} could not be warmed up on zeros, its first call may be slow: ${asError(error).message}`);
  }
}
