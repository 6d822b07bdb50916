import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLibraryNeeds } from '../../../../src/runtime/models/onnx/elf-needed.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';
import { elfFile } from './elf-file.js';

const folder = temporaryFolder();

function needsOf(bytes: Uint8Array) {
  writeFileSync(join(folder, 'lib.so'), bytes);
  return readLibraryNeeds(join(folder, 'lib.so'));
}

describe('readLibraryNeeds() reads', () => {
  it('the libraries that a file needs, in their order, and its folders', () => {
    const needed = ['libcudart.so.13', 'libc.so.6'];
    const file = elfFile({ needed, rpath: '$ORIGIN:/opt/a', runpath: '$ORIGIN/../lib', instructionSet: 183 });
    expect(needsOf(file)).toEqual({
      instructionSet: 183,
      needed,
      rpath: ['$ORIGIN', '/opt/a'],
      runpath: ['$ORIGIN/../lib'],
    });
  });

  it('a file that needs nothing', () => {
    expect(needsOf(elfFile())).toEqual({ instructionSet: 62, needed: [], rpath: [], runpath: [] });
  });

  it('a real library: that of onnxruntime-node', () => {
    const root = dirname(dirname(createRequire(import.meta.url).resolve('onnxruntime-node')));
    const needs = readLibraryNeeds(join(root, 'bin/napi-v6/linux/x64/libonnxruntime.so.1'));
    expect(needs?.needed).toContain('libc.so.6');
    expect(needs?.needed).toContain('libstdc++.so.6');
    expect(needs).toMatchObject({ instructionSet: 62, runpath: ['$ORIGIN'] });
  });
});

describe('readLibraryNeeds() knows nothing of', () => {
  const whole = elfFile({ needed: ['libcudart.so.13'], runpath: '/opt' });

  it('what is not there, a folder, an empty file, a text', () => {
    expect(readLibraryNeeds('/nowhere/lib.so')).toBeUndefined();
    expect(readLibraryNeeds(temporaryFolder())).toBeUndefined();
    expect(needsOf(Buffer.alloc(0))).toBeUndefined();
    expect(needsOf(Buffer.from('version https://git-lfs.github.com/spec/v1\n'.repeat(4)))).toBeUndefined();
  });

  it('a file of another kind: 32 bits, or the bytes the other way round', () => {
    for (const [at, value] of [
      [4, 1],
      [5, 2],
    ] as const) {
      const file = Buffer.from(whole);
      file[at] = value;
      expect(needsOf(file)).toBeUndefined();
    }
  });

  it('a file that was cut, wherever', () => {
    expect(needsOf(whole)).toBeDefined();
    for (let length = 0; length < whole.length; length += 7) {
      expect(needsOf(whole.subarray(0, length)), `${length} bytes`).toBeUndefined();
    }
  });

  it('names that lie outside of the file, or have no end', () => {
    // Where the first entry's value and the address of the texts stand.
    const dynamic = whole.length - 4 * 16;
    for (const at of [dynamic + 8, dynamic + 2 * 16 + 8]) {
      const file = Buffer.from(whole);
      file.writeBigUInt64LE(0xffff_ffff_ffffn, at);
      expect(needsOf(file)).toBeUndefined();
    }
    const endless = Buffer.concat([whole, Buffer.alloc(8192, 'a')]);
    endless.writeBigUInt64LE(BigInt(whole.length - 176), dynamic + 8);
    expect(needsOf(endless)).toBeUndefined();
  });

  it('throws at no damage, whatever byte it hits', () => {
    for (let at = 0; at < whole.length; at++) {
      for (const value of [0x00, 0x7f, 0xff]) {
        const file = Buffer.from(whole);
        file[at] = value;
        expect(() => needsOf(file)).not.toThrow();
      }
    }
  });
});
