import type { Divergence } from './compare.js';
import type { Difference, Reason } from './difference.js';

export type Named = Pick<Difference, 'id' | 'reason'>;

/** What came of a recorded case of any kind. */
export type Verdict =
  | { readonly kind: 'ok' }
  | { readonly kind: 'different'; readonly by: readonly Named[] }
  | { readonly kind: 'mismatch'; readonly unexplained: readonly Divergence[] }
  | { readonly kind: 'not yet'; readonly why: string };

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
