import { writeFileSync } from 'node:fs';
import { docsPages } from './docs-pages.js';

/** `npm run docs`: writes the pages that are made from tables. */
for (const [name, page] of Object.entries(docsPages)) writeFileSync(`docs/${name}`, page());
