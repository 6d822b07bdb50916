import { conversionDifferences } from './differences/conversions.js';
import { loadDifferences } from './differences/load-errors.js';
import { startDifferences } from './differences/process.js';
import { schemaDifferences } from './differences/schemas.js';
import { differences } from './judge.js';
import type { Named } from './verdict.js';

/** A difference as it is said of it; one id may show in requests, samples and inputs alike. */
export interface Known extends Named {
  readonly says: string;
  readonly reference: string;
}

const all: readonly Known[] = [
  ...differences,
  ...startDifferences,
  ...schemaDifferences,
  ...loadDifferences,
  ...conversionDifferences,
];

/** All that is said under each id: the same, wherever it shows. */
export const sayings: ReadonlyMap<string, readonly Known[]> = new Map(
  all.map(({ id }) => [id, all.filter((each) => each.id === id)]),
);

/** All named differences that the replay knows: `docs/compatibility.md` has each of them. */
export const namedDifferences: readonly Known[] = [...sayings.values()].map(([first]) => first as Known);
