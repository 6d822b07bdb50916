import type { Fragment } from './fragment.js';
import { cellDtype, cellsOf, framePart } from './frame-place.js';
import { isOfDtype, isWhole } from './is-of-dtype.js';
import type { Place } from './place.js';
import { isFloatDtype, ownDtype, type PythonValue, pythonValue } from './python-value.js';

/** Types of JSON Schema that a fragment lets through; none if it says nothing. */
export function typesOfFragment(fragment: Fragment): Set<string> {
  const parts = (fragment.anyOf as readonly Fragment[] | undefined) ?? [];
  const own = typeof fragment.type === 'string' ? [fragment.type] : [];
  return new Set([...own, ...parts.flatMap((part) => [...typesOfFragment(part)])]);
}

/** The type in JSON of each value that the sample has at a place; `nothing` for None and for what is empty. */
export function typesOfPlace(place: Place): readonly string[] {
  switch (place.kind) {
    case 'value':
      return [typeOfValue(place.sample)];
    case 'array':
      return ['array'];
    case 'element':
      return [typeof place.dtype === 'string' ? typeOfDtype(place.dtype) : 'object'];
    case 'frame': {
      if (framePart(place) === 'cell') return typesOfCells(cellDtype(place) ?? '', cellsOf(place));
      return [place.orient === 'records' || place.orient === 'values' ? 'array' : 'object'];
    }
    case 'unknown':
      return ['nothing'];
  }
}

function typeOfValue(sample: PythonValue): string {
  switch (sample.kind) {
    case 'int':
      return 'integer';
    case 'float':
      return 'number';
    case 'bool':
      return 'boolean';
    case 'none':
      return 'nothing';
    case 'list':
    case 'tuple':
    case 'range':
    case 'ndarray':
      return 'array';
    case 'dict':
    case 'object':
      return 'object';
    case 'param':
      return typeOfValue(pythonValue(sample.param.sample));
    case 'frame':
    case 'spark':
      return 'array';
    default:
      return 'string';
  }
}

function typeOfDtype(dtype: string): string {
  if (isFloatDtype(dtype)) return 'number';
  if (/^u?int/.test(dtype)) return 'integer';
  if (dtype === 'bool') return 'boolean';
  return ownDtype(dtype) === 'object' ? 'object' : 'string';
}

function typesOfCells(dtype: string, cells: readonly unknown[]): readonly string[] {
  return cells.map((cell) => {
    const value = pythonValue(cell);
    if (value.kind === 'none' || (value.kind === 'float' && Number.isNaN(value.value))) return 'nothing';
    return typeOfValue(value) === 'integer' && isFloatDtype(dtype.toLowerCase()) ? 'number' : typeOfValue(value);
  });
}

/** Whether a fragment lets through what the sample has at its places, and no other type. */
export function covers(fragment: Fragment, places: readonly Place[]): boolean {
  const expected = new Set(places.flatMap(typesOfPlace).filter((type) => type !== 'nothing'));
  if (expected.has('number')) expected.delete('integer');
  const types = typesOfFragment(fragment);
  return types.size === expected.size && [...types].every((type) => expected.has(type));
}

/** Whether a fragment is that of the last value that the sample has at its places. */
export function isOfLast({ type }: Fragment, places: readonly Place[]): boolean {
  const last = places.flatMap(typesOfPlace).at(-1);
  return type === (last === 'nothing' || last === undefined ? 'object' : last);
}

/** Whether a number of an example is the one of the sample at ten decimals, as pandas writes it. */
export function isAtTenDecimals(recorded: unknown, ours: unknown): boolean {
  if (typeof recorded !== 'number' || typeof ours !== 'number' || isWhole(recorded) !== isWhole(ours)) return false;
  return (
    isOfDtype('float64', ours) && Math.min(Math.abs(recorded - ours), Math.abs(recorded - Math.fround(ours))) <= 1e-10
  );
}
