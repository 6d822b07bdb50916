import { closeSync, openSync, readSync } from 'node:fs';

/** Whether a file is what Git LFS leaves in its place until it is pulled. One that cannot be read is not known to be. */
export function isLfsPointer(path: string): boolean {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const head = Buffer.alloc(40);
    readSync(file, head);
    return head.toString('latin1').startsWith('version https://git-lfs.');
  } catch {
    return false;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
