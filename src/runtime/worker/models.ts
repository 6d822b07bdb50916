import { resolve } from 'node:path';
import { loadModelFile } from '../models/load-model.js';
import type { LoadModelOptions } from '../models/load-options.js';
import type { Model } from '../models/model.js';
import { findModel, type ModelFolders } from '../models/model-path.js';
import { defaultModelSettings, type ModelReport, type ModelSettings } from '../models/model-settings.js';
import { checkSessionOptions } from '../models/onnx/session-options.js';

/** What the front said of models: told once, before the entry module is loaded. */
let folders: ModelFolders | undefined;
let settings: ModelSettings = defaultModelSettings;
const reports = new Set<ModelReport>();
let onChange: (loaded: readonly ModelReport[]) => void = () => {};

/**
 * @param onChanged - Called with the models that are loaded, whenever that changes.
 * @throws {HostError} `SETTING_INVALID` if a session option is none.
 */
export function configureModels(
  where: ModelFolders,
  how: ModelSettings,
  onChanged: (loaded: readonly ModelReport[]) => void,
): void {
  checkSessionOptions(how.sessionOptions, 'SCOREHOST_SESSION_OPTIONS');
  folders = where;
  settings = how;
  onChange = onChanged;
}

/**
 * The path of a model, by its name: looked for in `AZUREML_MODEL_DIR`, then in `azureml-models/` below the app root and
 * the current folder, then beside the entry module, then in the current folder. `NAME`, `NAME.onnx` and `NAME/VERSION`
 * are found, and a folder with one model in it stands for that model.
 *
 * @param version - Of a model that is there in several versions. Default: the highest.
 * @throws {HostError} `MODEL_INVALID` naming every place that was searched, and what is there.
 * @example
 * ```ts
 * const model = await loadModel(modelPath('diabetes'));
 * const older = await loadModel(modelPath('diabetes', 2));
 * ```
 */
export function modelPath(name: string, version?: number | string): string {
  return findModel(name, folders ?? fromEnvironment(), version);
}

/** Outside a worker, in a test of the entry module for instance. */
function fromEnvironment(): ModelFolders {
  const { AZUREML_MODEL_DIR: modelDir } = process.env;
  const here = process.cwd();
  return { ...(modelDir ? { modelDir } : {}), appRoot: here, workingDir: here, entryDir: here };
}

/**
 * Loads a model for an entry module, and runs it once on zeros; call it in `init()`.
 *
 * @param path - An `.onnx` file, a SavedModel folder of TensorFlow, the `model.json` of TensorFlow.js, or a folder with
 *   one of them in it; see {@link modelPath} to find it by name.
 * @param options - What is to differ from the settings of the host.
 * @throws {HostError} `MODEL_INVALID` if there is no such file, or it is no model that can run here;
 *   `PROVIDER_UNAVAILABLE` if it cannot run on the execution provider that is asked for; `SETTING_INVALID` for a session
 *   option that is none.
 * @example
 * ```ts
 * const model = await loadModel(modelPath('diabetes'));
 * ```
 */
export async function loadModel(path: string, options: LoadModelOptions = {}): Promise<Model> {
  const { model, report } = await loadModelFile(resolve(path), options, settings, () => {
    reports.delete(report);
    onChange([...reports]);
  });
  reports.add(report);
  onChange([...reports]);
  return model;
}
