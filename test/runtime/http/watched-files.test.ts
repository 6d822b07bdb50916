import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WatchedFiles } from '../../../src/runtime/http/watched-files.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

let folder: string;
let lines: string[];
let taken: string[];
let files: WatchedFiles;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  folder = temporaryFolder({ a: 'a1', b: 'b1' });
  lines = [];
  taken = [];
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line).msg) });
  files = new WatchedFiles([join(folder, 'a'), join(folder, 'b')], log, (contents) => {
    const text = contents.join(' ');
    if (text.includes('bad')) throw new Error(`${text} are bad.`);
    taken.push(text);
  });
});
afterEach(() => {
  files.stop();
  vi.useRealTimers();
});

/** The files are read again so many times. */
async function rounds(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    while (vi.getTimerCount() === 0) await nextTurn();
    vi.advanceTimersByTime(1_000);
  }
  while (vi.getTimerCount() === 0) await nextTurn();
}

const write = (name: string, content: string) => writeFileSync(join(folder, name), content);

describe('WatchedFiles', () => {
  it('takes files at the start, and again only when they have changed', async () => {
    await files.start();
    await rounds(2);
    write('b', 'b2');
    await rounds(2);
    expect(taken).toEqual(['a1 b1', 'a1 b2']);
    expect(lines).toEqual([]);
  });

  it('takes nothing that is still being written', async () => {
    await files.start();
    for (const half of ['a2', 'a22', 'a222']) {
      write('a', half);
      await rounds(1);
    }
    await rounds(1);
    expect(taken).toEqual(['a1 b1', 'a222 b1']);
  });

  it('waits for no writer of a FIFO', async () => {
    rmSync(join(folder, 'a'));
    execFileSync('mkfifo', [join(folder, 'a')]);
    await expect(files.start()).rejects.toThrow('it is no file.');
  });

  it('keeps what it has where a file is bad, is away, or no file, and says so once for each', async () => {
    await files.start();
    write('a', 'bad');
    await rounds(4);
    rmSync(join(folder, 'a'));
    await rounds(4);
    expect(taken).toEqual(['a1 b1']);
    expect(lines).toEqual([
      'bad b1 are bad. What was there before holds on.',
      expect.stringMatching(/^Cannot read .*a: ENOENT.*\. What was there before holds on\.$/),
    ]);
    write('a', 'a2');
    await rounds(2);
    expect(taken).toEqual(['a1 b1', 'a2 b1']);
  });

  it('is quiet about what is wrong for a moment, while files are written one after the other', async () => {
    await files.start();
    write('a', 'bad');
    await rounds(1);
    write('a', 'a2');
    await rounds(2);
    expect(taken).toEqual(['a1 b1', 'a2 b1']);
    expect(lines).toEqual([]);
  });

  it('does not start with files that are bad, and reads nothing once it is stopped', async () => {
    write('a', 'bad');
    await expect(files.start()).rejects.toThrow('bad b1 are bad.');
    write('a', 'a1');
    await files.start();
    files.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
