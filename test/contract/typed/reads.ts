import { parseDuration } from '../../../src/data-frame/duration.js';
import { DataFrame, Tensor } from '../../../src/index.js';
import { momentOf } from './compare-values.js';
import { isBase64, isDateTime, isNumber } from './is-of-dtype.js';
import { isPlainObject } from './json-pointer.js';
import { elementsOf } from './own-value.js';
import { isOfPlace, type Place, placesAt } from './place.js';
import { isFloatDtype, ownDtype, type PythonValue, type RecordedDtype } from './python-value.js';
import { readsAsFrame } from './reads-frame.js';
import { isSameFloat, isSameJson, spelled } from './same-values.js';

/**
 * Whether what `run` got is what a JSON value plainly says, read by the sample: the number as a number, base64 as its
 * bytes, a date as its moment. It holds for every value that the host takes, whatever the reference made of it.
 */
export function readsAs(place: Place, value: unknown, ours: unknown): boolean {
  switch (place.kind) {
    case 'value':
      return readsAsSample(place, place.sample, value, ours);
    case 'array':
      return readsAsArray(place, value, ours instanceof Tensor ? elementsOf(ours) : ours);
    case 'element':
      return readsAsElement(place, place.dtype, value, ours);
    case 'frame':
      return ours instanceof DataFrame && readsAsFrame(place, value, ours);
    case 'unknown':
      return isSameJson(value, ours);
  }
}

function readsAsSample(place: Place, sample: PythonValue, value: unknown, ours: unknown): boolean {
  switch (sample.kind) {
    case 'int':
      return typeof ours === 'bigint' && isNumber(value) && BigInt(value) === ours;
    case 'float':
      return isNumber(value) && Object.is(Number(value), ours);
    case 'bytes':
    case 'bytearray':
      return ours instanceof Uint8Array && isBase64(value) && Buffer.from(value, 'base64').equals(ours);
    case 'datetime':
      return ours instanceof Date && isDateTime(value) && ours.getTime() === momentOf(spelled(value));
    case 'list':
    case 'tuple':
    case 'range':
      return (
        Array.isArray(value) &&
        Array.isArray(ours) &&
        ours.length === value.length &&
        value.every((item, i) => readsAsOneOf(placesAt(place, [String(i)]), item, ours[i]))
      );
    case 'dict':
      return (
        isPlainObject(value) &&
        isPlainObject(ours) &&
        Object.keys(ours).join('\0') === Object.keys(value).join('\0') &&
        Object.entries(value).every(([name, member]) => readsAsOneOf(placesAt(place, [name]), member, ours[name]))
      );
    default:
      return isSameJson(value, ours);
  }
}

/** A list reads each element by the sample's elements: by those that it is of. None says nothing. */
function readsAsOneOf(places: readonly Place[], value: unknown, ours: unknown): boolean {
  if (value === null && (ours === null || ours === undefined)) return true;
  const fitting = places.filter((place) => isOfPlace(place, value));
  return (fitting.length === 0 ? places : fitting).some((place) => readsAs(place, value, ours));
}

function readsAsArray(place: Place, value: unknown, ours: unknown): boolean {
  return (
    Array.isArray(value) &&
    Array.isArray(ours) &&
    value.length === ours.length &&
    value.every((item, i) => readsAsOneOf(placesAt(place, [String(i)]), item, ours[i]))
  );
}

function readsAsElement(place: Place, dtype: RecordedDtype, value: unknown, ours: unknown): boolean {
  if (typeof dtype !== 'string') {
    return dtype.every(([name]) => {
      const [member, own] = [(value as Record<string, unknown>)[name], (ours as Record<string, unknown>)[name]];
      return placesAt(place, [name]).every((field) => readsAs(field, member, own));
    });
  }
  const named = ownDtype(dtype) ?? dtype;
  if (place.kind === 'element' && !place.enforced && isSameJson(value, ours)) return true;
  if (isFloatDtype(dtype)) return value === null ? Number.isNaN(ours) : isSameFloat(dtype, value, ours);
  if (named.startsWith('datetime64')) return value === null ? ours === null : isCutMoment(named, value, ours);
  if (named.startsWith('timedelta64')) return typeof ours === 'number' && isCutSpan(named, value, ours);
  if (named === 'bytes')
    return ours instanceof Uint8Array && isBase64(value) && Buffer.from(value, 'base64').equals(ours);
  return isSameJson(value, ours);
}

const unitMs: Readonly<Record<string, number>> = {
  Y: 366 * 86_400_000,
  M: 31 * 86_400_000,
  W: 604_800_000,
  D: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
};

/** A moment cut to the unit of a dtype. */
function isCutMoment(dtype: string, value: unknown, ours: unknown): boolean {
  if (!(ours instanceof Date) || !isDateTime(value)) return false;
  const behind = momentOf(spelled(value)) - ours.getTime();
  return behind >= 0 && behind < (unitMs[/\[(\w+)\]/.exec(dtype)?.[1] ?? ''] ?? 1);
}

function isCutSpan(dtype: string, value: unknown, ours: number): boolean {
  const unit = /\[(\w+)\]/.exec(dtype)?.[1] ?? '';
  const step = unitMs[unit] ?? { ms: 1, us: 1e-3, ns: 1e-6 }[unit] ?? Number.NaN;
  const exact = parseDuration(String(value)) / step;
  return Math.abs(exact - ours) < 1 && Math.abs(ours) <= Math.abs(exact) + 1e-6;
}
