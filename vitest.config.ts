import { defineConfig } from 'vitest/config';

/** Tests that start no host, and leave nothing behind that another would see. */
const units = [
  'test/*.test.ts',
  'test/browser/status/**/*.test.ts',
  'test/cli/**/*.test.ts',
  'test/contract/typed/**/*.test.ts',
  'test/data-frame/**/*.test.ts',
  'test/deploy/**/*.test.ts',
  'test/runtime/**/*.test.ts',
  'test/schema/**/*.test.ts',
];
/** It starts hosts. What needs a browser or a GPU has a command of its own. */
const noUnit = 'test/docs.test.ts';
/** It measures the memory of its process, which nobody else may use. */
const alone = 'test/schema/json/numbers/memory.test.ts';

export default defineConfig({
  test: {
    // onnxruntime aborts the process when a thread that runs it is ended: tests run in processes.
    pool: 'forks',
    globalSetup: ['test/support/one-temporary-folder.ts'],
    // Tests that may run at the same time start hosts of their own: two processes each, or more.
    maxConcurrency: 2,
    // Most files wait for hosts that they start: on two cores, two at a time leave a third of them idle.
    maxWorkers: 3,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    projects: [
      // A process for each of a hundred small files takes longer than what is tested in them.
      { extends: true, test: { name: 'units', isolate: false, include: units, exclude: [noUnit, alone] } },
      { extends: true, test: { name: 'alone', include: [alone] } },
      {
        extends: true,
        test: {
          name: 'hosts',
          isolate: false, // what they share are processes of their own
          include: [
            noUnit,
            'test/browser/served-document.test.ts',
            'test/contract/*.test.ts',
            'test/faults/**/*.test.ts',
            'test/types/**/*.test.ts',
            'test/wire/**/*.test.ts',
          ],
        },
      },
    ],
  },
});
