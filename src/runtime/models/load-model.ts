import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { HostError } from '../../errors.js';
import { folderTree } from '../folder-tree.js';
import type { Model } from './model.js';
import { loadOnnxModel } from './onnx-model.js';

/**
 * Loads a model for an entry module; call it in `init()`.
 *
 * @param path - An `.onnx` file; see `modelPath()` to find it by name.
 * @throws {HostError} `MODEL_INVALID` if there is no such file, or it is no model that can run here.
 * @example
 * ```ts
 * model = await loadModel(modelPath('diabetes'));
 * ```
 */
export async function loadModel(path: string): Promise<Model> {
  const file = resolve(path);
  if (!existsSync(file)) {
    throw new HostError(
      'MODEL_INVALID',
      `Cannot load the model ${file}: there is no such file. Its folder holds\n${folderTree(dirname(file), 20, '  ')}`,
    );
  }
  if (!file.endsWith('.onnx')) {
    throw new HostError('MODEL_INVALID', `Cannot load the model ${file}: only .onnx files can be loaded.`);
  }
  return loadOnnxModel(file);
}
