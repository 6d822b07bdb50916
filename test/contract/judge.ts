import { compare, type Divergence } from './compare.js';
import { type Difference, explains, type Reason, type StartDifference } from './difference.js';
import { corsDifferences } from './differences/cors.js';
import { inputDifferences } from './differences/input.js';
import { processDifferences, startDifferences } from './differences/process.js';
import { rawDifferences } from './differences/raw.js';
import { resultDifferences } from './differences/results.js';
import { routingDifferences } from './differences/routing.js';
import { swaggerDifferences } from './differences/swagger.js';
import { wireDifferences } from './differences/wire.js';
import type { OurReply } from './our-reply.js';
import type { RecordedCase } from './recorded-case.js';
import type { Replayed } from './replay.js';

/** All differences that may show in a reply. */
export const differences: readonly Difference[] = [
  ...routingDifferences,
  ...corsDifferences,
  ...wireDifferences,
  ...inputDifferences,
  ...resultDifferences,
  ...rawDifferences,
  ...processDifferences,
  ...swaggerDifferences,
];

export type Named = Pick<Difference, 'id' | 'reason'>;

/** All named differences that the replay knows: `docs/compatibility.md` has each of them. */
export const namedDifferences: readonly Named[] = [...differences, ...startDifferences];

export type Verdict =
  | { readonly kind: 'ok' }
  | { readonly kind: 'different'; readonly by: readonly Named[] }
  | { readonly kind: 'mismatch'; readonly unexplained: readonly Divergence[] }
  | { readonly kind: 'not yet'; readonly why: string };

/** Whether a case gives the recorded answer, or one that differs from it only in ways that are named. */
export function judge({ recorded, outcome }: Replayed): Verdict {
  if (outcome.kind === 'skipped') return { kind: 'not yet', why: outcome.why };
  const by = new Set<Named>();
  const unexplained: Divergence[] = [];
  for (const divergence of compare(recorded, outcome)) {
    const found = explanation(divergence.part, recorded, outcome);
    if (found) by.add(found);
    else unexplained.push(divergence);
  }
  if (unexplained.length > 0) return { kind: 'mismatch', unexplained };
  return by.size === 0 ? { kind: 'ok' } : { kind: 'different', by: [...by] };
}

function explanation(part: string, recorded: RecordedCase, ours: OurReply): Difference | StartDifference | undefined {
  if (ours.kind === 'not started') {
    return startDifferences.find(({ appliesToStart }) => appliesToStart(recorded, ours.exitCode, ours.output));
  }
  return differences.find((difference) => explains(difference, part, recorded, ours));
}

/** How many cases came out how; a case with differences for several reasons counts under each. */
export function summary(verdicts: readonly Verdict[]): Readonly<Record<Verdict['kind'] | Reason | 'cases', number>> {
  const count = (kind: Verdict['kind']) => verdicts.filter((verdict) => verdict.kind === kind).length;
  const because = (reason: Reason) =>
    verdicts.filter((verdict) => verdict.kind === 'different' && verdict.by.some((each) => each.reason === reason))
      .length;
  return {
    cases: verdicts.length,
    ok: count('ok'),
    different: count('different'),
    defect: because('defect'),
    language: because('language'),
    'http-stack': because('http-stack'),
    wording: because('wording'),
    mismatch: count('mismatch'),
    'not yet': count('not yet'),
  };
}
