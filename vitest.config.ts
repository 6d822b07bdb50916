import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // onnxruntime aborts the process when a thread that runs it is ended: tests run in processes.
    pool: 'forks',
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
