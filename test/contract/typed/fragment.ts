import { isDeepStrictEqual } from 'node:util';
import { isPlainObject } from './json-pointer.js';
import { type Place, placesAt } from './place.js';
import { isSameNumber } from './same-number.js';

export type Fragment = Readonly<Record<string, unknown>>;

/** One place at which the fragments of two documents differ. */
export interface FragmentDivergence {
  /** Names of members, and `*` for the items of an array; of an example its keys and numbers. */
  readonly path: readonly string[];
  /** `fragment`: the whole place; `required`: the list of names; `example`: a part of the example; `member`: a name. */
  readonly part: 'fragment' | 'required' | 'example' | 'member';
  readonly recorded: unknown;
  readonly ours: unknown;
  /** What the sample says of the place. */
  readonly places: readonly Place[];
}

/** What this host says besides, of which the reference says nothing: what its own check would refuse. */
const ADDED = new Set(['required', 'minItems', 'maxItems', 'minimum', 'maximum', 'nullable', 'additionalProperties']);

/** All at which a fragment differs from the recorded one, once what is added is left out. */
export function compareFragments(
  recorded: Fragment,
  ours: Fragment,
  places: readonly Place[],
  path: readonly string[] = [],
): FragmentDivergence[] {
  const at = (part: FragmentDivergence['part'], theirs: unknown, own: unknown): FragmentDivergence => ({
    path,
    part,
    recorded: theirs,
    ours: own,
    places,
  });
  if (!isSameButParts(recorded, ours)) return [at('fragment', recorded, ours)];
  const found: FragmentDivergence[] = [];
  if ('required' in recorded && !isDeepStrictEqual(recorded.required, ours.required)) {
    found.push(at('required', recorded.required, ours.required));
  }
  if (isPlainObject(recorded.items) && isPlainObject(ours.items)) {
    found.push(...compareFragments(recorded.items, ours.items, inside(places, '*'), [...path, '*']));
  }
  if ('properties' in recorded || 'properties' in ours) found.push(...compareProperties(recorded, ours, places, path));
  if ('example' in recorded) found.push(...compareExamples(recorded.example, ours.example, places, path));
  return found;
}

function inside(places: readonly Place[], token: string): readonly Place[] {
  return places.flatMap((place) => placesAt(place, [token]));
}

/** Whether two fragments are the same but for what is inside of them. */
function isSameButParts(recorded: Fragment, ours: Fragment): boolean {
  const inner = new Set(['items', 'properties', 'required', 'example']);
  const names = new Set([...Object.keys(recorded), ...Object.keys(ours)]);
  return [...names].every((name) => {
    if (!(name in recorded) && ADDED.has(name)) return true;
    if (inner.has(name)) return name in recorded === name in ours || name === 'required';
    if (isPlainObject(recorded[name]) && isPlainObject(ours[name])) {
      return compareFragments(recorded[name], ours[name], []).length === 0;
    }
    return isDeepStrictEqual(recorded[name], ours[name]);
  });
}

function compareProperties(
  recorded: Fragment,
  ours: Fragment,
  places: readonly Place[],
  path: readonly string[],
): FragmentDivergence[] {
  const [theirs, own] = [recorded.properties, ours.properties].map((each) => (each ?? {}) as Record<string, Fragment>);
  const names = [...new Set([...Object.keys(theirs ?? {}), ...Object.keys(own ?? {})])];
  return names.flatMap((name) => {
    const [theirPart, ownPart] = [theirs?.[name], own?.[name]];
    const member = inside(places, name);
    if (theirPart && ownPart) return compareFragments(theirPart, ownPart, member, [...path, name]);
    return [{ path: [...path, name], part: 'member' as const, recorded: theirPart, ours: ownPart, places: member }];
  });
}

function compareExamples(
  recorded: unknown,
  ours: unknown,
  places: readonly Place[],
  path: readonly string[],
): FragmentDivergence[] {
  const differs: FragmentDivergence = { path, part: 'example', recorded, ours, places };
  if (typeof recorded === 'number' || typeof recorded === 'bigint')
    return isSameNumber(recorded, ours) ? [] : [differs];
  const bothArrays = Array.isArray(recorded) && Array.isArray(ours) && recorded.length === ours.length;
  if (!bothArrays && !(isPlainObject(recorded) && isPlainObject(ours))) return recorded === ours ? [] : [differs];
  const [theirs, own] = [recorded, ours] as [Record<string, unknown>, Record<string, unknown>];
  return [...new Set([...Object.keys(theirs), ...Object.keys(own)])].flatMap((name) =>
    compareExamples(theirs[name], own[name], inside(places, name), [...path, name]),
  );
}
