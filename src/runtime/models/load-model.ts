import { asError } from '../../errors.js';
import type { Model } from './model.js';
import { findModelFile, type ModelFile, modelName } from './model-format.js';
import type { ExecutionProvider, ModelReport, ModelSettings } from './model-settings.js';
import { loadOnnxSession } from './onnx/load-onnx.js';
import type { SessionOptions } from './onnx/session-options.js';
import type { Session } from './session.js';
import { SessionModel } from './session-model.js';
import { zeroFeeds } from './zero-feeds.js';

/** What `loadModel()` may be told; what it is not comes from the settings of the host. */
export interface LoadModelOptions {
  /** In the order in which they are asked to compute a node. Default: `SCOREHOST_EXECUTION_PROVIDERS`. */
  readonly executionProviders?: readonly ExecutionProvider[];
  /** Which GPU, counted from 0. Default: `SCOREHOST_DEVICE_ID`. */
  readonly deviceId?: number;
  /** Options of ONNX Runtime's session, over those of `SCOREHOST_SESSION_OPTIONS`. */
  readonly sessionOptions?: SessionOptions;
  /** Whether the model is run once on zeros, so that the first call is as fast as the next. Default: true. */
  readonly warmUp?: boolean;
  /** Of a SavedModel: the signature that is run. Default: `serving_default`. */
  readonly signature?: string;
}

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
  const file = findModelFile(path);
  const name = modelName(file);
  const model = new SessionModel(name, await loadSession(file, options, settings), onRelease);
  if (options.warmUp ?? settings.warmUp) await warmUp(name, model);
  const { executionProvider } = model;
  const [asked = executionProvider] = options.executionProviders ?? settings.executionProviders;
  const isStandIn = asked !== executionProvider;
  return { model, report: { name, executionProvider, ...(isStandIn ? { insteadOf: asked } : {}) } };
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
