import { totalmem } from 'node:os';
import { describe, expect, it } from 'vitest';
import { memoryLimit } from '../../../src/runtime/limits/memory-limit.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { v1Machine, v2Machine } from './machines.js';

const v2LimitAt = (memoryMax: string) => memoryLimit(temporaryFolder(v2Machine('/', { 'memory.max': memoryMax })));
const v1LimitAt = (bytes: string) =>
  memoryLimit(temporaryFolder(v1Machine('/', '/', { 'memory/memory.limit_in_bytes': bytes })));

describe('memoryLimit()', () => {
  it.each([64 * 2 ** 20, totalmem() - 1])('is a limit that the machine can reach: %i bytes', (bytes) => {
    expect(v2LimitAt(`${bytes}\n`)).toBe(bytes);
    expect(v1LimitAt(`${bytes}\n`)).toBe(bytes);
  });

  it('is none without a limit', () => {
    expect(v2LimitAt('max\n')).toBeUndefined();
    expect(memoryLimit(temporaryFolder())).toBeUndefined();
  });

  it.each([String(totalmem()), '9223372036854771712', '18446744073709551615'])(
    'is none at or above the memory of the machine: %s bytes',
    (bytes) => {
      expect(v1LimitAt(`${bytes}\n`)).toBeUndefined();
      expect(v2LimitAt(`${bytes}\n`)).toBeUndefined();
    },
  );

  it('of this machine is below its memory, if there is one', () => {
    expect(memoryLimit() ?? 0).toBeLessThan(totalmem());
  });
});
