import { createRequire } from 'node:module';
import { HostError } from '../../errors.js';
import { findManifests } from '../../optional-package.js';

const PACKAGE = '@azure/storage-blob';

/** The file of the package to load, if one is there that is whole. */
export function findStoragePackage(folders: readonly string[]): string | undefined {
  for (const manifest of findManifests(PACKAGE, folders)) {
    try {
      return createRequire(manifest).resolve(PACKAGE);
    } catch {
      // its files are not there
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
