import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** All temporary folders of a run lie in one, which goes with it: the processes of the tests are ended without a word. */
export default function setup(): () => void {
  const { folder, remove } = makeTestsFolder();
  process.env.SCOREHOST_TESTS_FOLDER = folder;
  return remove;
}

export function makeTestsFolder() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'scorehost-tests-')));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
