import { dirname } from 'node:path';
import { inspect } from 'node:util';
import { HostError } from '../../../errors.js';
import { folderTree } from '../../folder-tree.js';
import type { EntryKind } from './find-entry.js';
import { isSourceError, linesOf, locate, missingImport, type SourceLocation, userFrames } from './locate.js';

/** At what point an entry module failed; each has its own fix. */
export type LoadStage = 'import' | 'init';

/** What was to be loaded: a part of the `load` message. */
interface Loaded {
  readonly entryPath: string;
  readonly entryKind: EntryKind;
  readonly modelDir?: string;
}

const TREE_LINES_MAX = 200;
const ENTRY_TREE_LINES_MAX = 20;
const CONTEXT_LINES = 2;
const STACK_LINES_MAX = 12;
const CAUSES_MAX = 3;

/** What a stranger needs to mend an entry module that could not be loaded: what failed, the source line, the fix. */
export function loadReport(thrown: unknown, stage: LoadStage, { entryPath, entryKind, modelDir }: Loaded): string {
  const error = thrown instanceof Error ? thrown : undefined;
  const location = error && locate(error, entryPath);
  const headline = `scorehost cannot start: ${error ? problem(error, stage) : bareValue(thrown, stage)}`;
  const entryDir = dirname(entryPath);
  const sections = [
    headline,
    `  ${entryKind === 'model' ? 'model' : 'entry module'}  ${entryPath}`,
    location && sourceFrame(location),
    error && furtherFrames(error, location),
    holds(headline, entryDir, `${entryDir} holds`, ENTRY_TREE_LINES_MAX),
    modelDir &&
      modelDir !== entryDir &&
      holds(headline, modelDir, `the model folder ${modelDir} holds`, TREE_LINES_MAX),
    `Fix: ${error ? fixFor(error, stage, location) : 'Throw an Error, which tells its line: throw new Error(…).'}`,
  ];
  return sections.filter((part) => part).join('\n\n');
}

/** A folder, unless the message has shown it already. */
function holds(message: string, folder: string, title: string, linesMax: number): string | undefined {
  return message.includes(`  ${folder}\n`) ? undefined : `  ${title}\n${folderTree(folder, linesMax, '    ')}`;
}

function problem(error: Error, stage: LoadStage): string {
  if (error instanceof HostError) {
    return stage === 'init' && error.code !== 'WORKER_FAILED' ? `init() failed: ${error.message}` : error.message;
  }
  const what = stage === 'init' ? 'init() threw' : 'the entry module could not be loaded';
  const name = error.name === 'Error' ? '' : `${error.name}: `;
  return `${what}: ${name}${oneMessage(error)}${causes(error)}`;
}

function bareValue(thrown: unknown, stage: LoadStage): string {
  const what = stage === 'init' ? 'init()' : 'the entry module';
  return `${what} threw a value that is no Error: ${inspect(thrown)}`;
}

/** Without what the report says elsewhere: the place of a compiler's message, the files that led to a require. */
function oneMessage({ message }: Error): string {
  return message.replace(/^\/.*?:\d+:\d+: /, '').replace(/\nRequire stack:\n.*$/s, '');
}

function causes(error: Error): string {
  const lines: string[] = [];
  for (let { cause } = error; cause !== undefined && lines.length < CAUSES_MAX; ) {
    lines.push(`\n  caused by: ${cause instanceof Error ? `${cause.name}: ${cause.message}` : inspect(cause)}`);
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return lines.join('');
}

function fixFor(error: Error, stage: LoadStage, location: SourceLocation | undefined): string {
  if (error instanceof HostError && error.fix !== error.entry.fix) return error.fix;
  if (isSourceError(error)) return location ? 'Mend the line above.' : 'Mend the syntax.';
  const missing = missingImport(error);
  if (missing) return fixForImport(missing.specifier);
  if ((error as NodeJS.ErrnoException).code === 'ERR_IMPORT_ATTRIBUTE_MISSING') {
    return "Add with { type: 'json' } to the import.";
  }
  if (error instanceof HostError) return location ? 'Mend the line above.' : error.fix;
  const what = stage === 'init' ? 'Make init() succeed' : 'Make the module load';
  return location ? `${what}: the line above is where it threw.` : `${what}.`;
}

function fixForImport(specifier: string): string {
  if (/^[./]/.test(specifier)) return 'Mend the path of the import: it starts at the file that imports.';
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  return `Install the package in a node_modules folder beside the entry module: npm install ${name}`;
}

/** The source line with its neighbours, and a mark under the column. */
function sourceFrame({ path, line, column }: SourceLocation): string {
  const at = `  at ${path}:${line}:${column}`;
  const lines = linesOf(path);
  if (!lines) return at;
  const first = Math.max(1, line - CONTEXT_LINES);
  const width = String(line + CONTEXT_LINES).length;
  const shown = lines.slice(first - 1, line + CONTEXT_LINES).flatMap((text, i) => {
    const number = first + i;
    const row = `  ${number === line ? '>' : ' '} ${String(number).padStart(width)} | ${text}`.trimEnd();
    const indent = text.slice(0, column - 1).replace(/[^\t]/g, ' ');
    return number === line ? [row, `    ${' '.repeat(width)} | ${indent}^`] : [row];
  });
  return `${at}\n\n${shown.join('\n')}`;
}

/** How user code came to the place that is shown already. */
function furtherFrames(error: Error, location: SourceLocation | undefined): string | undefined {
  const frames = userFrames(error).filter(({ path, line }) => path !== location?.path || line !== location.line);
  if (frames.length === 0) return undefined;
  return frames
    .slice(0, STACK_LINES_MAX)
    .map(({ text }) => text)
    .join('\n');
}
