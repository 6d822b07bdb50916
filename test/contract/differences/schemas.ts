import { isDeepStrictEqual } from 'node:util';
import type { Reason } from '../difference.js';
import { covers, isAtTenDecimals, isOfLast, typesOfFragment, typesOfPlace } from '../typed/expected-types.js';
import type { Fragment, FragmentDivergence } from '../typed/fragment.js';
import { type FramePlace, framePart } from '../typed/frame-place.js';
import { isDateTime, isTime } from '../typed/is-of-dtype.js';
import { isPlainObject } from '../typed/json-pointer.js';
import type { Place } from '../typed/place.js';
import { pythonText, sameMoment, sameTime } from '../typed/python-text.js';
import { type PythonValue, pythonValue, type RecordedParam } from '../typed/python-value.js';
import type { SchemaCase } from '../typed/schema-case.js';
import { signature } from '../typed/translate-schema.js';

/** A difference in the documents that is meant, and how to know it from an accident. */
export interface SchemaDifference {
  readonly id: string;
  readonly reason: Reason;
  /** What either side does, in a sentence. */
  readonly says: string;
  /** Where the contract of the reference says what the reference does: inference-schema.md. */
  readonly reference: string;
  readonly explains: (divergence: FragmentDivergence, recorded: SchemaCase) => boolean;
}

function isFrame(place: Place): place is FramePlace {
  return place.kind === 'frame';
}

/** What a layout has that its reader does not need. */
const NOT_NEEDED = new Set(['index', 'primaryKey', 'pandas_version', 'type']);

/** What is of no type is an object there, and nothing here. */
const untyped: readonly (readonly [there: object, here: object])[] = [
  [{ type: 'object' }, {}],
  [{ type: 'object', example: {} }, { example: {} }],
];

export const schemaDifferences: readonly SchemaDifference[] = [
  {
    id: 'documents-are-complete',
    reason: 'defect',
    says: 'The documents leave out GET /score, readiness, errors, headers and what is required, and name content types that are not sent; here they say it, and 3.1 claims nothing of a run without a schema.',
    reference: 'section 1: "None given: `{\\"type\\":\\"object\\"}`"; section 7: "Untrue or missing in it"',
    explains: ({ path, part, recorded, ours }) =>
      path.length === 1 &&
      part === 'fragment' &&
      untyped.some(([there, here]) => isDeepStrictEqual(recorded, there) && isDeepStrictEqual(ours, here)),
  },
  {
    id: 'swagger-2-is-always-offered',
    reason: 'defect',
    says: 'A list of mixed types in an example takes version 2 away there; here every version is always offered.',
    reference: 'section 1, versions: "2.0 only if the **example** has no mixed-type list"',
    explains: ({ path, ours }, { params, output }) =>
      path[0] === 'versions' && ours === '2.0' && [...params, ...(output ? [output] : [])].some(hasMixedList),
  },
  {
    id: 'examples-are-json',
    reason: 'defect',
    says: 'NaN and Infinity stand as bare words in the document there; here the example is a number, or null.',
    reference: 'section 2: "NaN and Infinity leak into the document as bare tokens"',
    explains: ({ part, recorded, ours }) =>
      part === 'example' &&
      typeof recorded === 'number' &&
      !Number.isFinite(recorded) &&
      (ours === null || Number.isFinite(ours)),
  },
  {
    id: 'example-dates-are-rfc-3339',
    reason: 'defect',
    says: 'Dates in examples are `2020-01-02 03:04:05.678901 +0000`, or with a comma, there; here RFC 3339, in milliseconds.',
    reference:
      'section 2: "(not RFC 3339; naive counts as UTC; years below 1000 unpadded)"; section 3: "comma before the fraction"',
    explains: ({ part, recorded, ours }) =>
      part === 'example' &&
      ((isDateTime(ours) && sameMoment(recorded, ours)) || (isTime(ours) && sameTime(recorded, ours))),
  },
  {
    id: 'dates-are-moments',
    reason: 'language',
    says: 'A date without an offset is naive there, and has microseconds; here it is a Date: UTC is meant, to the millisecond.',
    reference: 'section 4: "dates `2020-01-02T03:04:05.678` (naive, no zone)"',
    explains: ({ part, path, recorded, ours }) =>
      part === 'example' && path.includes('fields') && path.at(-1) === 'tz' && recorded === undefined && ours === 'UTC',
  },
  {
    id: 'example-booleans',
    reason: 'defect',
    says: 'Booleans in examples are the texts "True" and "False" there; here true and false.',
    reference: 'section 3: "the **strings** `\\"True\\"`, `\\"False\\"` (bug, R)"',
    explains: ({ part, recorded, ours }) =>
      part === 'example' && typeof ours === 'boolean' && recorded === (ours ? 'True' : 'False'),
  },
  {
    id: 'example-digits',
    reason: 'defect',
    says: 'Floats of a data frame have ten decimals in examples there; here all that the number has.',
    reference: 'section 4: "floats at 10 decimals (`0.1000000015` for float32 0.1, …)"',
    explains: ({ part, recorded, ours, places }) =>
      part === 'example' && places.every(isFrame) && isAtTenDecimals(recorded, ours),
  },
  {
    id: 'objects-are-anything',
    reason: 'defect',
    says: 'Elements of dtype object are objects, and Python texts in the example, there; here anything, as it is.',
    reference: 'section 3: "object | object | Python str() of it"',
    explains: ({ part, recorded, ours, places }) =>
      places.length > 0 &&
      places.every((place) => place.kind === 'element' && place.dtype === 'object') &&
      (part === 'fragment'
        ? isDeepStrictEqual(recorded, { type: 'object' }) && isDeepStrictEqual(ours, {})
        : recorded === pythonText(ours)),
  },
  {
    id: 'classes-are-what-json-makes-of-them',
    reason: 'language',
    says: 'Samples of range, OrderedDict, numpy.float64 and the like refuse even themselves there; here they are arrays, objects and numbers.',
    reference: 'section 2: OrderedDict, IntEnum, numpy.float64 "object | as JSON"',
    explains: ({ part, recorded, ours, places }) =>
      part === 'fragment' &&
      isDeepStrictEqual(recorded, { type: 'object' }) &&
      places.length === 1 &&
      places.every(
        (place) =>
          place.kind === 'value' && place.sample.kind === 'object' && isOfClass(place.sample, ours as Fragment),
      ),
  },
  {
    id: 'nothing-is-anything',
    reason: 'defect',
    says: 'Where the sample has nothing, or None, the document says object there; here any value.',
    reference: 'section 2: "empty: items `{\\"type\\":\\"object\\"}`"; "None inside a list or dict | object"',
    explains: ({ part, recorded, ours, places }) =>
      part === 'fragment' &&
      places.flatMap(typesOfPlace).every((type) => type === 'nothing') &&
      isDeepStrictEqual(recorded, { type: 'object' }) &&
      isDeepStrictEqual({ ...(ours as object), nullable: true }, { nullable: true }),
  },
  {
    id: 'types-of-every-element',
    reason: 'defect',
    says: 'The document shows the last element of a list, or row of a frame, alone there; here what all of them have in common, or each.',
    reference:
      'section 2: "`items` = the fragment of the **last** element"; section 4: "nulls give object if the **last** row is null"',
    explains: ({ part, recorded, ours, places }) => {
      if (part === 'fragment') {
        const isSeveral = 'anyOf' in (ours as Fragment) || new Set(places.flatMap(typesOfPlace)).size > 1;
        return isSeveral && isOfLast(recorded as Fragment, places) && covers(ours as Fragment, places);
      }
      return part === 'required'
        ? isKeysOfAll(recorded, ours, places)
        : part === 'member' && isKeyOfOthers(recorded, ours, places);
    },
  },
  {
    id: 'required-is-never-empty',
    reason: 'defect',
    says: 'An object without keys has an empty `required` there, which OpenAPI 3.0 forbids; here none.',
    reference: 'section 2: "`required` = every key in order (empty list for `{}`)"',
    explains: ({ part, recorded, ours }) =>
      part === 'required' && isDeepStrictEqual(recorded, []) && ours === undefined,
  },
  {
    id: 'row-labels-are-free',
    reason: 'defect',
    says: 'The row labels of the sample, or their type, are required of every body there; here they are examples of rows.',
    reference: 'section 4: index "one **required property per sample row label**"; columns "all required"',
    explains: ({ part, recorded, ours, places: [place, ...others] }) => {
      if (place === undefined || others.length > 0 || !isFrame(place)) return false;
      if (framePart(place) === 'label') {
        const kinds = typesOfFragment(ours as Fragment);
        return part === 'fragment' && kinds.has(String((recorded as Fragment).type)) && kinds.has('string');
      }
      return (
        part === 'required' &&
        ours === undefined &&
        framePart(place) === (place.orient === 'index' ? 'frame' : 'column')
      );
    },
  },
  {
    id: 'layouts-need-less',
    reason: 'defect',
    says: 'The index of a frame, the primary key and version of a table are required there, though nothing needs them; here not.',
    reference:
      'section 8: "`required` and element types are advertised but never enforced"; section 4: "split: no index | 0..n"',
    explains: ({ part, recorded, ours, places, path }) => {
      if (part !== 'required' || !isInFrame(places, path)) return false;
      const own = new Set((ours ?? []) as string[]);
      const left = (recorded as string[]).filter((name) => !own.has(name));
      return left.every((name) => NOT_NEEDED.has(name)) && own.size === (recorded as string[]).length - left.length;
    },
  },
  {
    id: 'columns-may-be-left-out',
    reason: 'defect',
    says: 'With enforce_shape=False the document still requires every column there; here none.',
    reference: 'section 8: "`required` … advertised but never enforced"',
    explains: ({ part, ours, places }) =>
      part === 'required' && ours === undefined && places.every((place) => isFrame(place) && !place.sameColumns),
  },
  {
    id: 'types-not-enforced-are-not-promised',
    reason: 'defect',
    says: 'With enforce_column_type=False the document still shows the types of the columns there; here anything.',
    reference: 'section 4: "then, if enforced, cast with astype"',
    explains: ({ part, ours, places }) =>
      part === 'fragment' && isDeepStrictEqual(ours, {}) && places.every((place) => isFrame(place) && !place.enforced),
  },
  {
    id: 'empty-frames-have-columns',
    reason: 'defect',
    says: 'Of a sample without rows the document shows no columns there; here it shows them.',
    reference: 'section 4: "Empty frame: array of object, example `[]`"',
    explains: ({ part, ours, places }) =>
      (part === 'fragment' || part === 'member') &&
      isPlainObject(ours) &&
      places.length > 0 &&
      places.every((place) => isFrame(place) && place.frame.kind === 'frame' && place.frame.data.length === 0),
  },
  {
    id: 'inputs-are-those-decorated',
    reason: 'language',
    says: 'Parameters without a decorator, request_headers too, are shown as inputs, and must be there, there; here names of parameters are not looked at.',
    reference:
      'section 1: "Every positional parameter appears, decorated or not … `request_headers` leaks in the same way"',
    explains: ({ path: [root, name, ...rest], part, recorded, ours }, { params, python_source }) =>
      (root === 'ServiceInput' && name === undefined && isOnlyNamed(recorded, ours, params, python_source)) ||
      (root === 'ServiceInput' &&
        name !== undefined &&
        rest.length === 0 &&
        ours === undefined &&
        signature(python_source).includes(name) &&
        !params.some((param) => param.name === name) &&
        (part === 'example' ? recorded === '' : isDeepStrictEqual(recorded, {}))),
  },
];

/** Whether a place belongs to a frame, `schema` of the layout table included, of which places say nothing. */
function isInFrame(places: readonly Place[], path: readonly string[]): boolean {
  return places.every(isFrame) || (path.includes('schema') && places.every(({ kind }) => kind === 'unknown'));
}

function isKeysOfAll(recorded: unknown, ours: unknown, places: readonly Place[]): boolean {
  const keys = places.map((place) =>
    place.kind === 'value' && place.sample.kind === 'dict' ? [...place.sample.members.keys()] : [],
  );
  const common = (keys[0] ?? []).filter((name) => keys.every((each) => each.includes(name)));
  return (
    isDeepStrictEqual(recorded, keys.at(-1)) && isDeepStrictEqual([...((ours ?? []) as string[])].sort(), common.sort())
  );
}

/** A key that an element has which is not the last. */
function isKeyOfOthers(recorded: unknown, ours: unknown, places: readonly Place[]): boolean {
  const known = places.filter(({ kind }) => kind !== 'unknown');
  return recorded === undefined && isPlainObject(ours) && known.length > 0 && covers(ours, known);
}

function isOfClass(sample: PythonValue & { readonly kind: 'object' }, ours: Fragment): boolean {
  if (sample.value === undefined) return ours.type === 'object' && isPlainObject(ours.properties);
  return covers(ours, [{ kind: 'value', sample: sample.value, inside: false }]);
}

/** Whether an example has a list of elements of several Python types, or a list directly inside it does. */
function hasMixedList(param: RecordedParam): boolean {
  const { sample, options = {} } = param;
  const value = pythonValue(sample);
  if (value.kind !== 'frame') return isMixed(value);
  const isByRow = options.orient === 'split' || options.orient === 'values';
  return isByRow
    ? value.data.some((row) => isMixed(pythonValue(row)))
    : value.columns.length > 0 && value.data.flat().some((cell) => isMixed(pythonValue(cell)));
}

/** Of a type inside of a list, what its sample is. */
function kindOf(value: PythonValue): string {
  return value.kind === 'param' ? kindOf(pythonValue(value.param.sample)) : value.kind;
}

function isMixed(value: PythonValue): boolean {
  switch (value.kind) {
    case 'list':
    case 'tuple':
      return new Set(value.items.map(kindOf)).size > 1 || value.items.some(isMixed);
    case 'dict':
      return [...value.members.values()].some(isMixed);
    case 'param':
      return hasMixedList(value.param);
    case 'ndarray':
      return Array.isArray(value.data) && value.dtype === 'object';
    default:
      return false;
  }
}

/** Without any decorated input the reference shows none; here those of any type are shown by the names they have. */
function isOnlyNamed(recorded: unknown, ours: unknown, params: readonly RecordedParam[], source: string): boolean {
  const { properties } = ours as { properties?: object };
  return (
    params.length === 0 &&
    isDeepStrictEqual(recorded, { type: 'object' }) &&
    isDeepStrictEqual(Object.keys(properties ?? {}), signature(source)) &&
    Object.values(properties ?? {}).every((each) => isDeepStrictEqual(each, {}))
  );
}
