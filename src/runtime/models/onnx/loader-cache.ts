import { fileBytes, type Machine } from './machine.js';

const MAGIC = 'glibc-ld.so.cache1.1';
const HEAD_BYTES = 48;
const ENTRY_BYTES = 24;

/** Flags of an entry for a library of this instruction set, by Node's name of it. */
const FLAGS: Readonly<Record<string, number>> = { x64: 0x0303, arm64: 0x0a03 };

/**
 * The loader's index of libraries, which `ldconfig` writes: paths by the name that a program asks for.
 *
 * Read from the file, not from `ldconfig -p`: images without a shell have the one and not the other.
 *
 * @returns An empty map if there is none, or it is damaged.
 * @see glibc, sysdeps/generic/dl-cache.h: the format, `cache_file_new`.
 */
export function loaderCache(machine: Machine): ReadonlyMap<string, readonly string[]> {
  const paths = new Map<string, string[]>();
  const bytes = fileBytes(machine, '/etc/ld.so.cache');
  // Before glibc 2.32 an index of the old form lies in front of it.
  const start = bytes?.indexOf(MAGIC, 0, 'latin1') ?? -1;
  if (bytes === undefined || start < 0) return paths;
  const cache = bytes.subarray(start);
  if (cache.length < HEAD_BYTES) return paths;
  const entries = Math.min(cache.readUInt32LE(20), Math.floor((cache.length - HEAD_BYTES) / ENTRY_BYTES));
  for (let i = 0; i < entries; i++) {
    const at = HEAD_BYTES + i * ENTRY_BYTES;
    if (cache.readUInt32LE(at) !== FLAGS[machine.arch]) continue;
    const name = textAt(cache, cache.readUInt32LE(at + 4));
    const path = textAt(cache, cache.readUInt32LE(at + 8));
    paths.set(name, [...(paths.get(name) ?? []), path]);
  }
  return paths;
}

function textAt(cache: Buffer, offset: number): string {
  const end = cache.indexOf(0, offset);
  return end < 0 ? '' : cache.toString('utf8', offset, end);
}
