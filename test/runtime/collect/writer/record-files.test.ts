import { describe, expect, it } from 'vitest';
import type { Place } from '../../../../src/runtime/collect/writer/place.js';
import { RecordFiles } from '../../../../src/runtime/collect/writer/record-files.js';
import type { WriterAck } from '../../../../src/runtime/collect/writer-frames.js';

const place = (name: string): Place => ({ name, ending: '.jsonl', header: '' });
const MEBIBYTE = 2 ** 20;

function setUp(append: (place: Place, lines: Buffer) => Promise<void> = async () => {}) {
  const written: [string, string][] = [];
  const acks: WriterAck[] = [];
  const files = new RecordFiles(
    {
      open: async () => {},
      append: async (to, lines) => {
        await append(to, lines);
        written.push([to.name, lines.toString()]);
      },
    },
    (ack) => acks.push(ack),
    20 * MEBIBYTE,
  );
  return { files, written, acks };
}

describe('lines of files', () => {
  it('are written together, by file, in the order in which they came', async () => {
    const { files, written, acks } = setUp();
    for (const [name, text] of [
      ['a', '1\n'],
      ['b', '2\n'],
      ['a', '3\n'],
    ] as const)
      files.add(place(name), text, 10);
    await files.end();
    expect(written).toEqual([
      ['a', '1\n3\n'],
      ['b', '2\n'],
    ]);
    expect(acks).toEqual([
      { bytes: 20, written: 2, failed: 0, unusable: 0 },
      { bytes: 10, written: 1, failed: 0, unusable: 0 },
    ]);
  });

  it('are refused while too many wait, be they gathered or on their way', async () => {
    let write = () => {};
    const { files, written, acks } = setUp(() => new Promise((resolve) => (write = resolve)));
    const line = 'x'.repeat(8 * MEBIBYTE);
    for (const name of ['a', 'b', 'c']) files.add(place(name), line, 10);
    expect(acks).toEqual([
      { bytes: 10, written: 0, failed: 1, unusable: 0, problem: `more than ${20 * MEBIBYTE} bytes of lines wait` },
    ]);
    const done = files.end();
    while (written.length < 2) {
      write();
      await new Promise(setImmediate);
    }
    await done;
    files.add(place('c'), line, 10);
    expect(acks.filter(({ failed }) => failed > 0)).toHaveLength(1);
    const last = files.end();
    await new Promise(setImmediate);
    write();
    await last;
    expect(written.map(([name]) => name)).toEqual(['a', 'b', 'c']);
  });

  it('are written by themselves after a second', async () => {
    const { files, written } = setUp();
    files.add(place('a'), '1\n', 10);
    await expect.poll(() => written, { timeout: 5_000 }).toEqual([['a', '1\n']]);
  });

  it('are written at once where they are many, in blocks of at most 4 MiB', async () => {
    const { files, written } = setUp();
    for (let i = 0; i < 10; i++) files.add(place('a'), `${'x'.repeat(MEBIBYTE - 1)}\n`, 10);
    await files.end();
    const sizes = written.map(([, text]) => text.length / MEBIBYTE);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(10);
    expect(written.every(([, text]) => text.endsWith('\n'))).toBe(true);
  });

  it('that cannot be written are told of, and do not hold up those of other files', async () => {
    const { files, written, acks } = setUp(async ({ name }) => {
      if (name === 'a') throw new Error('no room');
    });
    files.add(place('a'), '1\n', 10);
    files.add(place('b'), '2\n', 20);
    await files.end();
    expect(written).toEqual([['b', '2\n']]);
    expect(acks).toContainEqual({ bytes: 10, written: 0, failed: 1, unusable: 0, problem: 'no room' });
  });

  it('are never written in two writes of one file at the same time', async () => {
    let running = 0;
    const { files, written } = setUp(async () => {
      expect(++running).toBe(1);
      await new Promise(setImmediate);
      running--;
    });
    for (let i = 0; i < 20; i++) {
      files.add(place('a'), `${'x'.repeat(MEBIBYTE)}\n`, 10);
      await new Promise(setImmediate);
    }
    await files.end();
    expect(written.join('').match(/\n/g)).toHaveLength(20);
  });
});
