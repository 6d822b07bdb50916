import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeTestsFolder } from './one-temporary-folder.js';

let { SCOREHOST_TESTS_FOLDER: testsFolder } = process.env;

/** Of a process that vitest has not started. */
function ownFolder(): string {
  const { folder, remove } = makeTestsFolder();
  process.once('exit', remove);
  return folder;
}

/**
 * A folder with these files, outside the repository: no `node_modules` is above it, and no package.json that says what
 * `.js` files are. It goes when the tests end.
 *
 * @param files - Contents by path.
 */
export function temporaryFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  testsFolder ??= ownFolder();
  const parent = mkdtempSync(join(testsFolder, 'test-'));
  writeFileSync(join(parent, 'package.json'), '{}');
  const folder = join(parent, 'files');
  mkdirSync(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}
