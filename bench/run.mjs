// Runs benchmarks: npm run bench -- start busy …   (without names: all of them, one after the other)
import { readdirSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = new URL('..', import.meta.url).pathname;
const all = readdirSync(join(root, 'bench'))
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => basename(file, '.bench.ts'));
const names = process.argv.length > 2 ? process.argv.slice(2) : all;
const unknown = names.find((name) => !all.includes(name));
if (unknown) {
  console.error(`There is no benchmark '${unknown}': there are ${all.join(', ')}.`);
  process.exit(1);
}

const folder = join(root, 'node_modules', '.cache', 'bench');
await mkdir(folder, { recursive: true });
for (const name of names) {
  const outfile = join(folder, `${name}.mjs`);
  const entryPoints = [join(root, 'bench', `${name}.bench.ts`)];
  // The benchmarks measure dist/: what they share with the tests finds it from the root.
  const define = { 'import.meta.url': JSON.stringify(pathToFileURL(join(root, 'bench', 'support', 'x')).href) };
  await build({ entryPoints, outfile, define, bundle: true, platform: 'node', format: 'esm', packages: 'external' });
  console.log(`\n# ${name}`);
  await import(pathToFileURL(outfile).href);
}
await rm(folder, { recursive: true });
