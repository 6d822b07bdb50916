import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const src = fileURLToPath(new URL('../src/', import.meta.url));

/**
 * The parts of the host and what each may import, types included. Every part may import itself; a part ends with `/`
 * where it is a folder. The longest name that fits a file is its part.
 */
const layers: Readonly<Record<string, readonly string[]>> = {
  'errors.ts': [],
  // What runs in the browser, compiled apart.
  'browser/': ['browser/status/status-event.ts'],
  // The contract of the status page and the host.
  'browser/status/status-event.ts': [],
  'dtype.ts': [],
  'package-files.ts': [],
  'optional-package.ts': ['package-files.ts'],
  'nearest-name.ts': [],
  'tensor.ts': ['dtype.ts', 'errors.ts'],
  'data-frame/': ['nearest-name.ts', 'tensor.ts', 'dtype.ts', 'errors.ts'],
  'schema/': ['nearest-name.ts', 'data-frame/', 'tensor.ts', 'dtype.ts', 'errors.ts'],
  'runtime/folder-tree.ts': [],
  'runtime/shared-clock.ts': [],
  // The contract on metrics between front and workers.
  'runtime/metric-updates.ts': [],
  'runtime/own-documents.ts': ['errors.ts'],
  'runtime/config/': ['errors.ts'],
  'runtime/telemetry/': ['runtime/metric-updates.ts', 'runtime/config/', 'errors.ts', 'optional-package.ts'],
  'runtime/limits/': [],
  'runtime/memory-watch.ts': ['runtime/limits/'],
  'runtime/watch-files.ts': ['runtime/worker/entry/find-entry.ts'],
  // The contract on models between front and workers, and what is a model at all.
  'runtime/models/model-settings.ts': [],
  'runtime/models/model-format.ts': ['runtime/folder-tree.ts', 'errors.ts'],
  'runtime/models/': [
    'runtime/models/model-settings.ts',
    'runtime/models/model-format.ts',
    'nearest-name.ts',
    'runtime/folder-tree.ts',
    'schema/',
    'tensor.ts',
    'dtype.ts',
    'errors.ts',
    'package-files.ts',
    'optional-package.ts',
  ],
  // What is collected: the same for front and workers.
  'runtime/collect/collect-rules.ts': [],
  'runtime/collect/': [
    'runtime/collect/collect-rules.ts',
    'runtime/worker/frame-bytes.ts',
    'runtime/worker/frames.ts',
    'runtime/worker/messages.ts',
    'schema/',
    'runtime/telemetry/',
    'runtime/config/',
    'tensor.ts',
    'dtype.ts',
    'errors.ts',
    'package-files.ts',
    'optional-package.ts',
  ],
  // The contract of the pair: all that the front may know of a worker.
  'runtime/worker/frame-bytes.ts': [],
  'runtime/worker/frames.ts': ['runtime/worker/frame-bytes.ts'],
  'runtime/worker/messages.ts': [
    'runtime/metric-updates.ts',
    'runtime/collect/collect-rules.ts',
    'runtime/models/model-settings.ts',
    'runtime/worker/entry/find-entry.ts',
    'schema/',
    'dtype.ts',
    'errors.ts',
  ],
  // The front looks for the file before it starts a worker.
  'runtime/worker/entry/find-entry.ts': ['runtime/models/model-format.ts', 'runtime/folder-tree.ts', 'errors.ts'],
  'runtime/worker/': [
    'runtime/shared-clock.ts',
    'runtime/metric-updates.ts',
    'runtime/collect/collect-rules.ts',
    'runtime/worker/frames.ts',
    'runtime/worker/messages.ts',
    'runtime/models/',
    'runtime/models/model-settings.ts',
    'runtime/models/model-format.ts',
    'runtime/worker/entry/find-entry.ts',
    'runtime/folder-tree.ts',
    'schema/',
    'data-frame/',
    'tensor.ts',
    'dtype.ts',
    'errors.ts',
    'package-files.ts',
  ],
  'runtime/pool/': [
    'runtime/shared-clock.ts',
    'runtime/metric-updates.ts',
    'runtime/models/model-settings.ts',
    'runtime/worker/frames.ts',
    'runtime/worker/messages.ts',
    'runtime/folder-tree.ts',
    'runtime/config/',
    'errors.ts',
    'package-files.ts',
  ],
  'runtime/http/node-http.ts': [],
  'runtime/scoring/': ['runtime/pool/', 'runtime/worker/messages.ts', 'errors.ts'],
  'runtime/http/': [
    'runtime/collect/',
    'browser/status/status-event.ts',
    'runtime/http/node-http.ts',
    'runtime/scoring/',
    'runtime/pool/',
    'runtime/worker/messages.ts',
    'runtime/telemetry/',
    'runtime/config/',
    'errors.ts',
    'package-files.ts',
  ],
  'runtime/host-settings.ts': [
    'runtime/limits/',
    'runtime/models/model-settings.ts',
    'runtime/pool/',
    'runtime/worker/messages.ts',
    'runtime/worker/entry/find-entry.ts',
    'runtime/config/',
    'errors.ts',
  ],
  'runtime/host-metrics.ts': ['runtime/limits/', 'runtime/http/', 'runtime/pool/', 'runtime/telemetry/'],
  'runtime/listeners.ts': ['runtime/http/', 'runtime/config/', 'errors.ts'],
  'runtime/host-readiness.ts': ['runtime/models/model-settings.ts', 'runtime/pool/'],
  'runtime/host.ts': [
    'runtime/listeners.ts',
    'runtime/host-readiness.ts',
    'runtime/host-metrics.ts',
    'runtime/collect/',
    'runtime/limits/',
    'runtime/memory-watch.ts',
    'runtime/host-settings.ts',
    'runtime/models/model-settings.ts',
    'runtime/own-documents.ts',
    'runtime/http/',
    'runtime/scoring/',
    'runtime/pool/',
    'runtime/worker/messages.ts',
    'runtime/worker/entry/find-entry.ts',
    'runtime/telemetry/',
    'runtime/config/',
    'errors.ts',
    'package-files.ts',
  ],
  'runtime/base.ts': ['errors.ts'],
  'runtime/doctor.ts': [
    'runtime/base.ts',
    'runtime/limits/',
    'runtime/models/',
    'runtime/models/model-settings.ts',
    'runtime/config/',
    'errors.ts',
    'package-files.ts',
  ],
  'cli/': [
    'runtime/base.ts',
    'runtime/limits/',
    'runtime/http/node-http.ts',
    'runtime/doctor.ts',
    'runtime/host.ts',
    'runtime/host-settings.ts',
    'runtime/watch-files.ts',
    'runtime/own-documents.ts',
    'runtime/pool/',
    'runtime/telemetry/',
    'runtime/config/',
    'errors.ts',
  ],
  'index.ts': [
    'schema/',
    'runtime/models/',
    'runtime/models/model-settings.ts',
    'runtime/worker/',
    'data-frame/',
    'tensor.ts',
    'dtype.ts',
  ],
};

const parts = Object.keys(layers).sort((a, b) => b.length - a.length);
const partOf = (file: string) => parts.find((part) => (part.endsWith('/') ? file.startsWith(part) : file === part));

/** Every way to import: `import … from`, `export … from`, `import '…'`, `import('…')`. A path for a process is none. */
const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*)'(\.{1,2}\/[^']+)'/g;

function importsOf(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8');
  return [...text.matchAll(IMPORT)].map(([, path = '']) =>
    relative(src, join(src, dirname(file), path)).replace(/\.js$/, '.ts'),
  );
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

it('every file belongs to a part', () => {
  expect(files.filter((file) => partOf(file) === undefined)).toEqual([]);
});

it('every part is there', () => {
  expect(parts.filter((part) => !files.some((file) => partOf(file) === part))).toEqual([]);
});

it('every part imports downwards only', () => {
  const wrong = files.flatMap((file) => {
    const part = partOf(file) ?? '';
    const allowed = [part, ...(layers[part] ?? [])];
    return importsOf(file)
      .filter((imported) => files.includes(imported) && !allowed.includes(partOf(imported) ?? ''))
      .map((imported) => `src/${file} imports src/${imported}, but ${part} may only import ${allowed.join(', ')}.`);
  });
  expect(wrong).toEqual([]);
});
