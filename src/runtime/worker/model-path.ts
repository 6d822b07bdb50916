import { findModel, type ModelFolders } from '../models/model-path.js';

let folders: ModelFolders | undefined;

/** Told once, before the entry module is loaded. */
export function setModelFolders(found: ModelFolders): void {
  folders = found;
}

/**
 * The path of a model, by its name: looked for in `AZUREML_MODEL_DIR`, then in `azureml-models/` below the app root,
 * then beside the entry module. `NAME`, `NAME.onnx` and `NAME/VERSION` (the highest) are found.
 *
 * @throws {HostError} `MODEL_INVALID` naming every place that was searched, and what is there.
 * @example
 * ```ts
 * const model = await loadModel(modelPath('diabetes'));
 * ```
 */
export function modelPath(name: string): string {
  return findModel(name, folders ?? { ...fromEnvironment(), appRoot: process.cwd(), entryDir: process.cwd() });
}

/** Outside a worker, in a test of the entry module for instance. */
function fromEnvironment(): { modelDir?: string } {
  const { AZUREML_MODEL_DIR: modelDir } = process.env;
  return modelDir ? { modelDir } : {};
}
