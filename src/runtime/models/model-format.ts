import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { HostError } from '../../errors.js';
import { folderTree } from '../folder-tree.js';

/** `saved-model`: TensorFlow's folder; `tfjs`: TensorFlow.js' `model.json` with its weights beside it. */
export type ModelFormat = 'onnx' | 'saved-model' | 'tfjs';

/** A model on disk. */
export interface ModelFile {
  readonly format: ModelFormat;
  /** The `.onnx` file, the SavedModel folder, or the `model.json`. */
  readonly path: string;
}

const ONNX_FILE = /\.(?:onnx|ort)$/i;
const SAVED_MODEL_FILES = ['saved_model.pb', 'saved_model.pbtxt'];
const TFJS_FILE = 'model.json';

/** As messages and metrics name a model: its file, or with it the folder that tells more than `model.json` does. */
export function modelName({ format, path }: ModelFile): string {
  return format === 'tfjs' ? `${basename(dirname(path))}/${basename(path)}` : basename(path);
}

/** What a path is, if it is a model by itself: not a folder that holds one. */
export function modelAt(path: string): ModelFile | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  if (stats.isDirectory()) {
    const isSavedModel = SAVED_MODEL_FILES.some((name) => existsSync(join(path, name)));
    return isSavedModel ? { format: 'saved-model', path } : undefined;
  }
  if (ONNX_FILE.test(path)) return { format: 'onnx', path };
  if (path.endsWith('.json')) return { format: 'tfjs', path };
  return SAVED_MODEL_FILES.some((name) => path.endsWith(`/${name}`))
    ? { format: 'saved-model', path: dirname(path) }
    : undefined;
}

/**
 * The models that lie in a folder, or in its highest version where it is one of versions (`NAME/1`, `NAME/2`): those in
 * it, not below its folders, but for SavedModels, which are folders themselves.
 */
export function modelsIn(path: string): ModelFile[] {
  const folder = highestVersion(path);
  if (modelAt(folder)) return [modelAt(folder) as ModelFile];
  return readdirSync(folder)
    .sort()
    .filter((name) => !name.endsWith('.json') || name === TFJS_FILE)
    .flatMap((name) => modelAt(join(folder, name)) ?? [])
    .filter(({ path }) => path !== folder);
}

/** Down through folders of versions, whose names are numbers. */
export function highestVersion(folder: string): string {
  if (modelAt(folder)) return folder;
  const [highest] = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^\d+$/.test(entry.name))
    .map(({ name }) => name)
    .sort((a, b) => Number(b) - Number(a));
  return highest === undefined ? folder : highestVersion(join(folder, highest));
}

/**
 * The model that a path names: a model, or a folder with exactly one in it.
 *
 * @throws {HostError} `MODEL_INVALID` if there is none, or several, with what is there.
 */
export function findModelFile(path: string): ModelFile {
  const model = modelAt(path);
  if (model) return model;
  if (!existsSync(path)) throw notThere(path);
  if (!statSync(path).isDirectory()) {
    const fix = 'Give the path of an .onnx file, a SavedModel folder or the model.json of TensorFlow.js.';
    const what = 'it is no .onnx file, SavedModel folder or model.json';
    throw new HostError('MODEL_INVALID', `Cannot load the model ${path}: ${what}.`, { fix });
  }
  const [only, ...others] = modelsIn(path);
  if (only && others.length === 0) return only;
  const reason = only ? `it is a folder with ${others.length + 1} models` : 'it is a folder without a model';
  const fix = only
    ? 'Name one of them.'
    : 'Name an .onnx file, a SavedModel folder or the model.json of TensorFlow.js.';
  throw new HostError('MODEL_INVALID', `Cannot load the model ${path}: ${reason}. What is in it:\n${tree(path)}`, {
    fix,
  });
}

function notThere(path: string): HostError {
  const text = `Cannot load the model ${path}: there is no such file. What is there:\n${tree(dirname(path))}`;
  return new HostError('MODEL_INVALID', text, {
    fix: 'Mend the path, or find the model by its name: loadModel(modelPath(NAME)).',
  });
}

function tree(folder: string): string {
  return `  ${folder}\n${folderTree(folder, 20, '    ')}`;
}
