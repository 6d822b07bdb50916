import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asError, HostError } from '../../../errors.js';
import { folderTree } from '../../folder-tree.js';

/** At what point an entry module failed; each has its own fix. */
export type LoadStage = 'import' | 'init';

const TREE_LINES_MAX = 200;
const ENTRY_TREE_LINES_MAX = 40;
const CONTEXT_LINES = 2;
const STACK_LINES_MAX = 12;

/** What a stranger needs to mend an entry module that could not be loaded: what failed, the source line, the fix. */
export function loadReport(thrown: unknown, stage: LoadStage, entryPath: string, modelDir?: string): string {
  const error = asError(thrown);
  const location = findLocation(error);
  const sections = [
    `scorehost cannot start: ${headline(error, stage)}`,
    `  entry module  ${entryPath}`,
    location && sourceFrame(location),
    stackOf(error),
    section(`${dirname(entryPath)} holds`, folderTree(dirname(entryPath), ENTRY_TREE_LINES_MAX, '    ')),
    modelDir && section(`the model folder ${modelDir} holds`, folderTree(modelDir, TREE_LINES_MAX, '    ')),
    `Fix: ${fixFor(error, stage)}`,
  ];
  return sections.filter((part) => part).join('\n\n');
}

function section(title: string, text: string): string {
  return `  ${title}\n${text}`;
}

function headline(error: Error, stage: LoadStage): string {
  if (error instanceof HostError && stage === 'import') return error.message;
  const what = stage === 'init' ? 'init() threw' : 'the entry module could not be loaded';
  return `${what}: ${error.name}: ${withoutLocation(error.message)}`;
}

function fixFor(error: Error, stage: LoadStage): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (error instanceof SyntaxError) return 'mend the line above.';
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') {
    return 'install the package in a node_modules folder beside the entry module, or mend the path of the import.';
  }
  if (error instanceof HostError && error.code === 'ENTRY_INVALID' && stage === 'import') {
    return 'export function init() {…} and function run(input) {…}, or a default class with these methods.';
  }
  if (error instanceof HostError) return error.entry.fix;
  return stage === 'init'
    ? 'make init() succeed: the source line above is where it threw.'
    : 'make the module load: the source line above is where it threw.';
}

interface SourceLocation {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

const LOCATION = /((?:file:\/\/)?\/[^\s()]*?\.[cm]?[jt]s):(\d+)(?::(\d+))?/g;
const HOST_FOLDER = dirname(fileURLToPath(new URL('../../../index.js', import.meta.url)));

/** The first place in the user's own code that the error names. */
function findLocation(error: Error): SourceLocation | undefined {
  for (const [, file, line, column] of `${error.message}\n${error.stack ?? ''}`.matchAll(LOCATION)) {
    const path = file?.startsWith('file:') ? fileURLToPath(file) : (file as string);
    if (isUserCode(path)) return { path, line: Number(line), column: Number(column ?? 1) };
  }
  return undefined;
}

function isUserCode(path: string): boolean {
  return !path.startsWith(HOST_FOLDER) && !path.includes('/node_modules/');
}

function withoutLocation(message: string): string {
  return message.replace(/^\/\S+:\d+:\d+: /, '');
}

/** The source line with its neighbours, and a mark under the column. */
function sourceFrame({ path, line, column }: SourceLocation): string {
  let lines: string[];
  try {
    lines = readFileSync(path, 'utf8').split('\n');
  } catch {
    return `  at ${path}:${line}:${column}`;
  }
  const first = Math.max(1, line - CONTEXT_LINES);
  const width = String(line + CONTEXT_LINES).length;
  const shown = lines.slice(first - 1, line + CONTEXT_LINES).flatMap((text, i) => {
    const number = first + i;
    const row = `  ${number === line ? '>' : ' '} ${String(number).padStart(width)} | ${text}`;
    return number === line ? [row, `    ${' '.repeat(width)} | ${' '.repeat(column - 1)}^`] : [row];
  });
  return `  at ${path}:${line}:${column}\n\n${shown.join('\n')}`;
}

/** The frames of user code; those of Node and of the host only where there are no others. */
function stackOf(error: Error): string | undefined {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const own = frames.filter((line) => !/node:|[/\\]node_modules[/\\]/.test(line) && !line.includes(HOST_FOLDER));
  const shown = own.length > 0 ? own : frames;
  return shown.length > 0 ? shown.slice(0, STACK_LINES_MAX).join('\n') : undefined;
}
