import { DataFrame } from '../../../src/index.js';
import { isNumbered } from '../typed/compare-values.js';
import type { AcceptedHere, ConversionDifference, ReadOtherwise } from '../typed/conversion.js';
import { cellDtype, type FramePlace, framePart, sampleColumns } from '../typed/frame-place.js';
import { isWhole } from '../typed/is-of-dtype.js';
import { isPlainObject } from '../typed/json-pointer.js';
import { cellsOf } from '../typed/own-value.js';
import type { Place } from '../typed/place.js';
import { pythonValue, type RecordedFrame } from '../typed/python-value.js';
import { isSameNumber } from '../typed/same-number.js';

/** The place in a frame, where that is the only one. */
function framePlace(places: readonly Place[]): FramePlace | undefined {
  const [place] = places;
  return places.length === 1 && place?.kind === 'frame' ? place : undefined;
}

function isCell(places: readonly Place[]): boolean {
  const place = framePlace(places);
  return place !== undefined && framePart(place) === 'cell';
}

function dtypeOf(places: readonly Place[]): string {
  const place = framePlace(places);
  return place && framePart(place) === 'cell' ? (cellDtype(place) ?? '') : '';
}

/** The names by which pandas takes a column for dates. */
const LIKE_DATES = /(?:_at|_time)$|^timestamp|^modified$|^date$/i;

/** What the reference counted in a frame that it refused. */
function countedColumns({ recorded }: AcceptedHere): { came: number; expected: number } | undefined {
  const [, came, expected] =
    /^Invalid input data frame: data frame has size (\d+) on dimension #1, while expected value is (\d+)$/.exec(
      recorded.error?.message ?? '',
    ) ?? [];
  return came === undefined ? undefined : { came: Number(came), expected: Number(expected) };
}

export const frameConversions: readonly ConversionDifference[] = [
  {
    id: 'unknown-names-are-passed-over',
    reason: 'defect',
    says: 'A column besides those of the sample refuses the frame there, and never says which; here it is passed over, as unknown names are everywhere.',
    reference:
      'section 4: "missing or extra column | `… data frame has size 3 on dimension #1, while expected value is 4` (never says which)"',
    accepted: (both) => {
      const counted = countedColumns(both);
      const isExtraKey = /^JSON data had unexpected key\(s\): /.test(both.recorded.error?.message ?? '');
      return isExtraKey || (counted !== undefined && counted.came > counted.expected);
    },
  },
  {
    id: 'layouts-need-less',
    reason: 'defect',
    says: 'The index of a frame, the primary key and version of a table are required there, though nothing needs them; here not.',
    reference: 'section 4: table "`data` with `index` added"',
    accepted: ({ recorded }) =>
      recorded.param.options?.orient === 'table' &&
      /^'(?:index|primaryKey|pandas_version)'$/.test(recorded.error?.message ?? ''),
  },
  {
    id: 'no-rows-are-no-problem',
    reason: 'defect',
    says: 'No rows are no columns there, and refused; here they are a frame without rows.',
    reference: 'section 4: "`[]` | refused (0 columns) unless enforce_shape=False"',
    accepted: (both) => both.value instanceof DataFrame && both.value.length === 0 && countedColumns(both)?.came === 0,
  },
  {
    id: 'labels-are-text',
    reason: 'language',
    says: 'Row labels are read as numbers or dates where they look like them there, and fail where they are of no one kind; here they are whole numbers or text.',
    reference: 'section 4: "index labels that look numeric | become integers"',
    refused: ({ places, value }) => {
      const place = framePlace(places);
      return place !== undefined && framePart(place) === 'label' && typeof value === 'number';
    },
    otherwise: ({ divergence: { part, recorded, ours } }) =>
      part === 'index' &&
      recorded.kind === 'frame' &&
      ours instanceof DataFrame &&
      recorded.index.every((label, row) => isSameLabel(label, ours.index[row])),
  },
  {
    id: 'columns-are-those-of-the-sample',
    reason: 'defect',
    says: 'Columns are those of the body, in its order, there; here those of the sample, in its order: what a body may lack is null, what it has besides is passed over.',
    reference:
      'section 4: "fields in another order | accepted, order of the input kept"; "shape check on the number of columns only"',
    otherwise: (both) => columnsDiffer(both) && areColumnsOfSample(both),
  },
  {
    id: 'rows-by-position-are-named',
    reason: 'defect',
    says: 'Rows by position have columns 0, 1, … of no type there; here the names and types of the sample.',
    reference: 'section 4: "values | columns 0..n, all become object when types are enforced (labels never match)"',
    otherwise: ({ divergence: { part, recorded, ours }, recorded: { param } }) =>
      (part === 'columns' || part === 'dtype') &&
      recorded.kind === 'frame' &&
      isNumbered(recorded.columns) &&
      ours instanceof DataFrame &&
      /^(?:values|split)$/.test(String(param.options?.orient)) &&
      ours.columns.length === recorded.columns.length,
  },
  {
    id: 'column-types-are-inferred',
    reason: 'language',
    says: 'With enforce_column_type=False the dtype is found from the values by the rules of NumPy and pandas there; here it is what they have in common, and null is NaN among numbers.',
    reference: 'section 4: "then, if enforced, cast with astype"',
    otherwise: ({ divergence: { part }, places: [place] }) =>
      part === 'dtype' && (place?.kind === 'array' || place?.kind === 'frame') && !place.enforced,
  },
  {
    id: 'names-are-not-overwritten',
    reason: 'defect',
    says: 'apply_column_names puts the names of the sample over those that came there; here only on rows that come without names.',
    reference: 'section 4: "apply_column_names is deprecated (warning)"',
    refused: ({ recorded, value, places }) =>
      recorded.param.options?.apply_column_names === true &&
      (value === undefined || Array.isArray(value)) &&
      framePlace(places) !== undefined,
  },
  {
    id: 'rows-are-not-broadcast',
    reason: 'defect',
    says: 'One row is repeated for each label of the index there; here there are as many labels as rows.',
    reference: 'section 4: "the one row is **broadcast** to the index length"',
    refused: ({ places, value }) => {
      const place = framePlace(places);
      return place !== undefined && framePart(place) === 'labels' && place.rowCount === 1 && Array.isArray(value);
    },
  },
  {
    id: 'layouts-are-as-documented',
    reason: 'defect',
    says: 'A frame may come in another layout than the document shows, or as arrays by position, there; here in that of the document.',
    reference:
      'section 4: "records given as `{\\"a\\":[…]}` or `{\\"a\\":{\\"0\\":…}}` | accepted"; "rows given as arrays | accepted"',
    refused: ({ places, value, recorded }) => {
      const place = framePlace(places);
      if (place === undefined || value === undefined || framePart(place) === 'cell') return false;
      return pythonValue(recorded.result).kind === 'frame' && (Array.isArray(value) || isPlainObject(value));
    },
  },
  {
    id: 'nullable-dtypes',
    reason: 'language',
    says: 'Int64, boolean and the like take null there; here a column of integers or booleans takes it where the sample has it.',
    reference: 'section 4: "null for int / float / bool / str"; recorded: Int64 keeps null as <NA>',
    refused: ({ value, places }) => value === null && /^(?:U?Int|Float)\d+$|^boolean$/.test(dtypeOf(places)),
  },
  {
    id: 'dates-are-rfc-3339',
    reason: 'defect',
    says: 'Dates and times are guessed there (1/2/2020 is 2 January, 13/2/2020 13 February); here they are RFC 3339.',
    reference: 'section 4: read_json and astype read whatever dateutil reads',
    refused: ({ value, places }) => typeof value === 'string' && dtypeOf(places).startsWith('datetime64'),
  },
  {
    id: 'columns-named-like-dates',
    reason: 'defect',
    says: 'Columns named `date`, `modified`, `…_at`, `…_time`, `timestamp…` are read as dates there, whatever the sample has; here by the sample.',
    reference: 'section 4: "**columns named like dates** … read_json parses them as dates even in string columns"',
    otherwise: ({ divergence: { part, path, recorded, ours }, input }) => {
      if (!LIKE_DATES.test(path.at(-1) ?? '')) return false;
      if (part === 'dtype') return true;
      const isAsSent = ours === input || (typeof ours === 'bigint' && isSameNumber(ours, input));
      return (
        isAsSent &&
        (recorded.kind === 'datetime' || (recorded.kind === 'int' && isInNanoseconds(recorded.value, input)))
      );
    },
  },
  {
    id: 'categories-are-open',
    reason: 'defect',
    says: 'A category that the sample does not have becomes NaN there, without a word; here it is the text that came.',
    reference: 'section 4: "category not in the sample | NaN, silently"',
    otherwise: ({ divergence: { recorded, ours }, input, places }) =>
      dtypeOf(places) === 'category' && recorded.kind === 'none' && ours === input,
  },
  {
    id: 'texts-stay-texts',
    reason: 'language',
    says: 'A missing text is None, NaN or the text "nan" there; here null.',
    reference: 'section 4: null for str gives NaN',
    otherwise: ({ divergence: { recorded, ours }, input, places }) =>
      isCell(places) &&
      input === null &&
      ours === null &&
      recorded.kind === 'str' &&
      /^(?:nan|None|<NA>)$/.test(recorded.value),
  },
  {
    id: 'silent-casts',
    reason: 'defect',
    says: 'Values of another type or range are cast there ("7", true and 1.9 to 7, 1 and 1; 128 to the int8 -128); here they are refused, and `coerce: true` gives the harmless casts back.',
    reference: 'section 4: "3, true, 5 left an int"; "128 for int8 | -128"',
    refused: ({ value, places }) => isCell(places) && value !== undefined,
  },
];

/** Whether an integer was taken for a date of the epoch, whatever unit was guessed. */
function isInNanoseconds(recorded: bigint, input: unknown): boolean {
  return isWhole(input) && [3n, 6n, 9n].some((digits) => recorded === BigInt(input) * 10n ** digits);
}

function isSameLabel(recorded: unknown, ours: unknown): boolean {
  const label = pythonValue(recorded);
  if (label.kind === 'datetime') return typeof ours === 'string';
  return String(recorded) === String(ours) || (typeof recorded === 'number' && Number(ours) === recorded);
}

function columnsDiffer({ divergence: { part, recorded, ours } }: ReadOtherwise): boolean {
  return part === 'columns' && recorded.kind === 'frame' && ours instanceof DataFrame;
}

/** Whether ours are the sample's columns, each of them recorded too, or missing and let be. */
function areColumnsOfSample({ divergence, places }: ReadOtherwise): boolean {
  const [recorded, ours, place] = [
    divergence.recorded as RecordedFrame,
    divergence.ours as DataFrame,
    framePlace(places),
  ];
  if (place === undefined || [...sampleColumns(place).keys()].join('\0') !== ours.columns.join('\0')) return false;
  const names = recorded.columns.map(String);
  const missing = ours.columns.filter((name) => !names.includes(name));
  const isSameSet = missing.length === 0 && names.length === ours.columns.length;
  return (
    isSameSet || (!place.sameColumns && missing.every((name) => cellsOf(ours, name).every((cell) => cell === null)))
  );
}
