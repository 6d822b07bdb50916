import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Message } from 'esbuild';
import { DIST } from '../../../package-files.js';
import { columnOf } from './compile.js';

/** A place in a source file; line and column count from 1. */
export interface SourceLocation {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** A line of a stack that names a file. */
export interface StackFrame extends SourceLocation {
  readonly text: string;
}

const FRAME = /^\s+at (?:async )?(?:.*? \()?((?:file:\/\/)?\/.*?):(\d+):(\d+)\)?$/;

/** The frames of a stack that are in the user's own code: not in Node, in the host or in a package. */
export function userFrames(error: Error): StackFrame[] {
  return (error.stack ?? '').split('\n').flatMap((text) => {
    const [, file, line, column] = FRAME.exec(text) ?? [];
    if (file === undefined) return [];
    const path = file.startsWith('file:') ? fileURLToPath(file) : file;
    return isUserCode(path) ? [{ text, path, line: Number(line), column: Number(column) }] : [];
  });
}

/** Whether a source text is wrong, as against a SyntaxError that code threw: `JSON.parse` and `new RegExp` do. */
export function isSourceError(error: Error): boolean {
  if (!(error instanceof SyntaxError)) return false;
  const first = /^\s+at .*$/m.exec(error.stack ?? '')?.[0];
  return first === undefined || first.includes('node:internal/');
}

/** The import that cannot be resolved, of an error that Node throws for one. */
export function missingImport(error: Error): { readonly specifier: string; readonly importer: string } | undefined {
  if (!/^(?:ERR_)?MODULE_NOT_FOUND$/.test((error as NodeJS.ErrnoException).code ?? '')) return undefined;
  const [, specifier, esmImporter] =
    /^Cannot find (?:package|module) '(.*?)'(?: imported from (.+))?/.exec(error.message) ?? [];
  const importer = esmImporter ?? /Require stack:\n- (.+)/.exec(error.message)?.[1];
  return specifier && importer ? { specifier, importer } : undefined;
}

/** The place in the user's own code that an error comes from, as far as it can be known. */
export function locate(error: Error, entryPath: string): SourceLocation | undefined {
  if (isSourceError(error)) return compilerLocation(error) ?? firstProblem(entryPath);
  const missing = missingImport(error);
  return missing ? importLocation(missing.specifier, missing.importer, entryPath) : userFrames(error)[0];
}

/** Of an error of `compile.ts`. */
function compilerLocation({ message }: Error): SourceLocation | undefined {
  const [, path, line, column] = /^(\/.*?):(\d+):(\d+): /.exec(message) ?? [];
  return path ? { path, line: Number(line), column: Number(column) } : undefined;
}

/**
 * What is wrong with the syntax, the paths or the names of the imports of a module, and of what it imports: Node does
 * not tell where in an ES module a syntax error is.
 */
function firstProblem(entryPath: string): SourceLocation | undefined {
  // The library takes 100 ms to load and start: only a start that has failed pays.
  const { buildSync } = createRequire(import.meta.url)('esbuild') as typeof import('esbuild');
  try {
    const options = { bundle: true, write: false, packages: 'external', platform: 'node', logLevel: 'silent' } as const;
    buildSync({ ...options, entryPoints: [entryPath], absWorkingDir: '/' });
  } catch (failure) {
    const location = (failure as { errors?: Message[] }).errors?.[0]?.location;
    if (!location) return undefined;
    const { file, line, column, lineText } = location;
    return { path: `/${file}`, line, column: columnOf(lineText, column) };
  }
  return undefined;
}

/** The line that imports what cannot be found. Node names a relative import by its whole path. */
function importLocation(specifier: string, importer: string, entryPath: string): SourceLocation | undefined {
  if (!isUserCode(importer)) return undefined;
  if (specifier.startsWith('/')) return firstProblem(entryPath);
  // In quotes, and maybe with a path behind the name of the package.
  const quoted = new RegExp(`['"\`]${specifier.replace(/[^\w/@-]/g, '\\$&')}['"\`/]`);
  for (const [i, text] of (linesOf(importer) ?? []).entries()) {
    const column = text.search(quoted);
    if (column >= 0) return { path: importer, line: i + 1, column: column + 1 };
  }
  return undefined;
}

/** undefined where the file cannot be read. */
export function linesOf(path: string): string[] | undefined {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/);
  } catch {
    return undefined;
  }
}

function isUserCode(path: string): boolean {
  return !path.startsWith(`${DIST}/`) && !path.includes('/node_modules/');
}
