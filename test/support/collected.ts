import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { checkCloudEvent } from './cloud-event.js';

/** Paths of the files below a folder, sorted. */
export function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** The records of the CSV files whose path has this in it; a file that is not valid throws. */
export function csvRecords(folder: string, part: string): Record<string, string>[] {
  return filesIn(folder)
    .filter((path) => path.includes(part))
    .flatMap((path) => csvRecordsOf(readFileSync(join(folder, path))));
}

export function csvRecordsOf(file: Buffer): Record<string, string>[] {
  return parse(file, { columns: true });
}

/** The events of the JSON Lines files whose path has this in it, each held to CloudEvents 1.0. */
export function events(folder: string, part: string): Record<string, unknown>[] {
  return filesIn(folder)
    .filter((path) => path.includes(part))
    .flatMap((path) => eventsOf(readFileSync(join(folder, path))));
}

export function eventsOf(file: Buffer): Record<string, unknown>[] {
  const lines = file.toString().split('\n');
  if (lines.pop() !== '') throw new Error('the last line has no end');
  return lines.map(checkCloudEvent);
}
