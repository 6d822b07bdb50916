import { dirname } from 'node:path';
import { HostError } from '../../errors.js';
import { folderTree } from '../folder-tree.js';
import type { LoadMessage } from '../worker/messages.js';
import type { WorkerExit } from './worker-process.js';

const TREE_LINES_MAX = 40;

export function describeExit({ code, signal, outOfMemory, lastLines }: WorkerExit): string {
  // A thread of user code may have said so long before, and ended alone.
  if (signal && isHeapFull(lastLines)) return `was ended by ${signal}: its JavaScript heap was full`;
  if (outOfMemory) return `was ended by ${signal}: the memory that the container may use was used up`;
  return signal ? `was ended by ${signal}` : `exited with code ${code}`;
}

/** The report of a worker that died before it was ready, and could not say why. */
export function diedEarly(exit: WorkerExit, { entryPath, entryKind }: LoadMessage): HostError {
  const lines = exit.lastLines.filter((line) => line.trim() !== '');
  const entryDir = dirname(entryPath);
  const sections = [
    `scorehost cannot start: the worker ${describeExit(exit)} before it was ready.`,
    `  ${entryKind === 'model' ? 'model' : 'entry module'}  ${entryPath}`,
    lines.length === 0 ? '  it wrote nothing to stderr' : `  it wrote last\n    ${lines.join('\n    ')}`,
    `  ${entryDir} holds\n${folderTree(entryDir, TREE_LINES_MAX, '    ')}`,
    `Fix: ${fixFor(exit)}`,
  ];
  return new HostError('WORKER_FAILED', sections.join('\n\n'));
}

export function isHeapFull(lastLines: readonly string[]): boolean {
  return lastLines.some((line) => line.includes('JavaScript heap out of memory'));
}

function fixFor({ signal, outOfMemory, lastLines }: WorkerExit): string {
  if (signal && isHeapFull(lastLines)) {
    return (
      'Give the container more memory, whose limit decides what a heap may grow to, or name the megabytes yourself: ' +
      'NODE_OPTIONS=--max-old-space-size=4096. Or load less.'
    );
  }
  if (outOfMemory) return 'Give the container more memory, start fewer workers (WORKER_COUNT), or use a smaller model.';
  if (signal === 'SIGKILL')
    return 'It may have been killed for memory: give the container more, or use a smaller model.';
  if (signal) return 'Native code crashed: load models and native packages one by one to see which does it.';
  return 'Look for what ends the process while the entry module loads, its packages included.';
}
