// Puts the code of src/ into a few files of dist/: a process that reads three files is ready a quarter sooner than one that
// reads three hundred, and a worker that dies is replaced as much sooner. Packages stay apart. Types are written by tsc.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';

/** What is started, or imported by its path. */
const started = [
  'src/index.ts',
  'src/cli/main.ts',
  'src/runtime/worker/main.ts',
  'src/runtime/worker/entry/hooks.ts',
  'src/runtime/worker/entry/hooks-thread.ts',
  'src/runtime/models/onnx/try-provider-main.ts',
  'src/runtime/collect/writer/main.ts',
];
/** What a host may import long after its start: it must find that under the same name when a newer build lies there. */
const importedLater = ['src/runtime/http/docs/app.ts', 'src/runtime/telemetry/metrics.ts'];

const { metafile } = await build({
  entryPoints: [...started, ...importedLater],
  outbase: 'src',
  outdir: 'dist',
  // What they share.
  chunkNames: 'shared/[name]-[hash]',
  bundle: true,
  splitting: true,
  packages: 'external',
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  metafile: true,
  logLevel: 'warning',
});

// The page at /status: one file, that holds its style and its script.
const browser = 'src/browser/status';
const { outputFiles } = await build({
  entryPoints: { script: `${browser}/main.ts`, style: `${browser}/page.css` },
  outdir: 'status',
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['es2022', 'chrome111', 'firefox113', 'safari16.4'],
  charset: 'utf8',
  write: false,
});
const textOf = (ending) => outputFiles.find(({ path }) => path.endsWith(ending)).text.trim();
const page = readFileSync(`${browser}/page.html`, 'utf8');
const inline = { '/* page.css */': textOf('.css'), '/* main.js */': textOf('.js') };
writeFileSync(
  'dist/browser/status.html',
  page.replace(/\/\* (?:page\.css|main\.js) \*\//g, (place) => inline[place]),
);

// What a build before this one has left, whose names have another hash, and the parts of the page at /status. The other files of
// dist/browser/ are made by tsc.
const written = new Set(Object.keys(metafile.outputs).map((file) => resolve(file)));
for (const entry of readdirSync('dist', { recursive: true, withFileTypes: true })) {
  const path = resolve(join(entry.parentPath ?? entry.path, entry.name));
  if (entry.isFile() && path.endsWith('.js') && dirname(path) !== resolve('dist/browser') && !written.has(path))
    rmSync(path);
}
