import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eachLine } from '../../../src/runtime/pool/lines.js';

/** The lines of a stream that is written in these pieces and closed. */
async function linesOf(...pieces: readonly (string | Uint8Array)[]): Promise<string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  eachLine(stream, (line) => lines.push(line));
  for (const piece of pieces) stream.write(piece);
  stream.end();
  await finished(stream);
  return lines;
}

describe('eachLine()', () => {
  it('gives lines without their ends, empty ones too', async () => {
    expect(await linesOf('a\n\nb\n')).toEqual(['a', '', 'b']);
  });

  it('gives the last line also where its end is missing', async () => {
    expect(await linesOf('a\nb')).toEqual(['a', 'b']);
  });

  it('gives nothing of an empty stream', async () => {
    expect(await linesOf()).toEqual([]);
  });

  it('gives the same lines however the stream is cut, within characters too', async () => {
    const bytes = Buffer.from('žluť\n漢字 🙂\nend\n');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length)), async (cuts) => {
        const ends = [...cuts, bytes.length].sort((a, b) => a - b);
        const pieces = ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
        expect(await linesOf(...pieces)).toEqual(['žluť', '漢字 🙂', 'end']);
      }),
    );
  });

  it('cuts a line that never ends, so that it fills no memory', async () => {
    const lines = await linesOf(...Array.from({ length: 10 }, () => 'x'.repeat(10_000)), '\nend\n');
    expect(lines.map(({ length }) => length)).toEqual([...Array(6).fill(16_384), 100_000 - 6 * 16_384, 3]);
  });

  it('cuts a long line that comes with its end, too', async () => {
    const lines = await linesOf(`${'x'.repeat(20_000)}\n`);
    expect(lines.map(({ length }) => length)).toEqual([16_384, 20_000 - 16_384]);
  });
});
