import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { HostError } from '../../../errors.js';
import { folderTree } from '../../folder-tree.js';
import { highestVersion, isJson, modelAt, modelsIn, UNREADABLE_FIX, whyUnreadable } from '../../models/model-format.js';

/** In the order in which they are looked for. */
export const ENTRY_EXTENSIONS = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'] as const;
const ENTRY_NAMES = ['score', 'main'] as const;

/** A module with the user's code, or a model that needs none. */
export type EntryKind = 'module' | 'model';

/** What is served. */
export interface Entry {
  readonly kind: EntryKind;
  readonly path: string;
}

/** Why there is nothing to serve at a path. */
interface Missing {
  readonly path: string;
  readonly reason: string;
  /** The folder whose content tells what is there instead. */
  readonly folder?: string;
  /** Where it is better known than for all of them. */
  readonly fix?: string;
}

/** Docker makes such a folder where the file that it is to mount does not exist. */
const FILE_NAME = /\.(?:onnx|ort|json|[cm]?[jt]s)$/i;
const MOUNT_FIX =
  'Where it was mounted into a container, the file is not on the machine: look at the path before the colon of -v, and remove ' +
  'the folder that Docker has made there.';

const NO_TFJS_MODEL = 'it is no model of TensorFlow.js (it has no modelTopology or weightsManifest)';
const FIX =
  'Give the file or its folder, as in: scorehost serve path/to/score.ts, or a model: scorehost serve model.onnx';

/**
 * What a path names: an entry module or a model, or a folder with one of them in it. A module wins, which may load models
 * that lie beside it.
 *
 * @param entry - A file or folder, relative to `base`.
 * @throws {HostError} `ENTRY_INVALID` saying what was looked for and what is there.
 */
export function findEntry(entry: string, base: string): Entry {
  const found = lookAt(resolve(base, entry));
  if ('kind' in found) return found;
  const { path, reason, folder, fix = FIX } = found;
  const there = folder ? `\n\n  ${folder} holds\n${folderTree(folder, 20, '    ')}` : '';
  throw new HostError('ENTRY_INVALID', `Cannot find the entry module ${path}: ${reason}.${there}`, { fix });
}

/**
 * What is served where nothing is named: what lies in the folder of entry modules, or in the model folder, since a
 * deployment without code brings that and nothing else.
 *
 * @param base - Below the app root; absolute, as is `modelDir`.
 * @param modelDir - `AZUREML_MODEL_DIR`
 * @throws {HostError} `ENTRY_INVALID` saying for both what was looked for and what is there.
 */
export function findUnnamedEntry(base: string, modelDir: string): Entry {
  const inBase = lookAt(base);
  if ('kind' in inBase) return inBase;
  const inModelDir = lookInModelDir(modelDir);
  if ('kind' in inModelDir) return inModelDir;
  const places = [placeLines('app root', inBase), placeLines('AZUREML_MODEL_DIR', inModelDir)].join('\n\n');
  throw new HostError(
    'ENTRY_INVALID',
    `Cannot find an entry module or a model: there is none in the app root, and none in AZUREML_MODEL_DIR.\n\n${places}`,
    {
      fix: 'Put score.ts or one model into the app root (AML_APP_ROOT), set AZUREML_MODEL_DIR (--model_dir) to a folder with one model in it, or name what is to be served, as in: scorehost serve path/to/score.ts',
    },
  );
}

/**
 * Where a deployment names a folder as its model, Azure's client mounts the folder around that: it is looked into where nothing
 * else is there.
 */
function lookInModelDir(modelDir: string): Entry | Missing {
  const found = lookAt(modelDir);
  const [only, ...others] = 'kind' in found ? [] : namesIn(modelDir);
  if (only === undefined || others.length > 0) return found;
  const below = lookAt(join(modelDir, only));
  return 'kind' in below ? below : found;
}

/** Without hidden ones; none where the folder cannot be read. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith('.'));
  } catch {
    return [];
  }
}

function placeLines(label: string, { path, reason, folder, fix }: Missing): string {
  const head = `  ${label} ${path}: ${reason}.${fix ? ` ${fix}` : ''}`;
  return folder ? `${head}\n  ${folder} holds\n${folderTree(folder, 20, '    ')}` : head;
}

function lookAt(path: string): Entry | Missing {
  const model = modelAt(path);
  if (model) return { kind: 'model', path: model.path };
  if (!existsSync(path)) {
    const unreadable = whyUnreadable(path);
    if (unreadable) return { path, reason: unreadable, fix: UNREADABLE_FIX };
    return { path, reason: 'there is no such file or folder', folder: dirname(path) };
  }
  if (statSync(path).isDirectory()) return lookInFolder(path);
  if (ENTRY_EXTENSIONS.some((extension) => path.endsWith(extension))) return moduleAt(path);
  return noEntryAt(path);
}

function moduleAt(path: string): Entry | Missing {
  const unreadable = whyUnreadable(path);
  return unreadable ? { path, reason: unreadable, fix: UNREADABLE_FIX } : { kind: 'module', path };
}

function noEntryAt(path: string): Missing {
  const unreadable = whyUnreadable(path);
  if (unreadable) return { path, reason: unreadable, fix: UNREADABLE_FIX };
  const endings = `an entry module ends in ${ENTRY_EXTENSIONS.join(', ')}`;
  const reason = isJson(path) ? `${NO_TFJS_MODEL}, and ${endings}` : `${endings}, a model in .onnx`;
  return { path, reason, folder: dirname(path) };
}

function lookInFolder(folder: string): Entry | Missing {
  for (const name of ENTRY_NAMES) {
    for (const extension of ENTRY_EXTENSIONS) {
      const path = join(folder, name + extension);
      if (existsSync(path)) return moduleAt(path);
    }
  }
  const [only, ...others] = modelsIn(folder);
  if (only && others.length === 0) return { kind: 'model', path: only.path };
  if (FILE_NAME.test(folder) && namesIn(folder).length === 0) {
    return { path: folder, reason: 'it is an empty folder, though its name is that of a file', fix: MOUNT_FIX };
  }
  const modules = 'the folder has no score.* or main.* (.ts, .mts, .cts, .js, .mjs, .cjs)';
  if (only) return { path: folder, reason: `${modules}, and more than one model`, folder };
  const version = highestVersion(folder);
  const unreadable = whyUnreadable(version);
  if (!unreadable) return { path: folder, reason: `${modules}, and no model`, folder };
  const reason = version === folder ? unreadable : `its highest version is ${version}, and ${unreadable}`;
  return { path: folder, reason, fix: UNREADABLE_FIX };
}
