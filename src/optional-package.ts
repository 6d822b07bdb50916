import { createRequire } from 'node:module';
import { join } from 'node:path';
import { MANIFEST } from './package-files.js';

/**
 * Each `package.json` of an optional package that is there: looked for in the `node_modules` of these folders and above them,
 * and last where the host has its own.
 *
 * @param host - A file of the host.
 */
export function findManifests(name: string, folders: readonly string[], host = MANIFEST): string[] {
  return [...folders.map((folder) => join(folder, 'x.js')), host].flatMap((from) => {
    try {
      return [createRequire(from).resolve(`${name}/package.json`)];
    } catch {
      return [];
    }
  });
}
