import { parseJson } from '../../../src/schema/json/parse.js';
import { conversionDifferences } from '../differences/conversions.js';
import type { Named, Verdict } from '../verdict.js';
import { compareValues, type ValueDivergence } from './compare-values.js';
import { type ConversionCase, type Converted, convertCase, type RefusedHere } from './conversion.js';
import { tokensOf, valueAt } from './json-pointer.js';
import { isOfPlace, placeOf, placesAt } from './place.js';
import { pythonValue } from './python-value.js';
import { readsAs } from './reads.js';
import { NoCounterpart } from './translate-value.js';

/** Whether an input becomes what is recorded, or something else only in ways that are named. */
export function judgeConversion(recorded: ConversionCase): Verdict {
  let strict: Converted;
  try {
    strict = convertCase(recorded);
  } catch (error) {
    if (error instanceof NoCounterpart) return { kind: 'not yet', why: error.message };
    return mismatch(recorded, `cannot be built: ${error}`);
  }
  if (strict.kind === 'refused') return judgeRefusal(recorded, strict);
  const input = parseJson(recorded.input_json, { depthMax: 1000 });
  const place = placeOf(recorded.param);
  const isLeftOut = recorded.param.optional === true && input === null && strict.value === undefined;
  if (!isLeftOut && !readsAs(place, input, strict.value))
    return mismatch(recorded, `not what was sent: ${shown(strict.value)}`);
  if (recorded.ok) return judgeValue(recorded, strict.value, input);
  const found = conversionDifferences.find(({ accepted }) =>
    accepted?.({ recorded, place, input, value: strict.value }),
  );
  return found ? { kind: 'different', by: [found] } : mismatch(recorded, shown(strict.value));
}

/** Each problem that is found must be one: the value at its pointer is not of the sample. */
function judgeRefusal(recorded: ConversionCase, { details }: Converted & { kind: 'refused' }): Verdict {
  const inside = details.filter(({ path }) => path === '/data' || path.startsWith('/data/'));
  if (details.length === 0 || inside.length < details.length)
    return mismatch(recorded, `no pointer: ${shown(details)}`);
  if (!recorded.ok) return { kind: 'ok' };
  const coerced = convertCase(recorded, true);
  const input = parseJson(recorded.input_json, { depthMax: 1000 });
  const by = new Set<Named>();
  for (const { path, message } of details) {
    const tokens = tokensOf(path).slice(1);
    const found = explanation({ recorded, tokens, coerced, ...problemAt(recorded, input, tokens) });
    if (!found) return mismatch(recorded, `${path}: ${message}`);
    by.add(found);
  }
  return { kind: 'different', by: [...by] };
}

export function problemAt({ param }: Pick<ConversionCase, 'param'>, input: unknown, tokens: readonly string[]) {
  return { places: placesAt(placeOf(param, input), tokens), value: valueAt(input, tokens) };
}

export function explanation(both: RefusedHere): Named | undefined {
  const { places, value } = both;
  const isRight = places.length === 0 || places.some((place) => isOfPlace(place, value));
  return isRight ? undefined : conversionDifferences.find(({ refused }) => refused?.(both));
}

function judgeValue(recorded: ConversionCase, value: unknown, input: unknown): Verdict {
  const by = new Set<Named>();
  for (const divergence of compareValues(pythonValue(recorded.result), value)) {
    const places = placesAt(placeOf(recorded.param), divergence.path);
    const both = { recorded, divergence, places, input: valueAt(input, divergence.path) };
    const found = conversionDifferences.find(({ otherwise }) => otherwise?.(both));
    if (!found) return mismatch(recorded, divergenceText(divergence));
    by.add(found);
  }
  return by.size === 0 ? { kind: 'ok' } : { kind: 'different', by: [...by] };
}

function divergenceText({ path, part, recorded, ours }: ValueDivergence): string {
  return `/${path.join('/')} (${part}): there ${shown(recorded)}, here ${shown(ours)}`;
}

function mismatch({ ok, result, error }: ConversionCase, ours: string): Verdict {
  const recorded = ok ? `accepted: ${shown(result)}` : `refused: ${error?.message}`;
  return { kind: 'mismatch', unexplained: [{ part: 'input', recorded, ours }] };
}

function shown(value: unknown): string {
  return JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? `${each}n` : each)) ?? 'undefined';
}
