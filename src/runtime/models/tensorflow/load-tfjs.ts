import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { asError, HostError } from '../../../errors.js';
import { isLfsPointer } from '../lfs-pointer.js';
import type { ModelFile } from '../model-format.js';
import type { ModelSettings } from '../model-settings.js';
import { runtimeReason } from '../run-failure.js';
import { type GraphNode, graphModel } from './graph-model.js';
import { alone } from './in-scope.js';
import { layersModel } from './layers-model.js';
import { tensorFlowError } from './tensorflow-error.js';
import type { Tfjs } from './tfjs.js';
import { tfjsNode } from './tfjs-node.js';
import { type TfjsModel, TfjsSession } from './tfjs-session.js';

/** What a `model.json` says of itself. That of a graph has nodes, that of layers has not. */
interface ModelJson {
  readonly modelTopology: { readonly node?: readonly GraphNode[] };
  readonly weightsManifest?: readonly { readonly paths: readonly string[] }[];
}

/**
 * Loads the `model.json` of a graph or a layers model, with the weights beside it.
 *
 * @throws {HostError} `MODEL_INVALID`
 */
export async function loadTfjsModel(file: ModelFile, settings: ModelSettings): Promise<TfjsSession> {
  const { path } = file;
  const json = readModelJson(path);
  checkWeights(path, json);
  const tfjs = tfjsNode(file, settings);
  try {
    return new TfjsSession(tfjs, await alone(() => loadModel(tfjs, path, json)));
  } catch (error) {
    throw error instanceof HostError ? error : notLoaded(path, tensorFlowError(error));
  }
}

async function loadModel(tfjs: Tfjs, path: string, { modelTopology }: ModelJson): Promise<TfjsModel> {
  const files = tfjs.io.fileSystem(path);
  const nodes = modelTopology.node;
  if (!nodes) return layersModel(await tfjs.loadLayersModel(files));
  const model = await tfjs.loadGraphModel(files);
  try {
    return graphModel(tfjs, path, model, nodes);
  } catch (error) {
    model.dispose();
    throw error;
  }
}

function readModelJson(path: string): ModelJson {
  if (isLfsPointer(path)) throw invalid(path, 'Git LFS holds it, and it has not been pulled', 'git lfs pull');
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw invalid(path, `it is no JSON, or a part of one: ${asError(error).message}`, COPY_WHOLE, error);
  }
  const isModel = typeof json === 'object' && json !== null && 'modelTopology' in json && json.modelTopology;
  if (isModel) return json as ModelJson;
  throw invalid(
    path,
    'it is no model of TensorFlow.js: it has no modelTopology',
    'Name the model.json of the converter.',
  );
}

/** TensorFlow.js takes the first bytes of whatever is there for the weights, if there are enough of them. */
function checkWeights(path: string, { weightsManifest = [] }: ModelJson): void {
  const files = weightsManifest.flatMap(({ paths }) => paths).map((name) => join(dirname(path), name));
  if (!files.some((file) => existsSync(file) && isLfsPointer(file))) return;
  throw invalid(path, 'Git LFS holds its weights, and they have not been pulled', 'git lfs pull');
}

const COPY_WHOLE = 'Copy the whole folder again: model.json and the files of its weights belong together.';

/** Texts of TensorFlow.js, what they mean to whoever has the file, and the way out. */
const reasons: readonly (readonly [pattern: RegExp, meaning: string, fix: string])[] = [
  [/does not exist: loading failed/, 'a file of its weights is not there', COPY_WHOLE],
  [
    /Invalid typed array length|offset is out of bounds|multiple of|byte length|Provided weight data has no|based on the provided shape/i,
    'its weights are cut short, or those of another model',
    COPY_WHOLE,
  ],
  [
    /InputLayer should be passed either|Unknown (?:layer|activation|initializer|regularizer|constraint)/,
    'it has a layer that TensorFlow.js 4 does not know: one of Keras 3, or one of your own',
    'Save it with Keras 2 (TF_USE_LEGACY_KERAS=1), convert it as a graph model (tensorflowjs_converter ' +
      '--output_format tfjs_graph_model), or register the layer in the entry module before the model is loaded.',
  ],
];

function notLoaded(path: string, error: Error): HostError {
  const [, meaning, fix] = reasons.find(([pattern]) => pattern.test(error.message)) ?? [];
  const says = `TensorFlow.js says: ${runtimeReason(error.message).replaceAll(path, basename(path))}`;
  return invalid(path, meaning ? `${meaning}. ${says}` : says, fix ?? 'Convert the model again.', error);
}

function invalid(path: string, reason: string, fix: string, cause?: unknown): HostError {
  const text = `Cannot load the model ${path}: ${reason}`;
  return new HostError('MODEL_INVALID', text.endsWith('.') ? text : `${text}.`, { ...(cause ? { cause } : {}), fix });
}
