import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const folders: string[] = [];
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/**
 * A folder with these files, outside the repository: no `node_modules` is above it, and no package.json that says what
 * `.js` files are. It goes when the tests end.
 *
 * @param files - Contents by path.
 */
export function temporaryFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const parent = realpathSync(mkdtempSync(join(tmpdir(), 'scorehost-test-')));
  folders.push(parent);
  writeFileSync(join(parent, 'package.json'), '{}');
  const folder = join(parent, 'files');
  mkdirSync(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}
