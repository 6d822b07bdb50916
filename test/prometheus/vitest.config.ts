import { defineConfig } from 'vitest/config';

/** What needs Prometheus and its promtool: Debian's package `prometheus` has both. */
export default defineConfig({
  test: {
    pool: 'forks',
    include: ['test/prometheus/*.test.ts'],
    globalSetup: ['test/support/one-temporary-folder.ts'],
    testTimeout: 180_000,
    hookTimeout: 30_000,
  },
});
