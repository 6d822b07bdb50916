import { defineConfig } from 'vitest/config';

/** `npm run test:browser`: the test that needs a Chromium on the machine. */
export default defineConfig({
  test: {
    include: ['test/browser/docs.test.ts'],
    pool: 'forks',
    globalSetup: ['test/support/one-temporary-folder.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
