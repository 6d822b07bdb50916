import type { Requirement } from './requirement.js';

/**
 * Requirements as an aligned table, a line each: what, how it stands, and where it is or what is wrong with it.
 *
 * @returns Lines that begin with two spaces; an empty text for none.
 */
export function requirementsText(requirements: readonly Requirement[]): string {
  const rows = requirements.map((requirement) => {
    const { what, wanted, found, problem } = requirement;
    return [what, standing(requirement), problem ?? found ?? `wanted: ${wanted}`] as const;
  });
  const width = (column: 0 | 1) => Math.max(0, ...rows.map((row) => row[column].length));
  const [whatWidth, standingWidth] = [width(0), width(1)];
  return rows
    .map(([what, stands, text]) => `  ${what.padEnd(whatWidth)}  ${stands.padEnd(standingWidth)}  ${text}`)
    .join('\n');
}

function standing({ found, problem }: Requirement): string {
  if (problem === undefined) return found === undefined ? 'not there' : 'ok';
  return found === undefined ? 'MISSING' : 'WRONG VERSION';
}
