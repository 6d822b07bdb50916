import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { asError, HostError } from '../../errors.js';
import { folderTree } from '../folder-tree.js';

/** `saved-model`: TensorFlow's folder; `tfjs`: TensorFlow.js' `model.json` with its weights beside it. */
export type ModelFormat = 'onnx' | 'saved-model' | 'tfjs';

/** A model on disk. */
export interface ModelFile {
  readonly format: ModelFormat;
  /** The `.onnx` file, the SavedModel folder, or the `model.json`. */
  readonly path: string;
}

/** The way out of {@link whyUnreadable}. */
export const UNREADABLE_FIX =
  'Let the user that the host runs as read it (chmod -R o+rX; a container has user 1000), or mend the link.';

const ONNX_FILE = /\.(?:onnx|ort)$/i;
const SAVED_MODEL_FILES = ['saved_model.pb', 'saved_model.pbtxt'];
const TFJS_FILE = 'model.json';
/** What the head of TensorFlow.js' file has; or Git LFS holds the file, which is told when it is loaded. */
const TFJS_HEAD = /"(?:modelTopology|weightsManifest)"\s*:|^version https:\/\/git-lfs\./;
const TFJS_HEAD_BYTES = 64 * 1024;
const VERSION = /^\d+$/;
/** Names that exporters give to every model. */
const GENERIC_NAME = /^(?:model(?:\.onnx|\.ort|\.json)?|saved_model|\d+)$/i;

/**
 * As messages and metrics name a model: its file or folder, below those that tell it from others where its own name does
 * not: `digits.onnx`, but `a/model.onnx` and `digits/2/model.onnx`.
 */
export function modelName({ path }: ModelFile): string {
  const names = path.split(sep).filter(Boolean);
  let first = names.length - 1;
  if (VERSION.test(names[first - 1] ?? '')) first -= 1;
  while (first > 0 && GENERIC_NAME.test(names[first] as string)) first -= 1;
  return names.slice(first).join('/');
}

/** What a path is, if it is a model by itself: not a folder that holds one. What cannot be read is none. */
export function modelAt(path: string): ModelFile | undefined {
  const stats = statsOf(path);
  if (stats === undefined) return undefined;
  if (stats.isDirectory()) {
    const isSavedModel = SAVED_MODEL_FILES.some((name) => existsSync(join(path, name)));
    return isSavedModel ? { format: 'saved-model', path } : undefined;
  }
  if (ONNX_FILE.test(path)) return { format: 'onnx', path };
  // A pipe would block whoever opens it.
  if (isJson(path)) return stats.isFile() && TFJS_HEAD.test(headOf(path)) ? { format: 'tfjs', path } : undefined;
  return SAVED_MODEL_FILES.includes(basename(path)) ? { format: 'saved-model', path: dirname(path) } : undefined;
}

/**
 * The models that lie in a folder, or in its highest version where it is one of versions (`NAME/1`, `NAME/2`): those in
 * it, not below its folders, but for SavedModels, which are folders themselves.
 */
export function modelsIn(path: string): ModelFile[] {
  const folder = highestVersion(path);
  const model = modelAt(folder);
  return model ? [model] : modelsBesideVersions(folder);
}

/** Down through folders of versions, whose names are numbers, to the first that has a model or no versions. */
export function highestVersion(folder: string): string {
  const way: string[] = [];
  let deepest = folder;
  for (let next: string | undefined = folder; next !== undefined; ) {
    deepest = next;
    way.push(realpathSync(deepest));
    // A version may be a link, and a link may lead back up.
    next = versionsOf(deepest).find((version) => !way.includes(realpathSync(version)));
  }
  return deepest;
}

/** The folders of versions in a folder that has no model itself, the highest first. */
function versionsOf(folder: string): string[] {
  if (modelAt(folder) || modelsBesideVersions(folder).length > 0) return [];
  return namesIn(folder)
    .filter((name) => VERSION.test(name) && statsOf(join(folder, name))?.isDirectory())
    .sort(byVersion)
    .map((name) => join(folder, name));
}

/** The highest first; of `10` and `010`, which are the same, the shorter. */
function byVersion(a: string, b: string): number {
  const [versionA, versionB] = [BigInt(a), BigInt(b)];
  if (versionA === versionB) return a.length - b.length;
  return versionA < versionB ? 1 : -1;
}

function modelsBesideVersions(folder: string): ModelFile[] {
  return namesIn(folder)
    .filter((name) => !VERSION.test(name) && (!isJson(name) || name === TFJS_FILE))
    .flatMap((name) => modelAt(join(folder, name)) ?? []);
}

/** Hidden files are not what somebody put there to be served: macOS leaves a `._a.onnx` beside `a.onnx`. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch {
    return [];
  }
}

function statsOf(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** What a model of TensorFlow.js is by its name; its head decides. */
export function isJson(path: string): boolean {
  return path.endsWith('.json');
}

function headOf(path: string): string {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const head = Buffer.alloc(TFJS_HEAD_BYTES);
    return head.toString('utf8', 0, readSync(file, head));
  } catch {
    return '';
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Why a file or folder cannot be read; undefined if it can be, or is not there. */
export function whyUnreadable(path: string): string | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats) accessSync(path, stats.isDirectory() ? constants.R_OK | constants.X_OK : constants.R_OK);
    return undefined;
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ELOOP') return 'it cannot be read: its links lead in a circle';
    if (code === 'EACCES') return 'it cannot be read: permission denied';
    return `it cannot be read: ${asError(thrown).message}`;
  }
}

/**
 * The model that a path names: a model, or a folder with exactly one in it. Whether a `.json` is one is left to its loader.
 *
 * @throws {HostError} `MODEL_INVALID` if there is none, or several, with what is there; or if it cannot be read.
 */
export function findModelFile(path: string): ModelFile {
  const model = modelAt(path) ?? modelBehind(path);
  refuseUnreadable(model.path);
  return model;
}

function modelBehind(path: string): ModelFile {
  refuseUnreadable(path);
  if (!existsSync(path)) {
    const fix = 'Mend the path, or find the model by its name: loadModel(modelPath(NAME)).';
    throw notLoaded(path, `there is no such file. What is there:\n${tree(dirname(path))}`, fix);
  }
  if (statSync(path).isDirectory()) return onlyModelIn(path);
  // Who loads it reads more than its head, and knows better what it lacks.
  if (isJson(path)) return { format: 'tfjs', path };
  const fix = 'Give the path of an .onnx file, a SavedModel folder or the model.json of TensorFlow.js.';
  throw notLoaded(path, 'it is no .onnx file, SavedModel folder or model.json.', fix);
}

function refuseUnreadable(path: string): void {
  const unreadable = whyUnreadable(path);
  if (unreadable) throw notLoaded(path, `${unreadable}.`, UNREADABLE_FIX);
}

function onlyModelIn(path: string): ModelFile {
  const [only, ...others] = modelsIn(path);
  if (only && others.length === 0) return only;
  if (only) {
    const reason = `it is a folder with ${others.length + 1} models. What is in it:\n${tree(path)}`;
    throw notLoaded(path, reason, 'Name one of them.');
  }
  const version = highestVersion(path);
  const unreadable = whyUnreadable(version);
  if (unreadable) throw notLoaded(path, `its highest version is ${version}, and ${unreadable}.`, UNREADABLE_FIX);
  const fix = 'Name an .onnx file, a SavedModel folder or the model.json of TensorFlow.js.';
  throw notLoaded(path, `it is a folder without a model. What is in it:\n${tree(path)}`, fix);
}

function notLoaded(path: string, reason: string, fix: string): HostError {
  return new HostError('MODEL_INVALID', `Cannot load the model ${path}: ${reason}`, { fix });
}

function tree(folder: string): string {
  return `  ${folder}\n${folderTree(folder, 20, '    ')}`;
}
