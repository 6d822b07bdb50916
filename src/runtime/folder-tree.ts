import { type Dirent, existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

const CLOSED_FOLDER = /^(?:node_modules|\..*)$/;

/**
 * A folder's content as an indented list, for reports that say what was there instead.
 *
 * @param linesMax - Where the list is cut. `node_modules` and hidden folders are named, not entered.
 */
export function folderTree(folder: string, linesMax: number, indent = ''): string {
  const lines: string[] = [];
  const list = (dir: string, prefix: string): void => {
    for (const entry of entriesOf(dir)) {
      if (lines.length > linesMax) return;
      lines.push(`${prefix}${entry.name}${entry.isDirectory() ? '/' : ''}`);
      if (entry.isDirectory() && !CLOSED_FOLDER.test(entry.name)) list(join(dir, entry.name), `${prefix}  `);
    }
  };
  // Of a model that was mounted beside everything else nobody wants to see the system.
  if (dirname(folder) === folder) return `${indent}(the root of the file system)`;
  if (!existsSync(folder)) return `${indent}(there is no such folder)`;
  list(folder, indent);
  if (lines.length > linesMax) lines.splice(linesMax, lines.length, `${indent}…`);
  return lines.length === 0 ? `${indent}(empty)` : lines.join('\n');
}

/** What may not be read looks empty: a report about something else must not fail on it. */
function entriesOf(dir: string): Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true }).sort((a, b) => a.name.localeCompare(b.name));
  } catch {
    return [];
  }
}
