import { defineConfig } from 'vitest/config';

/** `npm run test:image`: the images, in containers. It needs a Docker engine. */
export default defineConfig({
  test: {
    include: ['test/image/*.test.ts'],
    pool: 'forks',
    globalSetup: ['test/support/one-temporary-folder.ts', 'test/image/build-image.ts'],
    // Containers that start at the same time on two cores take longer than each behind the other.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 600_000,
  },
});
