/** What is collected: the same for the front and the workers, so that all records of a call go together. */

export interface CollectRules {
  /** The share of calls that is collected, 0 to 1, by the name of the collection, in lower case. */
  readonly rates: Readonly<Record<string, number>>;
  /** That of the collections that are not named. */
  readonly otherRate: number;
  /** Bytes that one record may have. */
  readonly recordBytesMax: number;
}

/** The share of calls that is collected, 0 to 1. */
export function rateOf({ rates, otherRate }: CollectRules, collection: string): number {
  const name = collection.toLowerCase();
  return Object.hasOwn(rates, name) ? (rates[name] as number) : otherRate;
}

/** Whether a call is among those that are collected: the id alone decides, so all of a smaller share are in a larger one. */
export function isSampled(requestId: string, rate: number): boolean {
  if (rate >= 1) return true;
  return rate > 0 && hash(requestId) < rate * 2 ** 32;
}

/** FNV-1a, and the end of MurmurHash3: ids that differ in one digit must not lie beside each other. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
