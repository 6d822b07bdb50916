import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const clock = fileURLToPath(new URL('../../src/runtime/shared-clock.ts', import.meta.url));

/** In a process of its own, where nothing has looked at a clock before. */
const script = `
  import { buildSync } from 'esbuild';
  const { outputFiles } = buildSync({ entryPoints: [process.argv[1]], write: false, format: 'esm' });
  const { sharedMs } = await import('data:text/javascript,' + encodeURIComponent(outputFiles[0].text));
  const offs = Array.from({ length: 20 }, () => Math.abs(sharedMs() - Number(process.hrtime.bigint()) / 1e6));
  console.log(Math.min(...offs));
`;

it('is the clock of the kernel, also in a process that has just been started', () => {
  const off = Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', script, clock], { encoding: 'utf8' }),
  );
  expect(off).toBeLessThan(0.2);
});
