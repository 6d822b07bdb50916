import { compareValues } from '../typed/compare-values.js';
import type { ConversionDifference, RefusedHere } from '../typed/conversion.js';
import { isPlainObject } from '../typed/json-pointer.js';
import type { ArrayPlace, Place } from '../typed/place.js';
import { ownDtype, type PythonValue, pythonValue } from '../typed/python-value.js';

type ElementPlace = Place & { readonly kind: 'element' };

/** The place of an element, where that is the only one. */
function elementPlace(places: readonly Place[]): ElementPlace | undefined {
  const [place] = places;
  return places.length === 1 && place?.kind === 'element' ? place : undefined;
}

function arrayPlace(places: readonly Place[]): ArrayPlace | undefined {
  const [place] = places;
  return places.length === 1 && place?.kind === 'array' ? place : undefined;
}

function dtypeAt(places: readonly Place[]): string {
  const dtype = elementPlace(places)?.dtype;
  return typeof dtype === 'string' ? (ownDtype(dtype) ?? dtype) : '';
}

/** What the harmless casts give, if they take the input, is what the reference made of it, but for what is named. */
function castsAsRecorded({ coerced, recorded }: RefusedHere): boolean {
  if (coerced.kind === 'refused') return true;
  return compareValues(pythonValue(recorded.result), coerced.value).every(
    ({ recorded: theirs, ours }) => isCutText(theirs, ours) || isTrueText(theirs, ours),
  );
}

/** Texts are cut to the longest of the sample: 12345 for `<U2` is "12". */
function isCutText(theirs: PythonValue, ours: unknown): boolean {
  return theirs.kind === 'str' && typeof ours === 'string' && ours.startsWith(theirs.value);
}

/** To NumPy every text but the empty one is true, "False" too. */
function isTrueText(theirs: PythonValue, ours: unknown): boolean {
  return theirs.kind === 'bool' && theirs.value && ours === false;
}

export const arrayConversions: readonly ConversionDifference[] = [
  {
    id: 'rows-are-objects',
    reason: 'defect',
    says: 'An element with fields may come as an array by position there, longer too; here as the object of the document.',
    reference: 'section 3: "array of objects or of positional arrays; extra fields ignored"',
    refused: ({ value, places }) =>
      Array.isArray(value) && Array.isArray(elementPlace(places)?.dtype) && value.length >= fieldCount(places),
  },
  {
    id: 'fields-are-not-broadcast',
    reason: 'defect',
    says: 'One value is repeated to fill the array of a field there; here the array has its length.',
    reference: 'section 3: "a sub-array of one value, or a scalar, is broadcast"',
    refused: ({ value, places }) => {
      const place = arrayPlace(places);
      return place?.isField === true && (!Array.isArray(value) || value.length === 1);
    },
  },
  {
    id: 'axes-always-hold',
    reason: 'defect',
    says: 'With enforce_shape=False an array may have any number of axes there; here those of the document.',
    reference: 'section 3: "if enforce_shape, number of dimensions must match and every dimension **but the first**"',
    refused: ({ recorded, places, value, tokens }) => {
      const place = recorded.param.options?.enforce_shape === false ? places[0] : undefined;
      const isMissingAxis =
        place?.kind === 'array' && (!Array.isArray(value) || (tokens.length === 0 && value.length === 0));
      return isMissingAxis || (place?.kind === 'element' && Array.isArray(value));
    },
  },
  {
    id: 'kinds-always-hold',
    reason: 'defect',
    says: 'With enforce_column_type=False an array may hold anything there; here what the document says: numbers, booleans or texts.',
    reference: 'section 3: "enforce_column_type=False | dtype inferred from the input: `<U21`, object, int64"',
    refused: ({ places }) => elementPlace(places)?.enforced === false,
  },
  {
    id: 'dates-are-rfc-3339-in-arrays',
    reason: 'defect',
    says: 'NumPy reads `2020`, `2020-01`, `NaT` and a blank text as dates there; here they are whole, or null.',
    reference: 'section 3: "datetime64 | ISO text; cut to the sample\'s unit; null gives NaT"',
    refused: ({ value, places }) =>
      typeof value === 'string' &&
      dtypeAt(places).startsWith('datetime64') &&
      /^(?:NaT|\s*|[+-]?\d{4,}.*|today|now)$/i.test(value),
  },
  {
    id: 'durations-have-fixed-lengths',
    reason: 'defect',
    says: 'Years and months are units of durations there, where the sample counts them; here weeks and less.',
    reference: 'section 3: "unit one of years … attoseconds"',
    refused: ({ value, places }) =>
      typeof value === 'string' &&
      dtypeAt(places).startsWith('timedelta64') &&
      /^\s*-?\d+\s+(?:years|months|picoseconds|femtoseconds|attoseconds)\s*$/i.test(value),
  },
  {
    id: 'bytes-are-base64',
    reason: 'defect',
    says: 'The text sent for bytes is taken for the bytes there, though the document shows base64; here base64 is decoded.',
    reference: 'section 3: "base64 text | taken literally, not decoded"',
    refused: ({ value, places }) => dtypeAt(places) === 'bytes' && (value === null || typeof value !== 'object'),
    otherwise: ({ divergence: { recorded, ours }, input, places }) =>
      dtypeAt(places) === 'bytes' &&
      recorded.kind === 'bytes' &&
      typeof input === 'string' &&
      input.startsWith(recorded.value.toString('latin1')) &&
      ours instanceof Uint8Array &&
      Buffer.from(ours).toString('base64') === input,
  },
  {
    id: 'texts-stay-whole',
    reason: 'defect',
    says: 'Texts are cut to the longest of the sample there, without a word; here they stay whole.',
    reference: 'section 3: "`\\"ab\\"` (silent cut to the sample\'s longest)"',
    otherwise: ({ divergence: { recorded, ours }, input, places }) => {
      const width = Number(/U(\d+)$/.exec(String(elementPlace(places)?.dtype))?.[1] ?? Number.NaN);
      if (recorded.kind !== 'str' || typeof input !== 'string' || ours !== input) return false;
      return [...input].length > width && recorded.value === [...input].slice(0, width).join('');
    },
  },
  {
    id: 'silent-casts',
    reason: 'defect',
    says: 'Values of another type or range are cast there ("7", true and 1.9 to 7, 1 and 1; 128 to the int8 -128); here they are refused, and `coerce: true` gives the harmless casts back.',
    reference:
      'section 3: "1, 1, 7 (silent truncation and parsing)", "NumPy 1: wraps"; section 4: "3, true, 5 left an int"',
    refused: (both) => {
      const dtype = dtypeAt(both.places);
      return dtype !== '' && isCastable(dtype, both.value) && castsAsRecorded(both);
    },
  },
  {
    id: 'dates-in-arrays-load',
    reason: 'defect',
    says: 'Dates in arrays of two axes fail always there; here the axes do not matter.',
    reference: 'section 3: "2-D datetime always fails"',
    accepted: ({ place, recorded }) =>
      place.kind === 'array' && place.shape.length > 1 && /M8|datetime64/.test(String(place.dtype)) && !recorded.ok,
  },
  {
    id: 'durations-in-iso',
    reason: 'defect',
    says: 'Durations are `3 days` alone there, in the plural; here also `1 day`, `P1DT2H` and `01:30:00`.',
    reference: 'section 3: "`Invalid numpy.timestamp64 value specified: 1 day. Unrecognized time unit code`"',
    accepted: ({ recorded }) =>
      /^Invalid numpy\.timestamp64 value specified: /.test(recorded.error?.message ?? '') ||
      (/cannot cast|invalid literal/i.test(recorded.error?.message ?? '') &&
        /m8|timedelta/.test(JSON.stringify(recorded.param.sample))),
  },
];

function fieldCount(places: readonly Place[]): number {
  const dtype = elementPlace(places)?.dtype;
  return Array.isArray(dtype) ? dtype.length : 0;
}

/** What NumPy casts to a dtype without a word, though it is none of it. */
function isCastable(dtype: string, value: unknown): boolean {
  if (Array.isArray(value) || isPlainObject(value)) return dtype === 'bool' || dtype === 'string';
  if (dtype === 'bool' || dtype === 'string') return true;
  if (/int/.test(dtype)) return value !== null;
  return /float/.test(dtype) && value !== null;
}
