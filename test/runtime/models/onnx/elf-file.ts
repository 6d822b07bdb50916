/** What a shared library of a test says of itself. */
export interface ElfParts {
  readonly needed?: readonly string[];
  readonly rpath?: string;
  readonly runpath?: string;
  /** 62 is x86-64, the default; 183 is AArch64. */
  readonly instructionSet?: number;
}

const HEAD_BYTES = 64;
const SEGMENT_BYTES = 56;
const ADDRESS = 0x400000;
const TAG = { needed: 1, texts: 5, rpath: 15, runpath: 29 } as const;

/** The smallest file that has a dynamic section: header, two segments, texts, entries. No loader would take it. */
export function elfFile({ needed = [], rpath, runpath, instructionSet = 62 }: ElfParts = {}): Buffer {
  const texts: Buffer[] = [Buffer.alloc(1)];
  const entries: [tag: number, value: number][] = [];
  const add = (tag: number, text: string) => {
    entries.push([tag, texts.reduce((bytes, { length }) => bytes + length, 0)]);
    texts.push(Buffer.from(`${text}\0`));
  };
  for (const name of needed) add(TAG.needed, name);
  if (rpath !== undefined) add(TAG.rpath, rpath);
  if (runpath !== undefined) add(TAG.runpath, runpath);
  const textsOffset = HEAD_BYTES + 2 * SEGMENT_BYTES;
  entries.push([TAG.texts, ADDRESS + textsOffset], [0, 0]);

  const dynamic = Buffer.alloc(entries.length * 16);
  for (const [i, [tag, value]] of entries.entries()) {
    dynamic.writeBigUInt64LE(BigInt(tag), i * 16);
    dynamic.writeBigUInt64LE(BigInt(value), i * 16 + 8);
  }
  const table = Buffer.concat(texts);
  const size = textsOffset + table.length + dynamic.length;
  const head = Buffer.alloc(HEAD_BYTES);
  head.write('7f454c46020101', 'hex');
  head.writeUInt16LE(3, 16);
  head.writeUInt16LE(instructionSet, 18);
  head.writeBigUInt64LE(BigInt(HEAD_BYTES), 32);
  head.writeUInt16LE(SEGMENT_BYTES, 54);
  head.writeUInt16LE(2, 56);
  const segments = [segment(1, 0, size), segment(2, textsOffset + table.length, dynamic.length)];
  return Buffer.concat([head, ...segments, table, dynamic]);
}

function segment(type: number, offset: number, size: number): Buffer {
  const bytes = Buffer.alloc(SEGMENT_BYTES);
  bytes.writeUInt32LE(type, 0);
  bytes.writeBigUInt64LE(BigInt(offset), 8);
  bytes.writeBigUInt64LE(BigInt(ADDRESS + offset), 16);
  bytes.writeBigUInt64LE(BigInt(size), 32);
  return bytes;
}
