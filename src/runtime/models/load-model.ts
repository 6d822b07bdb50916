import { existsSync, statSync } from 'node:fs';
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
    const folder = dirname(file);
    throw new HostError(
      'MODEL_INVALID',
      `Cannot load the model ${file}: there is no such file. What is there:\n  ${folder}\n${folderTree(folder, 20, '    ')}`,
      { fix: 'Mend the path, or find the model by its name: loadModel(modelPath(NAME)).' },
    );
  }
  if (statSync(file).isDirectory()) {
    throw new HostError(
      'MODEL_INVALID',
      `Cannot load the model ${file}: it is a folder. What is in it:\n  ${file}\n${folderTree(file, 20, '    ')}`,
      { fix: 'Name the .onnx file in it.' },
    );
  }
  if (!file.endsWith('.onnx')) {
    const fix = 'Give the path of an .onnx file.';
    throw new HostError('MODEL_INVALID', `Cannot load the model ${file}: only .onnx files can be loaded.`, { fix });
  }
  return loadOnnxModel(file);
}
