import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
const project = fileURLToPath(new URL('legacy/tsconfig.json', import.meta.url));

it('legacy decorators compile where the method takes the input, and nowhere else', async () => {
  const compiled = promisify(execFile)(process.execPath, [tsc, '-p', project]).then(
    () => '',
    ({ stdout }: { stdout: string }) => stdout,
  );
  expect(await compiled).toBe('');
});
