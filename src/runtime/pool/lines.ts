import type { Readable } from 'node:stream';

/** A longer line is cut into several: a worker that writes without a line end must not fill the front's memory. */
const LINE_CHARACTERS_MAX = 16_384;

/** Cuts a text stream into lines. */
export function eachLine(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    for (; rest.length > LINE_CHARACTERS_MAX; rest = rest.slice(LINE_CHARACTERS_MAX)) {
      onLine(rest.slice(0, LINE_CHARACTERS_MAX));
    }
  });
  stream.on('error', () => {}); // the other end was killed; `end` follows
  stream.on('close', () => {
    if (rest !== '') onLine(rest);
    rest = '';
  });
}
