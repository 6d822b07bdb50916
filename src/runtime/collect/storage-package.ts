import { createRequire } from 'node:module';
import { HostError } from '../../errors.js';
import { findManifests } from '../../optional-package.js';

const PACKAGE = '@azure/storage-blob';

/** The file of the package to load, if it is there. */
export function findStoragePackage(folders: readonly string[]): string | undefined {
  const [manifest] = findManifests(PACKAGE, folders);
  return manifest && createRequire(manifest).resolve(PACKAGE);
}

export function notInstalled(folders: readonly string[]): HostError {
  const message = `Cannot collect data to Azure Blob storage: the package ${PACKAGE} is not installed.`;
  const [folder] = folders;
  const where = folder === undefined ? '' : ` in ${folder}`;
  return new HostError('SETTING_INVALID', message, { fix: `Install it${where}: npm install ${PACKAGE}@12` });
}
