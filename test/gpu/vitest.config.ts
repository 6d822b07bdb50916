import { defineConfig } from 'vitest/config';

/** `npm run test:gpu`: the tests that need an NVIDIA GPU, and what its execution provider needs. */
export default defineConfig({
  test: {
    include: ['test/gpu/*.test.ts'],
    pool: 'forks',
    globalSetup: ['test/support/one-temporary-folder.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
