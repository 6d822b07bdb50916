import { describe, expect, it } from 'vitest';
import { loaderCache } from '../../../../src/runtime/models/onnx/loader-cache.js';
import { loaderCacheFile } from './loader-cache-file.js';
import { machineOf } from './machine-of.js';

const CACHE = '/etc/ld.so.cache';

describe('loaderCache()', () => {
  const cudart = ['libcudart.so.13', '/usr/local/cuda/lib64/libcudart.so.13'] as const;

  it('has the paths of a library, in their order', () => {
    const file = loaderCacheFile([
      cudart,
      ['libz.so.1', '/lib/libz.so.1'],
      ['libcudart.so.13', '/opt/libcudart.so.13'],
    ]);
    const cache = loaderCache(machineOf({ [CACHE]: file }));
    expect(cache.get('libcudart.so.13')).toEqual(['/usr/local/cuda/lib64/libcudart.so.13', '/opt/libcudart.so.13']);
    expect([...cache.keys()]).toEqual(['libcudart.so.13', 'libz.so.1']);
  });

  it('leaves out libraries of another instruction set', () => {
    const file = loaderCacheFile([cudart, ['libz.so.1', '/lib32/libz.so.1', 0x0003], ['libm.so.6', '/arm/m', 0x0a03]]);
    expect([...loaderCache(machineOf({ [CACHE]: file })).keys()]).toEqual(['libcudart.so.13']);
    expect([...loaderCache(machineOf({ [CACHE]: file }, { arch: 'arm64' })).keys()]).toEqual(['libm.so.6']);
  });

  it('reads the index of before glibc 2.32, which begins with an older one', () => {
    const file = Buffer.concat([Buffer.from('ld.so-1.7.0\0'), Buffer.alloc(52), loaderCacheFile([cudart])]);
    expect(loaderCache(machineOf({ [CACHE]: file })).get('libcudart.so.13')).toHaveLength(1);
  });

  it('is empty where there is none, or one that is damaged', () => {
    expect(loaderCache(machineOf({})).size).toBe(0);
    const whole = loaderCacheFile([cudart]);
    for (let length = 0; length < 48 + 24; length++) {
      expect(loaderCache(machineOf({ [CACHE]: whole.subarray(0, length) })).size, `${length} bytes`).toBe(0);
    }
  });
});
