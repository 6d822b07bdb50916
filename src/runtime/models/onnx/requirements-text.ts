import type { Requirement } from './requirement.js';

/**
 * Requirements as an aligned table, a line each: what, how it stands, and where it is or what is wrong with it.
 *
 * @returns Lines that begin with two spaces; an empty text for none.
 */
export function requirementsText(requirements: readonly Requirement[]): string {
  const rows = requirements.map((requirement) => {
    return [requirement.what, standing(requirement), remark(requirement)] as const;
  });
  const width = (column: 0 | 1) => Math.max(0, ...rows.map((row) => row[column].length));
  const [whatWidth, standingWidth] = [width(0), width(1)];
  return rows
    .map(([what, stands, text]) => `  ${what.padEnd(whatWidth)}  ${stands.padEnd(standingWidth)}  ${text}`)
    .join('\n');
}

/** A version that the name does not tell is told where it is not there. */
function remark({ what, wanted, found, problem }: Requirement): string {
  if (problem === 'not found' && !what.endsWith(wanted)) return `${problem}; wanted: ${wanted}`;
  return problem ?? found ?? `wanted: ${wanted}`;
}

function standing({ found, problem }: Requirement): string {
  if (problem === undefined) return found === undefined ? 'not there' : 'ok';
  return found === undefined ? 'MISSING' : 'WRONG VERSION';
}
