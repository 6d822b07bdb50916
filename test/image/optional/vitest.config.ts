import { defineConfig } from 'vitest/config';

/** `npm run test:image-optional`: the image with all that it can be built with. It compiles an addon, and takes minutes. */
export default defineConfig({
  test: {
    include: ['test/image/optional/*.test.ts'],
    pool: 'forks',
    globalSetup: ['test/support/one-temporary-folder.ts'],
    testTimeout: 120_000,
    hookTimeout: 900_000,
  },
});
