import { nest } from '../../../src/tensor.js';

/** A value of Python as the recorded cases write it, and what it is, taken apart. */

/** JSON with tags: `{"$float": "2.0"}`, `{"$int": "…"}`, `{"$py": "ndarray", …}`, and parameter types inside samples. */
export type Tagged = unknown;

/** A parameter type of the reference with its sample, as `params` of a schema case and `param` of the others have it. */
export interface RecordedParam {
  readonly name?: string;
  /** Left out where the type could not even be built. */
  readonly type?: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly sample?: Tagged;
  readonly optional?: boolean;
}

/** A NumPy dtype by name, or the fields of a structured one: name, dtype, and the lengths of an array of it. */
export type RecordedDtype = string | readonly RecordedField[];
export type RecordedField = readonly [name: string, dtype: RecordedDtype, dims?: readonly number[]];

export interface RecordedArray {
  readonly kind: 'ndarray';
  readonly dtype: RecordedDtype;
  readonly shape: readonly number[];
  readonly data: Tagged;
}

export interface RecordedFrame {
  readonly kind: 'frame';
  readonly columns: readonly Tagged[];
  readonly dtypes: readonly string[];
  readonly index: readonly Tagged[];
  readonly data: readonly (readonly Tagged[])[];
}

export interface RecordedSparkFrame {
  readonly kind: 'spark';
  readonly columns: readonly (readonly [name: string, type: string])[];
  readonly rows: readonly Readonly<Record<string, Tagged>>[];
}

export type PythonValue =
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'str'; readonly value: string }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'none' }
  | { readonly kind: 'bytes' | 'bytearray'; readonly value: Buffer }
  /** `iso` as Python's isoformat() gives it; of a Timedelta an ISO 8601 duration. */
  | { readonly kind: 'date' | 'time' | 'datetime' | 'timedelta'; readonly iso: string }
  | { readonly kind: 'list' | 'tuple' | 'range'; readonly items: readonly PythonValue[] }
  | { readonly kind: 'dict'; readonly members: ReadonlyMap<string, PythonValue> }
  | RecordedArray
  | RecordedFrame
  | RecordedSparkFrame
  | { readonly kind: 'param'; readonly param: RecordedParam }
  /** Any other class, by its name, with its `repr()` or the value that it holds. */
  | { readonly kind: 'object'; readonly name: string; readonly repr: string; readonly value?: PythonValue };

type Tag = Readonly<Record<string, unknown>>;

export function pythonValue(tagged: Tagged): PythonValue {
  switch (typeof tagged) {
    case 'bigint':
      return { kind: 'int', value: tagged };
    case 'number':
      // A whole float is tagged; what is past 2^53 too.
      return Number.isInteger(tagged) ? { kind: 'int', value: BigInt(tagged) } : { kind: 'float', value: tagged };
    case 'string':
      return { kind: 'str', value: tagged };
    case 'boolean':
      return { kind: 'bool', value: tagged };
  }
  if (tagged === null || tagged === undefined) return { kind: 'none' };
  if (Array.isArray(tagged)) return { kind: 'list', items: tagged.map(pythonValue) };
  return ofTag(tagged as Tag);
}

function ofTag(tag: Tag): PythonValue {
  if (typeof tag.$float === 'string') return { kind: 'float', value: floatOf(tag.$float) };
  if (typeof tag.$int === 'string') return { kind: 'int', value: BigInt(tag.$int) };
  if (typeof tag.$py === 'string') return ofClass(tag.$py, tag);
  if (typeof tag.type === 'string' && 'sample' in tag && 'options' in tag) return { kind: 'param', param: tag };
  return { kind: 'dict', members: new Map(Object.entries(tag).map(([key, value]) => [key, pythonValue(value)])) };
}

function floatOf(text: string): number {
  const word = /^(-?)(nan|inf|infinity)$/i.exec(text);
  if (!word) return Number(text);
  return word[2]?.toLowerCase() === 'nan' ? Number.NaN : word[1] ? -Infinity : Infinity;
}

function ofClass(name: string, tag: Tag): PythonValue {
  switch (name) {
    case 'bytes':
    case 'bytearray':
      return { kind: name, value: Buffer.from(String(tag.base64), 'base64') };
    case 'date':
    case 'time':
    case 'datetime':
      return { kind: name, iso: String(tag.iso) };
    case 'Timestamp':
      return { kind: 'datetime', iso: String(tag.iso) };
    case 'Timedelta':
      return { kind: 'timedelta', iso: String(tag.iso) };
    case 'tuple':
    case 'range':
      return { kind: name, items: (tag.items as Tagged[]).map(pythonValue) };
    case 'dict':
      return { kind: 'dict', members: new Map(pairsOf(tag.items).map(([key, value]) => [key, pythonValue(value)])) };
    case 'ndarray':
      return arrayOf(tag);
    case 'DataFrame':
      return { ...(tag as unknown as Omit<RecordedFrame, 'kind'>), kind: 'frame' };
    case 'SparkDataFrame':
      return { ...(tag as unknown as Omit<RecordedSparkFrame, 'kind'>), kind: 'spark' };
    case 'pandas.NAType':
    case 'NaTType':
    case 'pandas.NaT':
      return { kind: 'none' };
    default: {
      const value = 'value' in tag ? { value: pythonValue(tag.value) } : {};
      return { kind: 'object', name, repr: String(tag.repr ?? ''), ...value };
    }
  }
}

/** Elements with fields are recorded as one list, whatever the number of axes. */
function arrayOf(tag: Tag): RecordedArray {
  const { dtype, shape, data } = tag as { dtype: RecordedDtype; shape: number[]; data: Tagged };
  const nested = typeof dtype === 'string' ? data : nest((data as Tagged[]).flat(shape.length), shape);
  return { kind: 'ndarray', dtype, shape, data: nested };
}

/** The members of a dict whose keys are no strings: pairs. */
function pairsOf(items: unknown): [string, Tagged][] {
  if (!Array.isArray(items)) return Object.entries((items ?? {}) as object);
  return items.map(([key, value]) => [String(key), value]);
}

/** Whether the elements of an array are floats. */
export function isFloatDtype(dtype: RecordedDtype): boolean {
  return typeof dtype === 'string' && /^[<>=|]?(?:float\d+|f\d)$/.test(dtype);
}

/** The name that an element type has here: `float64`, `string`, `bytes`, `datetime64[s]`; undefined for what has none. */
export function ownDtype(dtype: string): string | undefined {
  if (/^u?int(?:8|16|32|64)$|^float(?:16|32|64)$|^(?:bool|object)$/.test(dtype)) return dtype;
  if (/^[<>=|]?U\d*$/.test(dtype) || dtype === 'str') return 'string';
  if (/^[<>=|]?[SV]\d*$/.test(dtype)) return 'bytes';
  const [, kind, unit] = /^[<>=|]?(M8|m8|datetime64|timedelta64)\[(\w+)\]$/.exec(dtype) ?? [];
  if (kind === undefined) return undefined;
  return `${kind === 'M8' || kind === 'datetime64' ? 'datetime64' : 'timedelta64'}[${unit}]`;
}
