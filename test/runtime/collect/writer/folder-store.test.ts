import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FolderStore, writeWhole } from '../../../../src/runtime/collect/writer/folder-store.js';
import { fileName, type Place } from '../../../../src/runtime/collect/writer/place.js';
import { FILES_MAX } from '../../../../src/runtime/collect/writer/store.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

const place: Place = { name: 'a/b/data', ending: '.csv', header: 'x,y\r\n' };
const line = (text: string) => Buffer.from(`${text}\r\n`);

function setUp() {
  const root = join(temporaryFolder(), 'root');
  const text = (name = 'data.csv') => readFileSync(join(root, 'a/b', name), 'utf8');
  return { root, text, files: () => readdirSync(join(root, 'a/b')).sort() };
}

describe('a folder', () => {
  it('has files that begin with their header, once', async () => {
    const { root, text, files } = setUp();
    const store = new FolderStore(root);
    await store.append(place, line('1,2'));
    await store.append(place, line('3,4'));
    await new FolderStore(root).append(place, line('5,6')); // the host has been started again
    expect(text()).toBe('x,y\r\n1,2\r\n3,4\r\n5,6\r\n');
    expect(files()).toEqual(['data.csv']);
  });

  it('has another file for other columns, and finds both again', async () => {
    const { root, text } = setUp();
    const other: Place = { ...place, header: 'z\r\n' };
    const store = new FolderStore(root);
    for (const [to, what] of [
      [place, '1,2'],
      [other, '9'],
      [place, '3,4'],
      [other, '8'],
    ] as const)
      await store.append(to, line(what));
    await new FolderStore(root).append(other, line('7'));
    expect(text()).toBe('x,y\r\n1,2\r\n3,4\r\n');
    expect(text('data-1.csv')).toBe('z\r\n9\r\n8\r\n7\r\n');
  });

  it('is left alone where a file ends in the middle of a line', async () => {
    const { root, text } = setUp();
    await new FolderStore(root).append(place, line('1,2'));
    appendFileSync(join(root, 'a/b/data.csv'), '3,"');
    await new FolderStore(root).append(place, line('5,6'));
    expect(text()).toBe('x,y\r\n1,2\r\n3,"');
    expect(text('data-1.csv')).toBe('x,y\r\n5,6\r\n');
  });

  it('may lose a file meanwhile: the next one begins with its header', async () => {
    const { root, text } = setUp();
    const store = new FolderStore(root);
    await store.append(place, line('1,2'));
    rmSync(join(root, 'a'), { recursive: true });
    await store.append(place, line('3,4'));
    expect(text()).toBe('x,y\r\n3,4\r\n');
  });

  it('may have another file in the place of one that was written', async () => {
    const { root, text } = setUp();
    const store = new FolderStore(root);
    await store.append(place, line('1,2'));
    rmSync(join(root, 'a/b/data.csv'));
    writeFileSync(join(root, 'a/b/data.csv'), 'mine\n');
    await store.append(place, line('3,4'));
    expect(text()).toBe('mine\n');
    expect(text('data-1.csv')).toBe('x,y\r\n3,4\r\n');
  });

  it('takes no more than so many kinds of columns in one place', async () => {
    const { root, files } = setUp();
    mkdirSync(join(root, 'a/b'), { recursive: true });
    for (let i = 0; i < FILES_MAX; i++) writeFileSync(join(root, fileName(place, i)), 'z\r\n');
    await expect(new FolderStore(root).append(place, line('1,2'))).rejects.toThrow('100 files');
    expect(files()).toHaveLength(FILES_MAX);
  });

  it('is for this user and its group', async () => {
    const { root } = setUp();
    await new FolderStore(root).append(place, line('1,2'));
    expect(statSync(join(root, 'a/b/data.csv')).mode & 0o007).toBe(0);
    expect(statSync(join(root, 'a/b')).mode & 0o007).toBe(0);
  });

  it('refuses what is no file', async () => {
    const { root } = setUp();
    mkdirSync(join(root, 'a/b'), { recursive: true });
    symlinkSync('/dev/full', join(root, 'a/b/data.csv'));
    await expect(new FolderStore(root).append(place, line('1,2'))).rejects.toThrow('data.csv is no file');
  });

  it('says at once that it cannot be written to', async () => {
    const { root } = setUp();
    writeFileSync(root, 'a file in its place');
    await expect(new FolderStore(root).open()).rejects.toThrow('EEXIST');
    if (process.getuid?.() === 0) return; // may write anywhere
    const locked = temporaryFolder();
    chmodSync(locked, 0o500);
    await expect(new FolderStore(locked).open()).rejects.toThrow('EACCES');
  });
});

/** What `open()` gives, on a disk that has so much room. */
function handleOn({ room, others = 0 }: { room: number; others?: number }) {
  const file = { size: 100, truncatedTo: -1 };
  const handle = {
    write: async (bytes: Buffer, from: number) => {
      const bytesWritten = Math.min(room - (file.size - 100), bytes.length - from);
      if (bytesWritten <= 0) throw new Error('ENOSPC: no space left on device, write');
      file.size += bytesWritten;
      return { bytesWritten, buffer: bytes };
    },
    stat: async () => ({ size: file.size + others }),
    truncate: async (size: number) => {
      file.truncatedTo = size;
    },
  };
  return { file, handle: handle as unknown as Parameters<typeof writeWhole>[0] };
}

describe('a disk that is full', () => {
  it('takes a line whole or not at all', async () => {
    const { file, handle } = handleOn({ room: 10 });
    await writeWhole(handle, Buffer.alloc(10), 100);
    expect(file.truncatedTo).toBe(-1);
    await expect(writeWhole(handleOn({ room: 4 }).handle, Buffer.alloc(10), 100)).rejects.toThrow('ENOSPC');
    const torn = handleOn({ room: 4 });
    await writeWhole(torn.handle, Buffer.alloc(10), 100).catch(() => {});
    expect(torn.file.truncatedTo).toBe(100);
  });

  it('is left as it is where others write to the file, too', async () => {
    const { file, handle } = handleOn({ room: 4, others: 7 });
    await expect(writeWhole(handle, Buffer.alloc(10), 100)).rejects.toThrow('ENOSPC');
    expect(file.truncatedTo).toBe(-1);
  });

  const disk = join(temporaryFolder(), 'disk');
  const isMounted = mountSmallDisk(disk);
  it.skipIf(!isMounted)('fails, and serves again when there is room', async () => {
    try {
      const store = new FolderStore(disk);
      await store.append(place, line('1,2'));
      await expect(store.append(place, Buffer.alloc(200_000, 'x'))).rejects.toThrow('ENOSPC');
      expect(readFileSync(join(disk, 'a/b/data.csv'), 'utf8')).toBe('x,y\r\n1,2\r\n');
      await store.append(place, line('3,4'));
      expect(readFileSync(join(disk, 'a/b/data.csv'), 'utf8')).toBe('x,y\r\n1,2\r\n3,4\r\n');
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});

/** @returns whether a file system of 64 kB could be mounted, which takes the rights of root. */
function mountSmallDisk(path: string): boolean {
  mkdirSync(path);
  if (process.getuid?.() !== 0 || !existsSync('/bin/mount')) return false;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
