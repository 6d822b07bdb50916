import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { HostError } from '../../../errors.js';
import { folderTree } from '../../folder-tree.js';
import { modelAt, modelsIn } from '../../models/model-format.js';

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

/**
 * What a path names: an entry module or a model, or a folder with one of them in it. A module wins, which may load models
 * that lie beside it.
 *
 * @param entry - A file or folder, relative to `base`.
 * @throws {HostError} `ENTRY_INVALID` saying what was looked for and what is there.
 */
export function findEntry(entry: string, base: string): Entry {
  const path = resolve(base, entry);
  if (!existsSync(path)) throw notFound(path, 'there is no such file or folder', resolve(path, '..'));
  const model = modelAt(path);
  if (model) return { kind: 'model', path: model.path };
  if (statSync(path).isDirectory()) return inFolder(path);
  if (ENTRY_EXTENSIONS.some((extension) => path.endsWith(extension))) return { kind: 'module', path };
  const endings = `an entry module ends in ${ENTRY_EXTENSIONS.join(', ')}, a model in .onnx`;
  throw notFound(path, endings, resolve(path, '..'));
}

function inFolder(folder: string): Entry {
  for (const name of ENTRY_NAMES) {
    for (const extension of ENTRY_EXTENSIONS) {
      const path = join(folder, name + extension);
      if (existsSync(path)) return { kind: 'module', path };
    }
  }
  const [only, ...others] = modelsIn(folder);
  if (only && others.length === 0) return { kind: 'model', path: only.path };
  const modules = 'the folder has no score.* or main.* (.ts, .mts, .cts, .js, .mjs, .cjs)';
  throw notFound(folder, only ? `${modules}, and more than one model` : `${modules}, and no model`, folder);
}

function notFound(path: string, reason: string, folder: string): HostError {
  return new HostError(
    'ENTRY_INVALID',
    `Cannot find the entry module ${path}: ${reason}.\n\n  ${folder} holds\n${folderTree(folder, 20, '    ')}`,
    {
      fix: 'Give the file or its folder, as in: scorehost serve path/to/score.ts, or a model: scorehost serve model.onnx',
    },
  );
}
