import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DIST } from '../../../package-files.js';

const require = createRequire(import.meta.url);
const ownCopy = (name: string) => pathToFileURL(require.resolve(name)).href;

/**
 * Packages that an entry module always gets from the host, whatever lies in its `node_modules`: it needs none of its
 * own, and a tensor is the same class on both sides. `onnxruntime-node-gpu` is a dead name that old code still uses.
 *
 * Resolved before the hooks are there, which would ask this table again.
 */
const hostPackages: ReadonlyMap<string, string> = new Map([
  ['scorehost', pathToFileURL(join(DIST, 'index.js')).href],
  ['onnxruntime-common', ownCopy('onnxruntime-common')],
  ['onnxruntime-node', ownCopy('onnxruntime-node')],
  ['onnxruntime-node-gpu', ownCopy('onnxruntime-node')],
]);

/** The URL of the host's own copy, if `specifier` names a package that has one. */
export function resolveHostPackage(specifier: string): string | undefined {
  return hostPackages.get(specifier);
}

const ENDINGS = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json'];
const JAVASCRIPT_ENDING = /\.([cm]?)js$/;

/**
 * The TypeScript way to name a relative module, which Node does not know: `./helper` and `./helper.js` for
 * `helper.ts`, and a folder for its `index`.
 *
 * @returns undefined where nothing of these exists; Node's own error then says what was looked for.
 */
export function resolveTypeScriptStyle(specifier: string, parentUrl: string | undefined): string | undefined {
  if (!/^(?:\.{1,2}(?:\/|$)|\/|file:)/.test(specifier) || !parentUrl?.startsWith('file:')) return undefined;
  const path = fileURLToPath(new URL(specifier, parentUrl));
  const candidates = [
    path.replace(JAVASCRIPT_ENDING, '.$1ts'),
    ...ENDINGS.map((ending) => path + ending),
    ...ENDINGS.map((ending) => `${path}/index${ending}`),
  ];
  const found = candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
  return found && pathToFileURL(found).href;
}
