import { compareValues, isExactMoment, momentOf } from '../typed/compare-values.js';
import type { ConversionDifference, ReadOtherwise } from '../typed/conversion.js';
import { isTime } from '../typed/is-of-dtype.js';
import { isPlainObject } from '../typed/json-pointer.js';
import type { Place } from '../typed/place.js';
import { type PythonValue, pythonValue, type RecordedFrame } from '../typed/python-value.js';
import { readsAs } from '../typed/reads.js';
import { isSameNumber } from '../typed/same-number.js';

/** What Python's `bool()` says no to. */
function isFalsy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isPlainObject(value)) return Object.keys(value).length === 0;
  return value === null || value === false || value === '' || isSameNumber(0, value);
}

/** The samples of a place, where it is one of standard values. */
function sampleKinds(places: readonly Place[]): string[] {
  return places.flatMap((place) => (place.kind === 'value' ? [place.sample.kind] : []));
}

function everyKind(places: readonly Place[], ...kinds: readonly string[]): boolean {
  const found = sampleKinds(places);
  return found.length === places.length && found.length > 0 && found.every((kind) => kinds.includes(kind));
}

const DATES = ['date', 'time', 'datetime'];

/** Whether a sample is, or holds, one of a kind. */
function holds(sample: PythonValue, ...kinds: readonly string[]): boolean {
  switch (sample.kind) {
    case 'list':
    case 'tuple':
    case 'range':
      return kinds.includes(sample.kind) || sample.items.some((item) => holds(item, ...kinds));
    case 'dict':
      return kinds.includes('dict') || [...sample.members.values()].some((member) => holds(member, ...kinds));
    case 'param':
      return holds(pythonValue(sample.param.sample), ...kinds);
    default:
      return kinds.includes(sample.kind);
  }
}

function recordedSample({ recorded }: Pick<ReadOtherwise, 'recorded'>): PythonValue {
  return pythonValue(recorded.param.sample);
}

export const standardConversions: readonly ConversionDifference[] = [
  {
    id: 'optional-is-left-out',
    reason: 'defect',
    says: 'An optional input that is falsy in Python passes unchecked there; here one that is left out, or null.',
    reference: 'section 1: "a missing **or falsy** value … skips conversion and checks and is passed as is"',
    refused: ({ recorded, tokens, value }) => {
      const input = JSON.parse(recorded.input_json) as unknown;
      const isPassed = compareValues(pythonValue(recorded.result), input).length === 0;
      const isRoot = tokens.length === 0 || (tokens.length === 1 && value === undefined);
      return recorded.param.optional === true && isRoot && isFalsy(input) && isPassed;
    },
  },
  {
    id: 'keys-are-required',
    reason: 'defect',
    says: 'Keys that the document calls required may be missing there; here that is 400.',
    reference: 'section 2: "keys and values are never checked, missing or extra keys pass"',
    refused: ({ value, places, recorded, tokens }) =>
      value === undefined && places.every(({ kind }) => kind !== 'unknown') && resultLacks(recorded.result, tokens),
  },
  {
    id: 'dates-are-rfc-3339',
    reason: 'defect',
    says: 'Dates and times are guessed there (1/2/2020 is 2 January, 13/2/2020 13 February); here they are RFC 3339.',
    reference: 'section 2: "any string dateutil can read, very loose"',
    refused: ({ value, places }) => typeof value === 'string' && everyKind(places, ...DATES),
  },
  {
    id: 'base64-is-checked',
    reason: 'defect',
    says: 'What is not of the base64 alphabet is passed over there, so that "!!!!" is no bytes; here it is 400.',
    reference: 'section 2: "non-alphabet characters are **discarded**"',
    refused: ({ value, places, recorded, tokens }) =>
      typeof value === 'string' &&
      everyKind(places, 'bytes', 'bytearray') &&
      isDiscarding(value, recorded.result, tokens),
  },
  {
    id: 'elements-are-checked',
    reason: 'defect',
    says: 'What is inside a list or an object is of any type there, against the document; here it is checked.',
    reference: 'section 8: "element types are advertised but never enforced for lists and dicts"',
    refused: ({ recorded, tokens, value, places }) =>
      tokens.length > 0 &&
      places.every(({ kind }) => kind !== 'unknown') &&
      isSameAsSent(recorded.result, tokens, value),
  },
  {
    id: 'booleans-are-no-integers',
    reason: 'language',
    says: 'In Python true is an int, and passes for one; here it is none, unless `coerce` is asked for.',
    reference: 'section 2: "int of any size, **true/false**"',
    refused: ({ value, places, coerced, tokens }) =>
      typeof value === 'boolean' &&
      everyKind(places, 'int') &&
      (tokens.length > 0 || (coerced.kind === 'accepted' && coerced.value === BigInt(value))),
  },
  {
    id: 'whole-numbers-are-integers',
    reason: 'language',
    says: '1.0 and 1e2 are floats there, and refused for an int; here they are the integers that they are worth.',
    reference: 'section 2: sample int refuses 1.0',
    accepted: ({ recorded, value }) =>
      /Expected: <class 'int'> but got <class 'float'>/.test(recorded.error?.message ?? '') &&
      /\d(?:\.0*|[eE])/.test(recorded.input_json) &&
      value !== undefined,
  },
  {
    id: 'dates-can-be-sent',
    reason: 'defect',
    says: 'A date sample refuses every date there (date has no strptime); here it takes `2020-01-02`.',
    reference: "section 2: date \"**nothing**: always `type object 'datetime.date' has no attribute 'strptime'`\"",
    accepted: ({ recorded }) =>
      recorded.error?.message === "type object 'datetime.date' has no attribute 'strptime'" &&
      holds(recordedSample({ recorded }), 'date'),
  },
  {
    id: 'bytearrays-can-be-sent',
    reason: 'defect',
    says: 'A bytearray sample refuses everything there; here it takes base64, as bytes do.',
    reference: 'section 2: bytearray "**nothing**"',
    accepted: ({ recorded }) =>
      /Expected: <class 'bytearray'> but got <class 'bytes'>/.test(recorded.error?.message ?? '') &&
      holds(recordedSample({ recorded }), 'bytearray'),
  },
  {
    id: 'classes-are-what-json-makes-of-them',
    reason: 'language',
    says: 'Samples of range, OrderedDict, numpy.float64 and the like refuse even themselves there; here they are arrays, objects and numbers.',
    reference:
      'section 2: range "nothing (type range)"; OrderedDict, IntEnum, numpy.float64 "not even themselves as JSON"',
    accepted: ({ recorded }) => {
      const [, expected = ''] = /Expected: <class '([\w.]+)'> but got/.exec(recorded.error?.message ?? '') ?? [];
      const sample = recordedSample({ recorded });
      return expected === 'range' ? holds(sample, 'range') : holds(sample, 'object') && !BUILT_IN.has(expected);
    },
  },
  {
    id: 'dates-are-moments',
    reason: 'language',
    says: 'A date without an offset is naive there, and has microseconds; here it is a Date: UTC is meant, to the millisecond.',
    reference: 'section 2: "naive stays naive; extra fraction digits cut to six"',
    otherwise: ({ divergence: { recorded, ours } }) =>
      recorded.kind === 'datetime' &&
      !isExactMoment(recorded.iso) &&
      ours instanceof Date &&
      ours.getTime() === momentOf(recorded.iso),
  },
  {
    id: 'times-are-text',
    reason: 'language',
    says: 'A time of day is an object there; here run receives the text, checked: JavaScript has no such type.',
    reference: 'section 2: time "`3pm`, or a full date whose time is kept"',
    otherwise: ({ divergence: { recorded, ours }, input }) =>
      recorded.kind === 'time' && isTime(input) && ours === input && isSameTime(recorded.iso, input),
  },
  {
    id: 'floats-are-doubles',
    reason: 'language',
    says: 'An int sent for a float stays an int of any size there; here it is the nearest double.',
    reference: 'section 2: float accepts "float, int (kept int)"',
    otherwise: ({ divergence: { recorded, ours }, places }) =>
      recorded.kind === 'int' &&
      everyKind(places, 'float', 'int') &&
      sampleKinds(places).includes('float') &&
      ours === Number(recorded.value),
  },
  {
    id: 'inner-types-are-read',
    reason: 'defect',
    says: 'Of what is inside plain lists and objects nothing is converted there, nested types included; here run receives it as the sample has it.',
    reference:
      'section 2, nesting: "fragment appears in swagger | **not converted** (only direct members are looked at)"',
    otherwise: ({ divergence: { recorded, ours, path }, input, places }) =>
      path.length > 0 &&
      places.every(({ kind }) => kind !== 'unknown') &&
      compareValues(recorded, input).length === 0 &&
      places.some((place) => readsAs(place, input, ours)),
  },
];

const BUILT_IN = new Set(['int', 'float', 'str', 'bool', 'bytes', 'bytearray', 'list', 'tuple', 'dict', 'range']);

/** Whether the reference's value, which is a dict of the keys that came, lacks the key at a pointer. */
function resultLacks(result: unknown, tokens: readonly string[]): boolean {
  return recordedAt(result, tokens) === undefined;
}

/** The recorded value at a pointer into lists and dicts. */
function recordedAt(result: unknown, tokens: readonly string[]): PythonValue | undefined {
  let value: PythonValue | undefined = pythonValue(result);
  for (const token of tokens) {
    if (value?.kind === 'frame') value = token in value.data ? rowOf(value, Number(token)) : undefined;
    else if (value?.kind === 'dict') value = value.members.get(token);
    else if (value?.kind === 'list' || value?.kind === 'tuple') value = value.items[Number(token)];
    else return undefined;
  }
  return value;
}

/** A row of a frame, as a dict by the names of its columns. */
function rowOf({ columns, data }: RecordedFrame, row: number): PythonValue {
  const cells = columns.map((name, column) => [String(name), pythonValue(data[row]?.[column])] as const);
  return { kind: 'dict', members: new Map(cells) };
}

/** Whether the reference handed on what stands at a pointer just as it came. */
function isSameAsSent(result: unknown, tokens: readonly string[], value: unknown): boolean {
  const recorded = recordedAt(result, tokens);
  return recorded !== undefined && compareValues(recorded, value).length === 0;
}

function isDiscarding(value: string, result: unknown, tokens: readonly string[]): boolean {
  const recorded = recordedAt(result, tokens);
  if (recorded?.kind !== 'bytes') return false;
  return Buffer.from(value.replace(/[^A-Za-z0-9+/=]/g, ''), 'base64').equals(recorded.value);
}

/** `03:04:05.500000+01:00` and `03:04:05.5 +0100` */
function isSameTime(iso: string, text: string): boolean {
  const parts = (time: string) => {
    const [, hours, minutes, seconds = '00', fraction = '', zone = ''] =
      /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)? ?(.*)$/.exec(time) ?? [];
    const offset = /^z$/i.test(zone) ? '+0000' : zone.replace(':', '');
    return [hours, minutes, seconds, fraction.slice(0, 6).padEnd(6, '0'), offset].join();
  };
  return parts(iso) === parts(text);
}
