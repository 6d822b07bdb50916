import { isUtf8 } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { utf8Problem } from '../../../src/schema/json/utf8-problem.js';

describe('utf8Problem() says with CPython', () => {
  it.each([
    ['ff', 'byte 0xff in position 0: invalid start byte'],
    ['6180', 'byte 0x80 in position 1: invalid start byte'],
    ['c080', 'byte 0xc0 in position 0: invalid start byte'],
    ['f5808080', 'byte 0xf5 in position 0: invalid start byte'],
    ['1f8b0800', 'byte 0x8b in position 1: invalid start byte'],
    ['636166e9', 'byte 0xe9 in position 3: unexpected end of data'],
    ['6162e282', 'bytes in position 2-3: unexpected end of data'],
    ['f09f98', 'bytes in position 0-2: unexpected end of data'],
    ['e92061', 'byte 0xe9 in position 0: invalid continuation byte'],
    ['eda080', 'byte 0xed in position 0: invalid continuation byte'],
    ['e08080', 'byte 0xe0 in position 0: invalid continuation byte'],
    ['f4908080', 'byte 0xf4 in position 0: invalid continuation byte'],
    ['e28261', 'bytes in position 0-1: invalid continuation byte'],
    ['c3a9f09f9861', 'bytes in position 2-4: invalid continuation byte'],
  ])('%s: %s', (hex, problem) => {
    const bytes = Buffer.from(hex, 'hex');
    expect(isUtf8(bytes)).toBe(false);
    expect(utf8Problem(bytes)).toBe(`'utf-8' codec can't decode ${problem}`);
  });

  it('finds a problem exactly where there is one, in all pairs of bytes and more', () => {
    const edges = [
      0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff,
    ];
    for (const a of edges) {
      for (const b of edges) {
        for (const c of edges) {
          const bytes = Buffer.of(a, b, c, 0x80);
          if (isUtf8(bytes)) expect(() => utf8Problem(bytes)).toThrow();
          else expect(utf8Problem(bytes)).toMatch(/position \d/);
        }
      }
    }
  });
});
