import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
 * @throws {SyntaxError} whose message is `path:line:column: problem`.
 */
export function compileModule(url: string): CompiledModule | undefined {
  const path = url.startsWith('file:') ? fileURLToPath(url) : '';
  const format = typeScriptFormat(path);
  if (format === undefined) return undefined;
  return { format, source: esbuild(path, readFileSync(path, 'utf8'), format) };
}

/** What a TypeScript file is compiled to; undefined for what is none. */
export function typeScriptFormat(path: string): CompiledModule['format'] | undefined {
  const kind = TYPESCRIPT_FILE.exec(path)?.[1];
  if (kind === undefined) return undefined;
  return kind === 'm' ? 'module' : kind === 'c' ? 'commonjs' : formatOf(path, readFileSync(path, 'utf8'));
}

/**
 * Runs esbuild's program once. Its library would start the same program and talk to it, which takes 100 ms before the
 * first file instead of 15, and pays only from about nine files on (bench/start.bench.ts).
 */
function esbuild(path: string, text: string, format: CompiledModule['format']): string {
  // Of a file, not of a text: only then esbuild looks for the tsconfig.json, and for what that extends. In the file's
  // own folder, because the source map names the file as it is named here.
  const options = [
    `./${basename(path)}`,
    '--target=node20.19',
    `--format=${format === 'module' ? 'esm' : 'cjs'}`,
    '--sourcemap=inline',
    '--sources-content=false',
    '--log-level=error',
    '--log-limit=1',
    '--color=false',
  ];
  const { status, stdout, stderr, error } = spawnSync(esbuildProgram(), options, {
    cwd: dirname(path),
    encoding: 'utf8',
    maxBuffer: Number.POSITIVE_INFINITY,
  });
  if (error) throw new Error(`Cannot run the TypeScript compiler: ${error.message}`, { cause: error });
  if (status !== 0) throw syntaxError(path, text, stderr);
  return stdout;
}

/** The program for this platform is a package of its own, beside `esbuild`. */
function esbuildProgram(): string {
  const esbuildPackage = createRequire(createRequire(import.meta.url).resolve('esbuild'));
  const name = process.platform === 'win32' ? 'esbuild.exe' : 'bin/esbuild';
  return esbuildPackage.resolve(`@esbuild/${process.platform}-${process.arch}/${name}`);
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

const PROBLEM = /\[ERROR\] (?<problem>.*)(?:\n\s*\n.*:(?<line>\d+):(?<column>\d+):)?/;

/** One error in the form that load reports look for. */
function syntaxError(path: string, text: string, stderr: string): SyntaxError {
  const { problem = stderr.trim(), line = '1', column = '0' } = PROBLEM.exec(stderr)?.groups ?? {};
  const lineText = text.split('\n')[Number(line) - 1] ?? '';
  const error = new SyntaxError(`${path}:${line}:${columnOf(lineText, Number(column))}: ${problem}`);
  error.stack = `${error.name}: ${error.message}`;
  return error;
}

/** esbuild counts columns in bytes of UTF-8 and from 0, editors and Node in characters and from 1. */
export function columnOf(lineText: string, bytes: number): number {
  return Buffer.from(lineText).subarray(0, bytes).toString().length + 1;
}
