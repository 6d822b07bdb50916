import { compare, type Divergence } from './compare.js';
import { type Difference, explains, type StartDifference } from './difference.js';
import { corsDifferences } from './differences/cors.js';
import { inputDifferences } from './differences/input.js';
import { processDifferences, startDifferences } from './differences/process.js';
import { rawDifferences } from './differences/raw.js';
import { resultDifferences } from './differences/results.js';
import { routingDifferences } from './differences/routing.js';
import { swaggerDifferences } from './differences/swagger.js';
import { typedDifferences } from './differences/typed.js';
import { documentDifferences } from './differences/typed-documents.js';
import { wireDifferences } from './differences/wire.js';
import type { OurReply } from './our-reply.js';
import type { RecordedCase } from './recorded-case.js';
import type { Replayed } from './replay.js';
import type { Named, Verdict } from './verdict.js';

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
  ...typedDifferences,
  ...documentDifferences,
];

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
