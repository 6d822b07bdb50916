import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { HostError } from '../../../errors.js';
import { folderTree } from '../../folder-tree.js';

/** In the order in which they are looked for. */
export const ENTRY_EXTENSIONS = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'] as const;
const ENTRY_NAMES = ['score', 'main'] as const;

/**
 * The file of the entry module.
 *
 * @param entry - A file, or a folder with `score.*` or `main.*`; relative to `base`.
 * @throws {HostError} `ENTRY_INVALID` saying what was looked for and what is there.
 */
export function findEntry(entry: string, base: string): string {
  const path = resolve(base, entry);
  if (!existsSync(path)) throw notFound(path, 'there is no such file or folder', resolve(path, '..'));
  if (!statSync(path).isDirectory()) {
    if (ENTRY_EXTENSIONS.some((extension) => path.endsWith(extension))) return path;
    throw notFound(path, `an entry module ends in ${ENTRY_EXTENSIONS.join(', ')}`, resolve(path, '..'));
  }
  for (const name of ENTRY_NAMES) {
    for (const extension of ENTRY_EXTENSIONS) {
      const file = join(path, name + extension);
      if (existsSync(file)) return file;
    }
  }
  throw notFound(path, 'the folder has no score.* or main.* (.ts, .mts, .cts, .js, .mjs, .cjs)', path);
}

function notFound(path: string, reason: string, folder: string): HostError {
  return new HostError(
    'ENTRY_INVALID',
    `Cannot find the entry module ${path}: ${reason}.\n\n  ${folder} holds\n${folderTree(folder, 20, '    ')}`,
    { fix: 'Give the file or its folder, as in: scorehost serve path/to/score.ts' },
  );
}
