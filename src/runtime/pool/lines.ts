import type { Readable } from 'node:stream';

/** A longer line is cut into several: a worker that writes without a line end must not fill the front's memory. */
const LINE_CHARACTERS_MAX = 16_384;

/** Cuts a text stream into lines. */
export function eachLine(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  /** Hands on what is too long, and gives the piece that is left. */
  const cut = (line: string): string => {
    let left = line;
    for (; left.length > LINE_CHARACTERS_MAX; left = left.slice(LINE_CHARACTERS_MAX)) {
      onLine(left.slice(0, LINE_CHARACTERS_MAX));
    }
    return left;
  };
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    const last = lines.pop() ?? '';
    for (const line of lines) onLine(cut(line));
    rest = cut(last);
  });
  stream.on('error', () => {}); // the other end was killed; `end` follows
  stream.on('close', () => {
    if (rest !== '') onLine(rest);
    rest = '';
  });
}
