/**
 * The name of a list that somebody most likely meant: equal but for case, or few letters away. Of a list of thousands only
 * the first are looked at.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = comparable(name);
  // Longer names are data, not spelling; and the distance takes the product of the lengths.
  if (wanted.length > NAME_CHARACTERS_MAX) return undefined;
  const distanceMax = Math.floor(wanted.length / 3);
  let nearest: string | undefined;
  let nearestDistance = distanceMax + 1;
  let seen = 0;
  for (const candidate of candidates) {
    if (seen++ === CANDIDATES_MAX) break;
    if (Math.abs(candidate.length - name.length) > distanceMax + 2) continue;
    const distance = editDistance(wanted, comparable(candidate));
    if (distance < nearestDistance) [nearest, nearestDistance] = [candidate, distance];
  }
  return nearest;
}

const NAME_CHARACTERS_MAX = 64;
/** A body may have a million keys, and each takes the product of the lengths. */
const CANDIDATES_MAX = 1000;

/** Case, and how words are joined, are the most common slips. */
function comparable(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]/g, '');
}

/** Insertions, deletions and replacements that turn one text into the other: Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, (previous[j] as number) + 1, (row[j - 1] as number) + 1));
    }
    previous = row;
  }
  return previous[b.length] as number;
}
