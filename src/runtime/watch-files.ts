import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { EntryKind } from './worker/entry/find-entry.js';

/** An editor saves in several steps: what changes within this time is one change. */
const SETTLE_MS = 30;
/** Folders below that of the entry module that are watched. */
const FOLDERS_MAX = 500;
/** What is no source of anybody's, and what editors leave behind while they save. */
const IGNORED = /^\.|~$|^node_modules$|^\d+$|\.(?:log|tmp|swp)$/;

/**
 * Calls back when what is served has changed: an entry module, and all that lies in its folder and below; a model file, or
 * what is in a model's folder. A folder of models is watched, too.
 *
 * @param modelDir - Where models are looked for by name.
 */
export function watchFiles(entryPath: string, kind: EntryKind, modelDir: string, onChange: () => void): void {
  const watchers = new Map<string, FSWatcher>();
  let settling: NodeJS.Timeout | undefined;
  const changed = (): void => {
    clearTimeout(settling);
    settling = setTimeout(() => {
      watchAll();
      onChange();
    }, SETTLE_MS);
  };
  const watchFolder = (folder: string, concerns: (name: string) => boolean): void => {
    if (watchers.has(folder)) return;
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => {
        if (name === null || concerns(name)) changed();
      });
      // A folder that is taken away: others tell what has changed.
      watcher.on('error', () => watchers.delete(folder));
      watchers.set(folder, watcher);
    } catch {
      // It is gone, or the system watches no more of them: what is watched already goes on.
    }
  };
  const watchAll = (): void => {
    const isSource = (name: string) => !IGNORED.test(name);
    if (kind === 'model') watchFolder(dirname(entryPath), (name) => name === basename(entryPath));
    const roots = [kind === 'model' ? entryPath : dirname(entryPath), ...(modelDir ? [modelDir] : [])];
    for (const folder of roots.flatMap(foldersBelow)) watchFolder(folder, isSource);
  };
  watchAll();
}

/** A folder and those in it; none for what is no folder. */
function foldersBelow(root: string): string[] {
  const folders: string[] = [];
  const waiting = [root];
  for (let folder = waiting.shift(); folder !== undefined && folders.length < FOLDERS_MAX; folder = waiting.shift()) {
    try {
      const entries = readdirSync(folder, { withFileTypes: true });
      folders.push(folder);
      for (const entry of entries) {
        if (entry.isDirectory() && !/^\.|^node_modules$/.test(entry.name)) waiting.push(join(folder, entry.name));
      }
    } catch {
      // No folder, or none that may be read.
    }
  }
  return folders;
}
