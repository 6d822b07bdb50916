import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { beyondReplay } from './beyond-replay.js';
import { namedDifferences, sayings } from './known-differences.js';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/compatibility.md', root), 'utf8');
/** Rows of the tables: `| id | reason | there | here |`. */
const documented = [...page.matchAll(/^\| `([a-z0-9-]+)` +\| ([a-z-]+) +\|/gm)].map(
  ([, id, reason]) => `${id} ${reason}`,
);
const known = [...namedDifferences, ...beyondReplay].map(({ id, reason }) => `${id} ${reason}`);

describe('docs/compatibility.md', () => {
  it('has every difference with its reason, and no other', () => {
    expect([...documented].sort()).toEqual([...known].sort());
  });

  it('has each of them once', () => {
    const ids = documented.map((row) => row.split(' ')[0]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('says one thing of an id, wherever it shows', () => {
    for (const [id, known] of sayings) {
      expect(new Set(known.map(({ reason, says }) => `${reason}: ${says}`)).size, id).toBe(1);
    }
  });

  it('is held by files that are there, where no recorded request can show it', () => {
    for (const { heldBy } of beyondReplay) expect(existsSync(new URL(heldBy, root)), heldBy).toBe(true);
  });
});
