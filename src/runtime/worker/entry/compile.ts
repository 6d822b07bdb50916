import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stop, type TransformFailure, transformSync } from 'esbuild';

/** A module as Node's load hooks want it. */
export interface CompiledModule {
  readonly format: 'module' | 'commonjs';
  readonly source: string;
}

const TYPESCRIPT_FILE = /\.([cm]?)ts$/;
const ESM_SYNTAX = /^\s*(?:import|export)\b(?!\s*[(.=])/m;
const CJS_TYPESCRIPT_SYNTAX = /^\s*(?:export\s*=|import\s+[\w$]+\s*=\s*require)/m;

/**
 * Compiles a TypeScript module in memory, decorators included; nothing is written to disk.
 *
 * @returns undefined for what is no TypeScript file.
 * @throws {SyntaxError} whose first line is `path:line:column: problem`.
 */
export function compileModule(url: string): CompiledModule | undefined {
  if (!url.startsWith('file:')) return undefined;
  const path = fileURLToPath(url);
  const kind = TYPESCRIPT_FILE.exec(path)?.[1];
  if (kind === undefined) return undefined;
  const text = readFileSync(path, 'utf8');
  const format = kind === 'm' ? 'module' : kind === 'c' ? 'commonjs' : formatOf(path, text);
  const tsconfig = nearest(dirname(path), 'tsconfig.json');
  try {
    const { code } = transformSync(text, {
      loader: 'ts',
      format: format === 'module' ? 'esm' : 'cjs',
      target: 'node20',
      sourcefile: path,
      sourcemap: 'inline',
      sourcesContent: false,
      ...(tsconfig ? { tsconfigRaw: readFileSync(tsconfig, 'utf8') } : {}),
    });
    return { format, source: code };
  } catch (error) {
    throw syntaxError(path, error as TransformFailure);
  }
}

/** Ends the compiler's process: it would hold memory that only loading needs. It comes back if it is called again. */
export async function stopCompiler(): Promise<void> {
  await stop();
}

/** As Node decides it for `.js`: by the nearest package.json, and without one by what the text looks like. */
function formatOf(path: string, text: string): CompiledModule['format'] {
  const manifest = nearest(dirname(path), 'package.json');
  const type = manifest && (JSON.parse(readFileSync(manifest, 'utf8')) as { type?: string }).type;
  if (type === 'module' || type === 'commonjs') return type;
  return ESM_SYNTAX.test(text) && !CJS_TYPESCRIPT_SYNTAX.test(text) ? 'module' : 'commonjs';
}

function nearest(folder: string, name: string): string | undefined {
  const path = join(folder, name);
  if (existsSync(path)) return path;
  const parent = dirname(folder);
  return parent === folder ? undefined : nearest(parent, name);
}

function syntaxError(path: string, failure: TransformFailure): unknown {
  const first = failure.errors?.[0];
  if (first === undefined) return failure;
  const { line = 1, column = 0 } = first.location ?? {};
  const error = new SyntaxError(`${path}:${line}:${column + 1}: ${first.text}`);
  error.stack = `${error.name}: ${error.message}`;
  return error;
}
