import type { JsonLimits } from './parse.js';

/**
 * What JSON.parse would read otherwise: integers that a double may not hold, and the integer -0, which is 0. Digits
 * behind a point are no risk; a string that looks like one only takes the slower way.
 */
const READ_OTHERWISE = /(?<![.\d])\d{16}|-0(?![.\deE])/;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * The value of a text by JSON.parse, three times as fast as the parser of our own, where it gives the same.
 *
 * @returns undefined for a text that JSON.parse refuses, or reads otherwise, or that is too deep: the parser knows what
 *   it is, or what is wrong with it.
 */
export function parsePlain(text: string, { depthMax }: JsonLimits): { readonly value: unknown } | undefined {
  if (READ_OTHERWISE.test(text) || depthOf(text) > depthMax) return undefined;
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Brackets inside each other, those in strings left out; of a text that is no JSON any number. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = endOfString(text, i);
    else if (code === OPEN_ARRAY || code === OPEN_OBJECT) deepest = Math.max(deepest, ++depth);
    else if (code === CLOSE_ARRAY || code === CLOSE_OBJECT) depth--;
  }
  return deepest;
}

/** Where a string ends that begins at `start`: at the first quote that no odd number of backslashes stands before. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === BACKSLASH) before--;
    if ((end - before) % 2 === 1) return end;
  }
  return text.length;
}
