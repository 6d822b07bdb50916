import { defineConfig } from 'vitest/config';

/** `npm run test:browser`: the tests that need a Chromium on the machine. */
export default defineConfig({
  test: {
    include: ['test/browser/*.test.ts'],
    exclude: ['test/browser/served-document.test.ts'],
    // Both load the machine with a browser and hosts.
    fileParallelism: false,
    pool: 'forks',
    globalSetup: ['test/support/one-temporary-folder.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
