// Runs a file of TypeScript in a process of its own: node run-typescript.mjs FILE [ARGUMENT]…
// Node 20 runs no TypeScript: the loader of entry modules compiles it as it compiles them.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installHooks } from '../../dist/runtime/worker/entry/hooks.js';

installHooks();
await import(pathToFileURL(resolve(process.argv[2])).href);
