import { HostError } from '../../../src/errors.js';
import { parseJson } from '../../../src/schema/json/parse.js';
import type { Difference } from '../difference.js';
import { loadDifferences } from '../differences/load-errors.js';
import { schemaDifferences } from '../differences/schemas.js';
import type { Verdict } from '../verdict.js';
import { compareFragments, type Fragment, type FragmentDivergence } from './fragment.js';
import { type Place, placeOf } from './place.js';
import { pythonValue } from './python-value.js';
import type { SchemaCase } from './schema-case.js';
import { type Documented, documented } from './translate-schema.js';
import { NoCounterpart } from './translate-value.js';

type Loaded = { readonly documents: Documented } | { readonly error: Error };

/** Whether a script has the recorded documents, or others only in ways that are named; what it cannot load it says so. */
export function judgeSchema(recorded: SchemaCase): Verdict {
  const loaded = load(recorded);
  if (recorded.error === undefined && 'documents' in loaded) return judgeDocuments(recorded, loaded.documents);
  const found = loadDifferences.find(({ appliesToLoad }) =>
    appliesToLoad(recorded, 'error' in loaded ? loaded.error : undefined),
  );
  if (found) return { kind: 'different', by: [found] };
  const ours = 'error' in loaded ? `refused: ${loaded.error.message}` : 'loads';
  if (recorded.error?.message === ('error' in loaded ? loaded.error.message : undefined)) return { kind: 'ok' };
  return { kind: 'mismatch', unexplained: [{ part: 'load', recorded: recorded.error?.message ?? 'loads', ours }] };
}

function load(recorded: SchemaCase): Loaded {
  try {
    return { documents: documented(recorded) };
  } catch (error) {
    const isKnown = error instanceof NoCounterpart || error instanceof HostError;
    if (isKnown) return { error };
    throw error;
  }
}

function judgeDocuments(recorded: SchemaCase, documents: Documented): Verdict {
  const by = new Set<Pick<Difference, 'id' | 'reason'>>();
  for (const divergence of divergences(recorded, documents)) {
    const found = schemaDifferences.find(({ explains }) => explains(divergence, recorded));
    if (!found) return mismatch(divergence);
    by.add(found);
  }
  return by.size === 0 ? { kind: 'ok' } : { kind: 'different', by: [...by] };
}

/** The versions are a place of their own. */
export function divergences(recorded: SchemaCase, documents: Documented): FragmentDivergence[] {
  const { service_input_text = '{}', service_output_text = '{}', params, output, supported_versions = [] } = recorded;
  const inputs = new Map(params.map((param) => [String(param.name), param]));
  // Of a parameter that is decorated twice the outermost counts.
  for (const param of [...params].reverse()) inputs.set(String(param.name), param);
  const members = new Map([...inputs].map(([name, param]) => [name, pythonValue({ options: {}, ...param })]));
  const input: Place = { kind: 'value', sample: { kind: 'dict', members }, inside: false };
  const missing =
    supported_versions.length > 0 ? documents.versions.filter((each) => !supported_versions.includes(each)) : [];
  return [
    ...compareFragments(fragmentOf(service_input_text), documents.ServiceInput, [input], ['ServiceInput']),
    ...compareFragments(fragmentOf(service_output_text), documents.ServiceOutput, output ? [placeOf(output)] : [], [
      'ServiceOutput',
    ]),
    ...missing.map((version) => ({
      path: ['versions'],
      part: 'member' as const,
      recorded: undefined,
      ours: version,
      places: [],
    })),
  ];
}

function fragmentOf(text: string): Fragment {
  return parseJson(text, { depthMax: 1000 }) as Fragment;
}

function mismatch({ path, part, recorded, ours }: FragmentDivergence): Verdict {
  return {
    kind: 'mismatch',
    unexplained: [{ part: `${path.join('/')} (${part})`, recorded: shown(recorded), ours: shown(ours) }],
  };
}

function shown(value: unknown): string {
  return JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? `${each}n` : each)) ?? 'nothing';
}
