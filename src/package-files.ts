import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Where the files of this package lie. `imports` of package.json has a name for it, as what asks has been bundled with other code
 * into a file of another folder (scripts/bundle.mjs).
 */
const manifest = createRequire(import.meta.url).resolve('#manifest');

/** package.json */
export const MANIFEST = manifest;
/** dist/, without a slash at its end. */
export const DIST = join(dirname(manifest), 'dist');
