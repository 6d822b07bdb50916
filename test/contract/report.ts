import { summary, type Verdict } from './verdict.js';

const SHOWN_CHARACTERS_MAX = 400;

/** One line for a case, and under it what differs without a name. */
export function reportCase({ name }: { readonly name: string }, verdict: Verdict): string {
  switch (verdict.kind) {
    case 'ok':
      return `ok          ${name}`;
    case 'different':
      return `difference  ${name}  ${verdict.by.map(({ id, reason }) => `${id} (${reason})`).join(', ')}`;
    case 'not yet':
      return `not yet     ${name}  ${verdict.why}`;
    case 'mismatch': {
      const parts = verdict.unexplained.map(
        ({ part, recorded, ours }) => `    ${part}\n      recorded  ${cut(recorded)}\n      ours      ${cut(ours)}`,
      );
      return [`MISMATCH    ${name}`, ...parts].join('\n');
    }
  }
}

export function reportSummary(verdicts: readonly Verdict[]): string {
  const { cases, ok, different, mismatch, defect, language, wording, ...rest } = summary(verdicts);
  const reasons = `defect ${defect}, language ${language}, http-stack ${rest['http-stack']}, wording ${wording}`;
  const counts = `${ok} as recorded, ${different} named differences (${reasons}), ${mismatch} mismatches`;
  return `${cases} recorded cases: ${counts}, ${rest['not yet']} not yet`;
}

function cut(text: string): string {
  const escaped = JSON.stringify(text);
  return escaped.length > SHOWN_CHARACTERS_MAX ? `${escaped.slice(0, SHOWN_CHARACTERS_MAX)}…` : escaped;
}
