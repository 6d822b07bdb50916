import { access, constants, type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { asError } from '../../../errors.js';
import { fileName, type Place } from './place.js';
import { FILES_MAX, KnownFiles, type Store, tooManyFiles } from './store.js';

const NEWLINE = 0x0a;
/** What callers send is for this user and its group. */
const FOLDER_MODE = 0o750;
const FILE_MODE = 0o640;

/** The file that a place has now, and what it looked like when it was written last. */
interface KnownFile {
  readonly number: number;
  readonly ino: number;
  readonly size: number;
}

/** Files in a folder. They are opened for each write: whoever takes one away, or rotates it, is not in the way. */
export class FolderStore implements Store {
  readonly #root: string;
  readonly #known = new KnownFiles<KnownFile>();

  constructor(root: string) {
    this.#root = root;
  }

  async open(): Promise<void> {
    await mkdir(this.#root, { recursive: true, mode: FOLDER_MODE });
    await access(this.#root, constants.W_OK | constants.X_OK);
  }

  async append(place: Place, lines: Buffer): Promise<void> {
    for (let number = this.#known.get(place)?.number ?? 0; number < FILES_MAX; number++) {
      if (await this.#appendTo(place, number, lines)) return;
    }
    throw tooManyFiles(place);
  }

  /** @returns false for a file that is not for these lines. */
  async #appendTo(place: Place, number: number, lines: Buffer): Promise<boolean> {
    const path = join(this.#root, fileName(place, number));
    const handle = await openFile(path);
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw new Error(`${path} is no file`);
      const known = this.#known.get(place);
      const asLeft = known?.number === number && known.ino === stat.ino && known.size === stat.size;
      if (stat.size > 0 && !asLeft && !(await isFor(handle, stat.size, place))) return false;
      const bytes = stat.size === 0 ? Buffer.concat([Buffer.from(place.header), lines]) : lines;
      await writeWhole(handle, bytes, stat.size);
      this.#known.set(place, { number, ino: stat.ino, size: stat.size + bytes.length });
      return true;
    } finally {
      await handle.close();
    }
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'a+', FILE_MODE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
    return open(path, 'a+', FILE_MODE);
  }
}

/** Whether a file begins with the header of the place, and ends with a whole line: a host that was killed may have cut one. */
async function isFor(handle: FileHandle, size: number, { header }: Place): Promise<boolean> {
  const expected = Buffer.from(header);
  if (size < expected.length) return false;
  const start = Buffer.alloc(expected.length);
  const end = Buffer.alloc(1);
  await handle.read(start, 0, start.length, 0);
  await handle.read(end, 0, 1, size - 1);
  return start.equals(expected) && end[0] === NEWLINE;
}

/** @internal All of it or nothing: what a full disk has taken of it is taken back, unless somebody else writes to the file, too. */
export async function writeWhole(
  handle: Pick<FileHandle, 'write' | 'stat' | 'truncate'>,
  bytes: Buffer,
  size: number,
): Promise<void> {
  let written = 0;
  try {
    while (written < bytes.length) written += (await handle.write(bytes, written)).bytesWritten;
  } catch (error) {
    const isOnlyOurs = (await handle.stat()).size === size + written;
    if (written > 0 && isOnlyOurs) await handle.truncate(size);
    throw asError(error);
  }
}
