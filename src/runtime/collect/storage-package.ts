import { createRequire } from 'node:module';
import { join } from 'node:path';
import { HostError } from '../../errors.js';

const PACKAGE = '@azure/storage-blob';

/**
 * Looks for the package in the `node_modules` of these folders and above them, then where the host has its own.
 *
 * @param host - A file of the host.
 * @returns the file to import.
 */
export function findStoragePackage(folders: readonly string[], host: string = import.meta.url): string | undefined {
  for (const from of [...folders.map((folder) => join(folder, 'x.js')), host]) {
    try {
      return createRequire(from).resolve(PACKAGE);
    } catch {
      // not from there
    }
  }
  return undefined;
}

export function notInstalled(folders: readonly string[]): HostError {
  const message = `Cannot collect data to Azure Blob storage: the package ${PACKAGE} is not installed.`;
  const [folder] = folders;
  const where = folder === undefined ? '' : ` in ${folder}`;
  return new HostError('SETTING_INVALID', message, { fix: `Install it${where}: npm install ${PACKAGE}@12` });
}
