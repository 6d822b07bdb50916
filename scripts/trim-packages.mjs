// Takes out of a node_modules what no container reads: for the images (Dockerfile), whose packages serve and nothing else.
//
//   usage: node scripts/trim-packages.mjs [NODE_MODULES]     (default: node_modules)
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Types, source maps, and texts for those who read packages. Licences stay: they go with each copy. */
const UNREAD_FILES = /\.(map|d\.[cm]?ts|ts|tsx|md|markdown|flow)$/i;
const LICENCES = /^(licen[cs]e|copying|notice)/i;
const UNREAD_FOLDERS = new Set([
  'test',
  'tests',
  '__tests__',
  'example',
  'examples',
  'benchmark',
  'benchmarks',
  '.github',
]);

/** What single packages carry for others than servers. Each is a pattern of names in a folder: what matches goes. */
const UNREAD_PARTS = [
  ['onnxruntime-node/bin/napi-v6', /^(?!linux$)/],
  ['onnxruntime-node/bin/napi-v6/linux', new RegExp(`^(?!${process.arch}$)`)],
  // /docs shows the bundle and its style sheet; the others are the same once more, for other build tools.
  ['swagger-ui-dist', /^swagger-ui-es-bundle|^swagger-ui\.js$|^swagger-ui-standalone|^oauth2|\.html$/],
  // For browsers.
  ['apache-arrow', /\.min\.js$/],
];

const folder = process.argv[2] ?? 'node_modules';
if (!existsSync(folder)) throw new Error(`${folder} is not there: name the node_modules to trim.`);
for (const [part, pattern] of UNREAD_PARTS) trimPart(join(folder, part), pattern);
trimFolder(folder);

function trimPart(path, pattern) {
  // A part that has moved is a mistake here, and megabytes in the image.
  if (!existsSync(path))
    throw new Error(`${path} is not there any more: mend UNREAD_PARTS in scripts/trim-packages.mjs.`);
  for (const name of readdirSync(path).filter((name) => pattern.test(name))) remove(join(path, name));
}

function trimFolder(path) {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory() && isUnreadFolder(path, entry.name)) remove(child);
    else if (entry.isDirectory()) trimFolder(child);
    else if (UNREAD_FILES.test(entry.name) && !LICENCES.test(entry.name)) remove(child);
  }
}

/** Only at the top of a package: further down it may be a module of that name. */
function isUnreadFolder(parent, name) {
  return UNREAD_FOLDERS.has(name) && existsSync(join(parent, 'package.json'));
}

function remove(path) {
  rmSync(path, { recursive: true });
}
