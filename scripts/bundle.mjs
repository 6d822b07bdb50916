// Puts the code of src/ into a few files of dist/: a process that reads a few files is ready a quarter sooner than one that
// reads three hundred, and a worker that dies is replaced as much sooner. Packages stay apart. Types are written by tsc.
//
// Each process has files of its own, also where they hold the same code: what several processes share would be cut into as many
// pieces as there are ways to share it, and every one reads forty.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';

/** What is started, or imported by its path, by the process that does it. */
const processes = [
  [
    'src/cli/main.ts',
    // What a host may import long after its start: it must find that under the same name when a newer build lies there.
    'src/runtime/http/docs/app.ts',
    'src/runtime/telemetry/metrics.ts',
  ],
  // `scorehost` as the entry module of a worker imports it.
  ['src/runtime/worker/main.ts', 'src/index.ts', 'src/runtime/worker/entry/hooks.ts'],
  ['src/runtime/worker/entry/hooks-thread.ts'],
  ['src/runtime/models/onnx/try-provider-main.ts'],
  ['src/runtime/collect/writer/main.ts'],
];

const built = await Promise.all(
  processes.map((entryPoints) =>
    build({
      entryPoints,
      outbase: 'src',
      outdir: 'dist',
      // What the entry points share, and what they import later.
      chunkNames: 'shared/[name]-[hash]',
      bundle: true,
      splitting: true,
      packages: 'external',
      platform: 'node',
      target: 'node20.19',
      format: 'esm',
      metafile: true,
      logLevel: 'warning',
    }),
  ),
);

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
const written = new Set(built.flatMap(({ metafile }) => Object.keys(metafile.outputs)).map((file) => resolve(file)));
for (const entry of readdirSync('dist', { recursive: true, withFileTypes: true })) {
  const path = resolve(join(entry.parentPath ?? entry.path, entry.name));
  if (entry.isFile() && path.endsWith('.js') && dirname(path) !== resolve('dist/browser') && !written.has(path))
    rmSync(path);
}
