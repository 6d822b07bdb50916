import { type FramePlace, framePlaces, isOfFramePlace } from './frame-place.js';
import { isBase64, isDate, isDateTime, isNumber, isOfDtype, isTime, isWhole } from './is-of-dtype.js';
import { isPlainObject } from './json-pointer.js';
import { type PythonValue, pythonValue, type RecordedDtype, type RecordedParam } from './python-value.js';

/**
 * One place of an input, by what the recorded sample says of it. It is worked out from the record alone, without the
 * schemas of the host: what the host makes of a value is held against it.
 */
export type Place =
  /** A standard value, as this one of the sample. `inside` of a list or dict of Python, where the reference checks nothing. */
  | { readonly kind: 'value'; readonly sample: PythonValue; readonly inside: boolean }
  | ArrayPlace
  | { readonly kind: 'element'; readonly dtype: RecordedDtype; readonly enforced: boolean }
  | FramePlace
  /** Of which the sample says nothing: an empty list, None. */
  | { readonly kind: 'unknown' };

export interface ArrayPlace {
  readonly kind: 'array';
  readonly dtype: RecordedDtype;
  readonly enforced: boolean;
  /** How long the arrays of each axis are; undefined for a free axis. */
  readonly shape: readonly (number | undefined)[];
  /** Whether it is the array that a field of a structured element is. */
  readonly isField: boolean;
  /** No rows at all would have an axis less: only an array of one axis may be empty, or one without rows in the sample. */
  readonly rowsMin: number;
}

const unknown: Place = { kind: 'unknown' };

/** The place of a whole input; what came for it tells how long its parts have to be. */
export function placeOf({ type, options = {}, sample }: RecordedParam, input?: unknown): Place {
  const value = pythonValue(sample);
  const enforced = options.enforce_column_type !== false;
  if (type === 'NumpyParameterType' && value.kind === 'ndarray') {
    const shape = value.shape.map((length, axis) =>
      axis === 0 || options.enforce_shape === false ? undefined : length,
    );
    return {
      kind: 'array',
      dtype: value.dtype,
      enforced,
      shape,
      isField: false,
      rowsMin: shape.length > 1 && value.shape[0] !== 0 ? 1 : 0,
    };
  }
  if (value.kind === 'frame' || value.kind === 'spark') {
    const orient = value.kind === 'spark' ? 'records' : String(options.orient ?? 'records');
    const rows = orient === 'split' && isPlainObject(input) && Array.isArray(input.data) ? input.data : undefined;
    return {
      kind: 'frame',
      frame: value,
      orient,
      enforced,
      sameColumns: options.enforce_shape !== false,
      level: [],
      ...(rows ? { rowCount: rows.length } : {}),
    };
  }
  return { kind: 'value', sample: value, inside: false };
}

/** What the sample says of the value at a pointer: of an element of a list, what it says of each. */
export function placesAt(place: Place, tokens: readonly string[]): readonly Place[] {
  let places: readonly Place[] = [place];
  for (const token of tokens) places = places.flatMap((each) => placesInside(each, token));
  return places;
}

function placesInside(place: Place, token: string): readonly Place[] {
  switch (place.kind) {
    case 'value':
      return valuePlaces(place.sample, token);
    case 'array': {
      const [, ...shape] = place.shape;
      return shape.length > 0
        ? [{ ...place, shape, rowsMin: 0 }]
        : [{ kind: 'element', dtype: place.dtype, enforced: place.enforced }];
    }
    case 'element':
      return fieldPlaces(place.dtype, token);
    case 'frame':
      return framePlaces(place, token, valuePlaces);
    case 'unknown':
      return [unknown];
  }
}

function valuePlaces(sample: PythonValue, token: string): readonly Place[] {
  switch (sample.kind) {
    case 'list':
    case 'tuple':
    case 'range':
      return sample.items.length === 0 ? [unknown] : sample.items.map(insidePlace);
    case 'dict': {
      const member = sample.members.get(token);
      return [member ? insidePlace(member) : unknown];
    }
    default:
      return [unknown];
  }
}

function insidePlace(sample: PythonValue): Place {
  if (sample.kind === 'param') return placeOf(sample.param);
  return { kind: 'value', sample, inside: true };
}

function fieldPlaces(dtype: RecordedDtype, token: string): readonly Place[] {
  if (typeof dtype === 'string') return [unknown];
  const [, field, dims = []] = dtype.find(([name]) => name === token) ?? [];
  if (field === undefined) return [unknown];
  if (dims.length === 0) return [{ kind: 'element', dtype: field, enforced: true }];
  return [{ kind: 'array', dtype: field, enforced: true, shape: dims, isField: true, rowsMin: 0 }];
}

/** Whether a JSON value is what a place means, by itself: not what is inside of it. */
export function isOfPlace(place: Place, value: unknown): boolean {
  switch (place.kind) {
    case 'value':
      return isOfSample(place.sample, value);
    case 'array':
      return Array.isArray(value) && (place.shape[0] ?? value.length) === value.length && value.length >= place.rowsMin;
    case 'element':
      return isOfDtype(place.dtype, value, place.enforced);
    case 'frame':
      return isOfFramePlace(place, value);
    case 'unknown':
      return value !== undefined;
  }
}

function isOfSample(sample: PythonValue, value: unknown): boolean {
  switch (sample.kind) {
    case 'int':
      return isWhole(value);
    case 'float':
      return isNumber(value);
    case 'str':
      return typeof value === 'string';
    case 'bool':
      return typeof value === 'boolean';
    case 'bytes':
    case 'bytearray':
      return isBase64(value);
    case 'date':
      return isDate(value);
    case 'time':
      return isTime(value);
    case 'datetime':
      return isDateTime(value);
    case 'list':
    case 'tuple':
    case 'range':
      return Array.isArray(value);
    case 'dict':
      return isPlainObject(value);
    case 'none':
      return value === null;
    case 'object':
      return sample.value ? isOfSample(sample.value, value) : value !== undefined;
    default:
      return value !== undefined;
  }
}
