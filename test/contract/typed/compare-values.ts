import { parseDuration } from '../../../src/data-frame/duration.js';
import { DataFrame, Tensor } from '../../../src/index.js';
import { isPlainObject } from './json-pointer.js';
import { cellsOf, elementsOf } from './own-value.js';
import {
  ownDtype,
  type PythonValue,
  pythonValue,
  type RecordedArray,
  type RecordedDtype,
  type RecordedFrame,
  type Tagged,
} from './python-value.js';
import { isSameNumber } from './same-number.js';
import { ownColumnType } from './translate-frame.js';
import { isoMoment } from './translate-value.js';

/** One place at which the value that `run` gets there is not the one that it gets here. */
export interface ValueDivergence {
  /** From the root of the value; in a frame the row and the name of the column. */
  readonly path: readonly string[];
  /** `shape`, `dtype`, `columns` and `index` are of what contains the values. */
  readonly part: 'value' | 'shape' | 'dtype' | 'columns' | 'index';
  readonly recorded: PythonValue;
  readonly ours: unknown;
}

/** All at which a value differs from the recorded one; numbers are compared as numbers, dates as moments. */
export function compareValues(recorded: PythonValue, ours: unknown, path: readonly string[] = []): ValueDivergence[] {
  const differs: ValueDivergence[] = [{ path, part: 'value', recorded, ours }];
  switch (recorded.kind) {
    case 'int':
    case 'float':
      return isSameNumber(recorded.value, ours) ? [] : differs;
    case 'str':
    case 'bool':
      return recorded.value === ours ? [] : differs;
    case 'none':
      return ours === null || ours === undefined ? [] : differs;
    case 'bytes':
    case 'bytearray':
      return ours instanceof Uint8Array && Buffer.from(ours).equals(recorded.value) ? [] : differs;
    case 'datetime':
      return isSameMoment(recorded.iso, ours) ? [] : differs;
    case 'timedelta':
      return ours === parseDuration(recorded.iso) ? [] : differs;
    case 'date':
    case 'time':
      return recorded.iso === ours ? [] : differs;
    case 'list':
    case 'tuple':
    case 'range':
      return isArrayOf(ours, recorded.items.length)
        ? recorded.items.flatMap((item, i) => compareValues(item, ours[i], [...path, String(i)]))
        : differs;
    case 'dict':
      return isPlainObject(ours) ? compareMembers(recorded.members, ours, path) : differs;
    case 'ndarray':
      return compareArray(recorded, ours, path);
    case 'frame':
      return ours instanceof DataFrame ? compareFrame(recorded, ours, path) : differs;
    default:
      return differs;
  }
}

function isArrayOf(value: unknown, length: number): value is unknown[] {
  return Array.isArray(value) && value.length === length;
}

/** A naive moment is another thing than one with an offset, and so is one of finer digits. */
function isSameMoment(iso: string, ours: unknown): boolean {
  return ours instanceof Date && isExactMoment(iso) && ours.getTime() === momentOf(iso);
}

/** Whether a text says of itself what moment it is, to the millisecond. */
export function isExactMoment(iso: string): boolean {
  return /(?:Z|[+-]\d{2}:\d{2})$/.test(iso) && !/\.\d{3}\d*[1-9]/.test(iso);
}

/** Milliseconds of the epoch; naive moments count as UTC, finer digits are cut. */
export function momentOf(iso: string): number {
  return new Date(isoMoment(iso)).getTime();
}

function compareMembers(
  members: ReadonlyMap<string, PythonValue>,
  ours: Readonly<Record<string, unknown>>,
  path: readonly string[],
): ValueDivergence[] {
  const names = [...new Set([...members.keys(), ...Object.keys(ours)])];
  return names.flatMap((name) => compareValues(members.get(name) ?? { kind: 'none' }, ours[name], [...path, name]));
}

function compareArray(recorded: RecordedArray, ours: unknown, path: readonly string[]): ValueDivergence[] {
  const elements = ours instanceof Tensor ? elementsOf(ours) : ours;
  const differs = (part: ValueDivergence['part'], own: unknown): ValueDivergence[] => [
    { path, part, recorded, ours: own },
  ];
  if (
    ours instanceof Tensor &&
    ours.type !== (typeof recorded.dtype === 'string' ? ownDtype(recorded.dtype) : undefined)
  ) {
    return differs('dtype', ours);
  }
  return compareElements(recorded.data, elements, recorded.shape, recorded.dtype, path) ?? differs('shape', ours);
}

/** @returns undefined where the shapes differ. */
function compareElements(
  data: Tagged,
  ours: unknown,
  shape: readonly number[],
  dtype: RecordedDtype,
  path: readonly string[],
): ValueDivergence[] | undefined {
  const [length, ...rest] = shape;
  if (length === undefined) return compareElement(data, ours, dtype, path);
  if (!isArrayOf(ours, length)) return undefined;
  const parts = ours.map((each, i) => compareElements((data as Tagged[])[i], each, rest, dtype, [...path, String(i)]));
  return parts.includes(undefined) ? undefined : parts.flatMap((part) => part ?? []);
}

function compareElement(data: Tagged, ours: unknown, dtype: RecordedDtype, path: readonly string[]): ValueDivergence[] {
  if (typeof dtype !== 'string') {
    return dtype.flatMap(([name, field, dims = []]) => {
      const [own, member] = [(ours as Record<string, unknown> | null)?.[name], (data as Record<string, Tagged>)[name]];
      const at = [...path, name];
      const shape: ValueDivergence = { path: at, part: 'shape', recorded: pythonValue(member), ours: own };
      return compareElements(member, own, dims, field, at) ?? [shape];
    });
  }
  const named = ownDtype(dtype) ?? dtype;
  if (named.startsWith('datetime64')) return compareMoment(String(data), ours, path);
  if (named.startsWith('timedelta64')) return compareValues(pythonValue(Number.parseInt(String(data), 10)), ours, path);
  return compareValues(pythonValue(data), ours, path);
}

/** NumPy's moments are naive, all of them: UTC is meant. */
function compareMoment(text: string, ours: unknown, path: readonly string[]): ValueDivergence[] {
  if (text === 'NaT') return compareValues({ kind: 'none' }, ours, path);
  return compareValues({ kind: 'datetime', iso: `${text.includes('T') ? text : `${text}T00:00:00`}Z` }, ours, path);
}

/** Columns are compared by name; where the reference only numbers them, by their place. */
function compareFrame(recorded: RecordedFrame, ours: DataFrame, path: readonly string[]): ValueDivergence[] {
  const differs = (part: ValueDivergence['part'], own: unknown, at = path): ValueDivergence => ({
    path: at,
    part,
    recorded,
    ours: own,
  });
  if (recorded.data.length !== ours.length) return [differs('shape', ours)];
  const names = namesHere(recorded, ours);
  const known = names.flatMap((name, column) => (ours.columns.includes(name) ? [{ name, column }] : []));
  const sameColumns = recorded.columns.map(String).join('\0') === ours.columns.join('\0');
  const sameLabels = recorded.index.every((label, row) => label === ours.index[row]);
  return [
    ...(sameColumns ? [] : [differs('columns', ours)]),
    ...(sameLabels ? [] : [differs('index', ours)]),
    ...known.flatMap(({ name, column }) =>
      isSameType(recorded.dtypes[column] as string, ours.columnType(name))
        ? []
        : [differs('dtype', ours, [...path, '*', name])],
    ),
    ...known.flatMap(({ name, column }) => {
      const own = cellsOf(ours, name);
      return recorded.data.flatMap((row, i) => compareCell(row[column], own[i], [...path, String(i), name]));
    }),
  ];
}

/** The columns of a recorded frame by the names that they have here. */
function namesHere({ columns }: RecordedFrame, ours: DataFrame): string[] {
  return isNumbered(columns) && columns.length === ours.columns.length ? [...ours.columns] : columns.map(String);
}

/** Whether columns have numbers for names, in order: what came without names. */
export function isNumbered(columns: readonly Tagged[]): boolean {
  return columns.every((name, column) => name === column);
}

function isSameType(recorded: string, ours: string): boolean {
  const type = ownColumnType(recorded);
  return type === ours || (type === 'object' && ours === 'string') || (recorded === 'category' && ours === 'object');
}

/** NaN is what pandas has for any missing value. */
function compareCell(cell: Tagged, ours: unknown, path: readonly string[]): ValueDivergence[] {
  const recorded = pythonValue(cell);
  const isMissing = recorded.kind === 'none' || (recorded.kind === 'float' && Number.isNaN(recorded.value));
  return compareValues(isMissing ? { kind: 'none' } : recorded, ours, path);
}
