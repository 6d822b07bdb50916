import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They need a browser and a GPU: npm run test:browser, npm run test:gpu.
    exclude: ['test/browser/docs.test.ts', 'test/gpu/**'],
    // onnxruntime aborts the process when a thread that runs it is ended: tests run in processes.
    pool: 'forks',
    globalSetup: ['test/support/one-temporary-folder.ts'],
    // Tests that may run at the same time start hosts of their own: two processes each, or more.
    maxConcurrency: 2,
    // Most files wait for hosts that they start: on two cores, one at a time leaves half of them idle.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
