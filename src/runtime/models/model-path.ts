import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { HostError } from '../../errors.js';
import { folderTree } from '../folder-tree.js';
import { highestVersion, modelAt, modelsIn, whyUnreadable } from './model-format.js';

/** Where models may lie. */
export interface ModelFolders {
  /** `AZUREML_MODEL_DIR`, the folder of the deployment's model or models. */
  readonly modelDir?: string;
  /** `AML_APP_ROOT`: models lie in `azureml-models/NAME/VERSION` below it. */
  readonly appRoot: string;
  /** Where the process was started: the reference looks in `azureml-models/` below it, and in itself. */
  readonly workingDir: string;
  /** The folder of the entry module. */
  readonly entryDir: string;
}

/** Lines of each folder that a report shows. */
const TREE_LINES_MAX = 20;

/**
 * Finds a model by name: `AZUREML_MODEL_DIR`, then `azureml-models/` below the app root and the working folder, then
 * beside the entry module, then in the working folder itself.
 *
 * In each, NAME may be a file or folder, a file without its ending (`diabetes` for `diabetes.onnx`), or a folder of
 * versions, of which the highest number is taken where none is asked for. A folder without a model, which the entry module
 * may read by itself, comes last.
 *
 * @param name - Such as `diabetes` or `diabetes.onnx`; a path below those folders, never above them.
 * @throws {HostError} `MODEL_INVALID` naming every place that was searched, and what is there; or for what is no name.
 */
export function findModel(name: string, folders: ModelFolders, version?: number | string): string {
  const roots = rootsOf(folders);
  const path = version === undefined ? name : join(name, String(version));
  for (const root of roots) {
    const found = findBelow(root, name, version);
    if (found) return found;
  }
  const searched = roots.map((root) => whatIsIn(root, path)).join('\n');
  const lookedFor = version === undefined ? `${name}, ${name}.onnx and ${name}/VERSION` : path;
  throw new HostError(
    'MODEL_INVALID',
    `Cannot find the model '${name}'${version === undefined ? '' : ` in version ${version}`}: looked for ${lookedFor} in\n${searched}`,
    { fix: 'Copy the model beside the entry module, or set AZUREML_MODEL_DIR (--model_dir) to its folder.' },
  );
}

function rootsOf({ modelDir, appRoot, workingDir, entryDir }: ModelFolders): string[] {
  const roots = [
    ...(modelDir ? [resolve(modelDir)] : []),
    resolve(appRoot, 'azureml-models'),
    resolve(workingDir, 'azureml-models'),
    resolve(entryDir),
    resolve(workingDir),
  ];
  return [...new Set(roots)];
}

/** What is in a folder, and why what was looked for in it cannot be read. */
function whatIsIn(root: string, path: string): string {
  const unreadable = whyUnreadable(join(root, path));
  const note = unreadable ? `    (${path}: ${unreadable})\n` : '';
  return `  ${root}\n${note}${folderTree(root, TREE_LINES_MAX, '    ')}`;
}

function findBelow(root: string, name: string, version: number | string | undefined): string | undefined {
  const folder = join(root, name);
  refuseNoName(root, folder, name);
  if (version !== undefined) {
    const ofVersion = join(folder, String(version));
    refuseNoName(root, ofVersion, `${name}, ${version}`);
    if (existsSync(ofVersion)) return insideVersions(ofVersion);
    return isVersionOf(root, name, version) && existsSync(root) ? insideVersions(root) : undefined;
  }
  const candidates = [folder, `${folder}.onnx`, ...(isVersionOf(root, name) ? [root] : [])].filter(existsSync);
  const found = candidates.find(isOrHasModel) ?? candidates[0];
  return found === undefined ? undefined : insideVersions(found);
}

/** A file that is named is what was meant, whatever it is. */
function isOrHasModel(path: string): boolean {
  return !statSync(path).isDirectory() || modelsIn(path).length > 0;
}

/** Where a deployment has one model, Azure makes `AZUREML_MODEL_DIR` the folder of its version: `…/NAME/VERSION`. */
function isVersionOf(folder: string, name: string, version: number | string = basename(folder)): boolean {
  return /^\d+$/.test(basename(folder)) && basename(folder) === String(version) && basename(dirname(folder)) === name;
}

/** Goes down through a folder of versions, and to the model where a folder holds exactly one. */
function insideVersions(path: string): string {
  if (!statSync(path).isDirectory() || modelAt(path)) return path;
  const [only, ...others] = modelsIn(path);
  return only && others.length === 0 ? only.path : highestVersion(path);
}

function refuseNoName(root: string, path: string, asked: string): void {
  const way = relative(root, path);
  if (way === '') {
    const reason = `a name is that of a file or folder in ${root}, and this is that folder itself`;
    const fix = "Name the model, as in modelPath('diabetes') for diabetes.onnx; loadModel() takes any path.";
    throw new HostError('MODEL_INVALID', `modelPath('${asked}'): ${reason}.`, { fix });
  }
  if (way !== '..' && !way.startsWith(`..${sep}`)) return;
  const fix = 'Name a model below that folder; loadModel() takes any path.';
  throw new HostError('MODEL_INVALID', `modelPath('${asked}'): the path leads out of ${root}.`, { fix });
}
