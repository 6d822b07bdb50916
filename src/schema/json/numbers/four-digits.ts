// Four bytes of text at once, as an int32 of which the first byte is the lowest.

/** Whether each of four bytes has a high half of 3, also after 6 is added: 0x30 to 0x39. */
export function isFourDigits(word: number): boolean {
  return ((word & 0xf0f0f0f0) | (((word + 0x06060606) & 0xf0f0f0f0) >>> 4)) === 0x33333333;
}

/** The number that four digits are, the first in the lowest byte: neighbours are joined, twice. */
export function fourDigits(word: number): number {
  const ones = word & 0x0f0f0f0f;
  const pairs = (Math.imul(ones, 10) + (ones >>> 8)) & 0x00ff00ff;
  return (Math.imul(pairs, 100) + (pairs >>> 16)) & 0xffff;
}

/** How many digits come first in four bytes; -1 if all are. */
export function digitsAhead(word: number): number {
  // As above; a byte that carries into the next one is no digit itself, and only the first of those counts.
  const other = ((word & 0xf0f0f0f0) ^ 0x30303030) | (((word + 0x06060606) & 0xf0f0f0f0) ^ 0x30303030);
  return (31 - Math.clz32(other & -other)) >> 3;
}

/** The number that the first digits of four bytes are, from one to three of them. */
export function firstDigits(word: number, count: number): number {
  return fourDigits(word << (32 - 8 * count));
}
