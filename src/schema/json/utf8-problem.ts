/** How many bytes follow a lead byte, and which ones may come first: the table of RFC 3629, section 4. */
function followers(lead: number): { readonly count: number; readonly min: number; readonly max: number } | undefined {
  if (lead < 0xc2 || lead > 0xf4) return undefined;
  if (lead < 0xe0) return { count: 1, min: 0x80, max: 0xbf };
  if (lead < 0xf0) return { count: 2, min: lead === 0xe0 ? 0xa0 : 0x80, max: lead === 0xed ? 0x9f : 0xbf };
  return { count: 3, min: lead === 0xf0 ? 0x90 : 0x80, max: lead === 0xf4 ? 0x8f : 0xbf };
}

/**
 * What is wrong with bytes that are no UTF-8, and where, in the words of CPython's decoder, which callers of the
 * reference know: `'utf-8' codec can't decode byte 0xff in position 0: invalid start byte`.
 */
export function utf8Problem(bytes: Uint8Array): string {
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] as number;
    if (lead < 0x80) {
      at++;
      continue;
    }
    const expected = followers(lead);
    if (expected === undefined) return problem(bytes, at, 1, 'invalid start byte');
    for (let i = 1; i <= expected.count; i++) {
      const byte = bytes[at + i];
      if (byte === undefined) return problem(bytes, at, i, 'unexpected end of data');
      const [min, max] = i === 1 ? [expected.min, expected.max] : [0x80, 0xbf];
      if (byte < min || byte > max) return problem(bytes, at, i, 'invalid continuation byte');
    }
    at += 1 + expected.count;
  }
  throw new Error('the bytes are UTF-8');
}

function problem(bytes: Uint8Array, at: number, count: number, what: string): string {
  const byte = (bytes[at] as number).toString(16).padStart(2, '0');
  const where = count === 1 ? `byte 0x${byte} in position ${at}` : `bytes in position ${at}-${at + count - 1}`;
  return `'utf-8' codec can't decode ${where}: ${what}`;
}
