import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');

/** What the compiler finds fault with in a project: nothing is an empty text. */
export function compile(tsconfig: string): Promise<string> {
  return promisify(execFile)(process.execPath, [tsc, '-p', tsconfig]).then(
    () => '',
    ({ stdout }: { stdout: string }) => stdout,
  );
}
