import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { compile } from '../support/compile.js';

const project = fileURLToPath(new URL('legacy/tsconfig.json', import.meta.url));

it('legacy decorators compile where the method takes the input, and nowhere else', async () => {
  expect(await compile(project)).toBe('');
});
