import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { HostError } from '../../errors.js';
import { folderTree } from '../folder-tree.js';

/** Where models may lie. */
export interface ModelFolders {
  /** `AZUREML_MODEL_DIR`, the folder of the deployment's model or models. */
  readonly modelDir?: string;
  /** `AML_APP_ROOT`: models lie in `azureml-models/NAME/VERSION` below it. */
  readonly appRoot: string;
  /** The folder of the entry module. */
  readonly entryDir: string;
}

const MODEL_FILE = /\.onnx$/;

/**
 * Finds a model by name: `AZUREML_MODEL_DIR`, then `azureml-models/` below the app root, then beside the entry module.
 *
 * In each, NAME may be a file or folder, a file without its ending (`diabetes` for `diabetes.onnx`), or a folder of
 * versions, of which the highest number is taken.
 *
 * @param name - Such as `diabetes` or `diabetes.onnx`; a path below those folders, never above them.
 * @throws {HostError} `MODEL_INVALID` naming every place that was searched, and what is there.
 */
export function findModel(name: string, folders: ModelFolders): string {
  const roots = [
    ...(folders.modelDir ? [resolve(folders.modelDir)] : []),
    resolve(folders.appRoot, 'azureml-models'),
    resolve(folders.entryDir),
  ];
  for (const root of roots) {
    const found = findBelow(root, name);
    if (found) return found;
  }
  const searched = [...new Set(roots)].map((root) => `  ${root}\n${folderTree(root, 20, '    ')}`).join('\n');
  throw new HostError(
    'MODEL_INVALID',
    `Cannot find the model '${name}': looked for ${name}, ${name}.onnx and ${name}/VERSION in\n${searched}`,
    { fix: 'Copy the model beside the entry module, or set AZUREML_MODEL_DIR (--model_dir) to its folder.' },
  );
}

function findBelow(root: string, name: string): string | undefined {
  for (const candidate of [join(root, name), join(root, `${name}.onnx`)]) {
    if (!isBelow(root, candidate)) {
      const fix = 'Name a model below that folder; loadModel() takes any path.';
      throw new HostError('MODEL_INVALID', `modelPath('${name}'): the path leads out of ${root}.`, { fix });
    }
    if (existsSync(candidate)) return insideVersions(candidate);
  }
  return isVersionOf(root, name) && existsSync(root) ? insideVersions(root) : undefined;
}

/** Where a deployment has one model, Azure makes `AZUREML_MODEL_DIR` the folder of its version: `…/NAME/VERSION`. */
function isVersionOf(folder: string, name: string): boolean {
  return /^\d+$/.test(basename(folder)) && basename(dirname(folder)) === name;
}

/** Goes down through a folder of versions, and to the model file where a folder holds exactly one. */
function insideVersions(path: string): string {
  if (!statSync(path).isDirectory()) return path;
  const names = readdirSync(path);
  const versions = names.filter((entry) => /^\d+$/.test(entry)).sort((a, b) => Number(b) - Number(a));
  if (versions[0] !== undefined) return insideVersions(join(path, versions[0]));
  const models = names.filter((entry) => MODEL_FILE.test(entry));
  return models.length === 1 ? join(path, models[0] as string) : path;
}

function isBelow(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`);
}
