import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { repository } from './images.js';

/** A copy of what Dockerfile.cuda is built from: it may be changed. @returns its folder. */
export function buildFolder(): string {
  const folder = temporaryFolder();
  for (const name of ['.dockerignore', 'Dockerfile.cuda', 'scripts'])
    cpSync(join(repository, name), join(folder, name), { recursive: true });
  return folder;
}
