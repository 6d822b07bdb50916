import { afterEach, describe, expect, it } from 'vitest';
import { heapOptions, memoryShortage, workerHeapMebibytes } from '../../../src/runtime/limits/worker-heap.js';

const MEBIBYTE = 2 ** 20;

describe('workerHeapMebibytes()', () => {
  it.each([
    // What the front, a fourth for bodies and the native part of each worker leave.
    [512, 1, 256],
    [512, 2, 96],
    [2048, 4, 304],
    [8192, 1, 6016],
  ])('of %i MiB and %i workers: %i', (limit, workers, heap) => {
    expect(workerHeapMebibytes(workers, limit * MEBIBYTE)).toBe(heap);
  });

  it.each([1, 2, 3, 4, 8, 16])('fits %i workers and all else into the limit, where there is room at all', (workers) => {
    const limit = 1024 * workers;
    const heaps = workers * (workerHeapMebibytes(workers, limit * MEBIBYTE) ?? 0);
    expect(64 + limit / 4 + heaps + workers * 64).toBeLessThanOrEqual(limit);
  });

  it('never goes below what a worker needs to start', () => expect(workerHeapMebibytes(4, 256 * MEBIBYTE)).toBe(64));

  it('is left to V8 without a limit', () => expect(workerHeapMebibytes(1, undefined)).toBeUndefined());
});

describe('memoryShortage()', () => {
  it('says what so many workers may need', () => {
    expect(memoryShortage(4, 256 * MEBIBYTE)).toBe(
      'memory: the container may use 256 MiB, and 4 workers may need 640 before any model is loaded: raise the limit, or lower WORKER_COUNT.',
    );
  });

  it.each([
    [1, 256],
    [2, 512],
    [8, undefined],
  ])('is silent where %i fit into %s MiB', (workers, limit) => {
    expect(memoryShortage(workers, limit && limit * MEBIBYTE)).toBeUndefined();
  });
});

describe('heapOptions()', () => {
  it('are the share of a worker where the container has a limit', () => {
    expect(heapOptions(2, 512 * MEBIBYTE)).toEqual(['--max-old-space-size=96']);
    expect(heapOptions(2, undefined)).toEqual([]);
  });

  const before = process.env.NODE_OPTIONS;
  afterEach(() => {
    if (before === undefined) delete process.env.NODE_OPTIONS;
    else process.env.NODE_OPTIONS = before;
  });

  it.each(['--max-old-space-size=300', '--no-warnings --max_old_space_size=300', '--max-old-space-size-percentage=40'])(
    'leaves a heap to the user who has chosen one: %s',
    (options) => {
      process.env.NODE_OPTIONS = options;
      expect(heapOptions(1, 512 * MEBIBYTE)).toEqual([]);
    },
  );
});
