import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { asError, HostError } from '../../../errors.js';
import { isLfsPointer } from '../lfs-pointer.js';
import type { ModelFile } from '../model-format.js';
import type { ModelSettings } from '../model-settings.js';
import { runtimeReason } from '../run-failure.js';
import { type ChosenSignature, chooseSignature } from './choose-signature.js';
import { DT_STRING } from './data-type.js';
import { fedValue, readableValues } from './graph-values.js';
import { lacksVariables, type MetaGraph, readMetaGraphs, SAVED_MODEL_FILE } from './saved-model-file.js';
import { type GraphValue, type LoadedSavedModel, SavedModelSession } from './saved-model-session.js';
import { type StringCopies, writeStringCopies } from './string-copies.js';
import { tensorFlowError } from './tensorflow-error.js';
import { type Addon, tfjsNodeAddon } from './tfjs-node.js';

/**
 * Loads a signature of a SavedModel folder.
 *
 * @param wanted - The signature. Default: `serving_default`, or the only one.
 * @throws {HostError} `MODEL_INVALID`
 */
export function loadSavedModel(
  file: ModelFile,
  wanted: string | undefined,
  settings: ModelSettings,
): SavedModelSession {
  const { path } = file;
  const chosen = chooseSignature(path, graphsOf(path), wanted);
  const inputs = chosen.signature.inputs.map((input) => fedValue(path, input));
  const outputs = readableValues(path, chosen.signature.outputs);
  // Last, as it takes the time and the memory: who has named the wrong signature hears of it first.
  const addon = tfjsNodeAddon(file, settings);
  return new SavedModelSession(loadGraph(addon, path, chosen, { inputs, outputs }));
}

function graphsOf(path: string): MetaGraph[] {
  const file = join(path, SAVED_MODEL_FILE);
  if (!existsSync(file)) {
    const reason = `it has no ${SAVED_MODEL_FILE}: its text form alone cannot be read`;
    throw invalid(path, reason, 'Save it again: tf.saved_model.save(model, DIR) writes the binary form.');
  }
  if (isLfsPointer(file)) throw invalid(path, 'Git LFS holds it, and it has not been pulled', 'git lfs pull');
  let graphs: MetaGraph[];
  try {
    graphs = readMetaGraphs(path);
  } catch (error) {
    const reason = `its ${SAVED_MODEL_FILE} is none, or a part of one: ${asError(error).message}`;
    throw invalid(path, reason, COPY_WHOLE, error);
  }
  if (lacksVariables(path)) {
    throw invalid(path, 'its weights are not there: it has no variables/variables.index', COPY_WHOLE);
  }
  return graphs;
}

/** The outputs are fetched from where the graph has them; texts from copies, see {@link writeStringCopies}. */
function loadGraph(
  addon: Addon,
  path: string,
  { graphIndex, tags }: ChosenSignature,
  { inputs, outputs }: Pick<LoadedSavedModel, 'inputs' | 'outputs'>,
): LoadedSavedModel {
  const isText = ({ dataType }: { dataType: number }) => dataType === DT_STRING;
  if (!outputs.some(isText)) {
    const id = loadNative(addon, path, path, tags);
    return { addon, id, inputs, outputs, copiesStrings: false, onRelease: () => {} };
  }
  const copies = copyStrings(path, graphIndex, outputs.filter(isText));
  try {
    const id = loadNative(addon, path, copies.folder, tags);
    const copied = outputs.map((output) => ({ ...output, tensor: copies.tensors.get(output.tensor) ?? output.tensor }));
    // A run may read them by the path that the model was loaded from.
    if (!hasAssets(path)) copies.remove();
    return { addon, id, inputs, outputs: copied, copiesStrings: true, onRelease: copies.remove };
  } catch (error) {
    copies.remove();
    throw error;
  }
}

function copyStrings(path: string, graphIndex: number, outputs: readonly GraphValue[]): StringCopies {
  try {
    return writeStringCopies(path, graphIndex, outputs);
  } catch (error) {
    const reason = `its graph, changed to give texts, cannot be written to ${tmpdir()}: ${asError(error).message}`;
    throw invalid(path, reason, 'Make that folder writable, or name one that is in TMPDIR.', error);
  }
}

/** TensorFlow makes the folder for models without any, too. */
function hasAssets(path: string): boolean {
  const assets = join(path, 'assets');
  return existsSync(assets) && readdirSync(assets).length > 0;
}

const COPY_WHOLE = 'Copy the whole folder again: saved_model.pb, variables/ and assets/ belong together.';

/** Texts of TensorFlow, what they mean to whoever has the folder, and the way out. */
const reasons: readonly (readonly [pattern: RegExp, meaning: string, fix: string])[] = [
  [
    /Read less bytes|[Cc]hecksum|Data ?loss|DATA_LOSS|corrupt|too short/,
    'its weights are cut short or damaged, or Git LFS holds them',
    COPY_WHOLE,
  ],
  [/not found in checkpoint/, 'its weights are those of another model', COPY_WHOLE],
  [
    /No such file|does not exist|NOT_FOUND|Unsuccessful TensorSliceReader/,
    'a file of its folder is not there',
    COPY_WHOLE,
  ],
  [
    /Op type not registered/,
    'it has an operator that this TensorFlow does not know',
    'Export it without custom operators, or for an older TensorFlow.',
  ],
  [
    /NodeDef mentions attr|GraphDef producer|graph version|upgrading your TensorFlow/i,
    'it was saved by a newer TensorFlow',
    'Export it with an older TensorFlow, or convert it to ONNX: python -m tf2onnx.convert --saved-model DIR --output model.onnx',
  ],
];

/** @param folder - What is loaded: the model itself, or a copy of it. */
function loadNative(addon: Addon, path: string, folder: string, tags: readonly string[]): number {
  try {
    return addon.loadSavedModel(folder, tags.join());
  } catch (thrown) {
    const error = tensorFlowError(thrown);
    const [, meaning, fix] = reasons.find(([pattern]) => pattern.test(error.message)) ?? [];
    const said = runtimeReason(error.message).replaceAll(folder, basename(path));
    const says = `TensorFlow ${addon.TF_Version} says: ${said}`;
    throw invalid(path, meaning ? `${meaning}. ${says}` : says, fix ?? 'Export the model again.', error);
  }
}

function invalid(path: string, reason: string, fix: string, cause?: unknown): HostError {
  const text = `Cannot load the model ${path}: ${reason}`;
  return new HostError('MODEL_INVALID', text.endsWith('.') ? text : `${text}.`, { ...(cause ? { cause } : {}), fix });
}
