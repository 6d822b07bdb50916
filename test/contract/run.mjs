// Node 20 runs no TypeScript: the loader of entry modules compiles the replay as it compiles them.
import { fileURLToPath } from 'node:url';
import { installHooks } from '../../dist/runtime/worker/entry/hooks.js';

installHooks();
const { main } = await import('./main.ts');
const ours = ['http-cases.jsonl', 'schema-cases.jsonl', 'deserialize-cases.jsonl'];
const recorded = ours.map((name) => fileURLToPath(new URL(name, import.meta.url)));
await main(process.argv.length > 2 ? process.argv.slice(2) : recorded);
process.exit();
