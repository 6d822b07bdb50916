import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { cpuLimit } from '../../../src/runtime/limits/cpu-limit.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { v2Machine } from './machines.js';

const available = availableParallelism();
const limitAt = (cpuMax: string) => cpuLimit(temporaryFolder(v2Machine('/', { 'cpu.max': cpuMax })));

describe('cpuLimit()', () => {
  it('is what the scheduler gives where there is no quota', () => {
    expect(limitAt('max 100000')).toEqual({ cpus: available, quota: undefined, available });
  });

  it('is a quota below one CPU as it is', () => {
    expect(limitAt('50000 100000')).toEqual({ cpus: 0.5, quota: 0.5, available });
  });

  it('is never more than the scheduler gives', () => {
    const quota = available + 0.5;
    expect(limitAt(`${quota * 100_000} 100000`)).toEqual({ cpus: available, quota, available });
  });

  it('of this machine is above 0', () => {
    const limit = cpuLimit();
    expect(limit.cpus).toBeGreaterThan(0);
    expect(limit.cpus).toBeLessThanOrEqual(limit.available);
  });
});
