import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** What the dynamic loader reads of a shared library: what else has to be loaded with it, and where that may lie. */
export interface LibraryNeeds {
  /** The instruction set, by its ELF number: 62 is x86-64, 183 is AArch64. */
  readonly instructionSet: number;
  /** Names such as `libcudart.so.13`, in the order in which they are loaded. */
  readonly needed: readonly string[];
  /** Folders that are searched before LD_LIBRARY_PATH, if there is no `runpath`. */
  readonly rpath: readonly string[];
  /** Folders that are searched after it. */
  readonly runpath: readonly string[];
}

/**
 * Reads the needs of a 64-bit ELF file, as `readelf -d` shows them. Of a library of hundreds of megabytes only a few
 * kilobytes are read.
 *
 * @returns undefined if it cannot be read, or is no such file: cut off, damaged, of another kind.
 * @see https://refspecs.linuxfoundation.org/elf/gabi4+/ch5.dynamic.html
 */
export function readLibraryNeeds(path: string): LibraryNeeds | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    return needsIn(new ElfFile(file));
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

const MAGIC_64_BIT_LITTLE_ENDIAN = '7f454c460201';
const SEGMENT_LOAD = 1;
const SEGMENT_DYNAMIC = 2;
const ENTRY_BYTES = 16;
/** Real sections have some dozens of entries. */
const ENTRIES_MAX = 4096;
const TEXT_BYTES_MAX = 4096;
const TAG = { end: 0, needed: 1, texts: 5, rpath: 15, runpath: 29 } as const;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/** Reads at offsets; throws at what lies outside of the file. */
class ElfFile {
  readonly #file: number;
  readonly #size: number;

  constructor(file: number) {
    this.#file = file;
    this.#size = fstatSync(file).size;
  }

  bytes(offset: number, length: number): Buffer {
    if (!(offset >= 0 && offset + length <= this.#size)) throw new RangeError('outside of the file');
    const bytes = Buffer.alloc(length);
    if (readSync(this.#file, bytes, 0, length, offset) < length) throw new RangeError('the file was cut');
    return bytes;
  }

  /** A text that ends with a zero byte. */
  text(offset: number): string {
    const bytes = this.bytes(offset, Math.min(TEXT_BYTES_MAX, this.#size - offset));
    const end = bytes.indexOf(0);
    if (end < 0) throw new RangeError('a text without its end');
    return bytes.toString('utf8', 0, end);
  }
}

function needsIn(file: ElfFile): LibraryNeeds {
  const head = file.bytes(0, 64);
  if (head.toString('hex', 0, 6) !== MAGIC_64_BIT_LITTLE_ENDIAN) throw new RangeError('no 64-bit ELF file');
  const segments = segmentsOf(file, head);
  const entries = dynamicEntries(file, segments);
  const texts = entries.find(([tag]) => tag === TAG.texts);
  const textsOffset = texts && fileOffset(segments, texts[1]);
  const named = (wanted: number) =>
    entries.flatMap(([tag, value]) => {
      if (tag !== wanted) return [];
      if (textsOffset === undefined) throw new RangeError('names without their table');
      return [file.text(textsOffset + value)];
    });
  const folders = (tag: number) => named(tag).flatMap((list) => list.split(':').filter((folder) => folder !== ''));
  return {
    instructionSet: head.readUInt16LE(18),
    needed: named(TAG.needed),
    rpath: folders(TAG.rpath),
    runpath: folders(TAG.runpath),
  };
}

function segmentsOf(file: ElfFile, head: Buffer): Segment[] {
  const tableOffset = wide(head, 32);
  const rowBytes = head.readUInt16LE(54);
  const rows = head.readUInt16LE(56);
  const table = file.bytes(tableOffset, rowBytes * rows);
  return Array.from({ length: rows }, (_, i) => {
    const row = i * rowBytes;
    const [offset, address, size] = [wide(table, row + 8), wide(table, row + 16), wide(table, row + 32)];
    return { type: table.readUInt32LE(row), offset, address, size };
  });
}

function dynamicEntries(file: ElfFile, segments: readonly Segment[]): [tag: number, value: number][] {
  const dynamic = segments.find(({ type }) => type === SEGMENT_DYNAMIC);
  if (dynamic === undefined) return [];
  const bytes = file.bytes(dynamic.offset, Math.min(dynamic.size, ENTRIES_MAX * ENTRY_BYTES));
  const entries: [number, number][] = [];
  for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
    const tag = wide(bytes, at);
    if (tag === TAG.end) break;
    entries.push([tag, wide(bytes, at + 8)]);
  }
  return entries;
}

/** Where in the file an address of the loaded library lies. */
function fileOffset(segments: readonly Segment[], address: number): number {
  const holds = (segment: Segment) =>
    segment.type === SEGMENT_LOAD && address >= segment.address && address < segment.address + segment.size;
  const segment = segments.find(holds);
  if (segment === undefined) throw new RangeError('an address outside of the file');
  return address - segment.address + segment.offset;
}

/** Numbers above 2^53 lose their last digits, and lie outside of every file anyway. */
function wide(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}
