import { defineConfig } from 'vitest/config';

/**
 * `npm run test:image-gpu`: Dockerfile.cuda, without a GPU, on bases that stand in for NVIDIA's. It needs a Docker engine, the
 * registries of npm, Python (4 GB come from there) and Debian, 15 GB of disk, and nine minutes on two cores.
 */
export default defineConfig({
  test: {
    include: ['test/image/gpu/*.test.ts'],
    pool: 'forks',
    globalSetup: ['test/support/one-temporary-folder.ts', 'test/image/gpu/build-images.ts'],
    // One build at a time: what it takes from another's layers has to be there.
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 900_000,
  },
});
