import {
  DataFrame,
  NumpyParameterType,
  type ParameterType,
  StandardParameterType,
  Tensor,
} from '../../../src/index.js';
import {
  ownDtype,
  type PythonValue,
  pythonValue,
  type RecordedArray,
  type RecordedDtype,
  type RecordedParam,
  type Tagged,
} from './python-value.js';
import { pandasType } from './translate-frame.js';
import { sparkType } from './translate-spark.js';
import { isoMoment, NoCounterpart } from './translate-value.js';

export interface TranslateOptions {
  /** Whether harmless casts are asked for. */
  readonly coerce?: boolean;
  /** The script that the sample stands in: of Spark, it alone has the types inside of others. */
  readonly source?: string;
}

/**
 * The parameter type that someone who moves from Python writes: the same sample with the types of TypeScript.
 *
 * @throws {HostError} `ENTRY_INVALID` as the host does for a sample that says nothing.
 * @throws {NoCounterpart}
 */
export function translateParam(param: RecordedParam, options: TranslateOptions = {}): ParameterType {
  const { coerce = false } = options;
  const sample = pythonValue(param.sample);
  switch (param.type) {
    case 'StandardPythonParameterType':
      return standardType(sample, options);
    case 'NumpyParameterType':
      return new NumpyParameterType(arraySample(sample) as never, {
        ...(sample.kind === 'ndarray' ? { dtype: dtypeOf(sample.dtype) as 'float64' } : {}),
        enforceShape: param.options?.enforce_shape !== false,
        enforceColumnType: param.options?.enforce_column_type !== false,
        coerce,
      });
    case 'PandasParameterType':
      return pandasType(param, sample, coerce);
    case 'SparkParameterType':
      return sparkType(param, sample, options.source ?? '');
    default:
      throw new NoCounterpart(String(param.type));
  }
}

function standardType(sample: PythonValue, options: TranslateOptions): ParameterType {
  const { coerce = false } = options;
  const format = formatOf(sample);
  if (format) return new StandardParameterType(String(translateValue(sample)), { format });
  return new StandardParameterType(translateValue(sample, options), { coerce });
}

/** Dates, times and durations are text here, of a format. */
function formatOf(sample: PythonValue): 'date' | 'time' | 'timedelta' | undefined {
  if (sample.kind === 'date' || sample.kind === 'time') return sample.kind;
  return sample.kind === 'object' && sample.name === 'datetime.timedelta' ? 'timedelta' : undefined;
}

/** A value of a standard sample: int as bigint, float as number, and so on. */
export function translateValue(value: PythonValue, options: TranslateOptions = {}): unknown {
  switch (value.kind) {
    case 'none':
      return null;
    case 'list':
    case 'tuple':
    case 'range':
      return value.items.map((item) => inside(item, options));
    case 'dict':
      return Object.fromEntries([...value.members].map(([key, member]) => [key, inside(member, options)]));
    case 'datetime':
      return new Date(isoMoment(value.iso));
    case 'ndarray':
      return new Float64Array(1);
    case 'frame':
      return DataFrame.fromRows([]);
    case 'spark':
      throw new NoCounterpart('a Spark frame');
    case 'param':
      return translateParam(value.param, options);
    case 'object':
      return objectValue(value);
    case 'date':
    case 'time':
    case 'timedelta':
      return value.iso;
    default:
      return value.value;
  }
}

/** Inside of others, what is text of a format is a type of its own. */
function inside(value: PythonValue, options: TranslateOptions): unknown {
  return formatOf(value) ? standardType(value, options) : translateValue(value, options);
}

/** Sets and subclasses of dict are told apart by their `repr()`; a class that only Python has stays one. */
function objectValue({ name, repr, value }: PythonValue & { kind: 'object' }): unknown {
  if (value !== undefined) return translateValue(value);
  if (name === 'datetime.timedelta') return 'P1DT0H0M0S';
  if (name === 'set' || name === 'frozenset') return new Set(literals(/[{[](.*)[}\]]/.exec(repr)?.[1] ?? ''));
  if (/Dict$|dict$/.test(name)) return dictOf(repr);
  const sample = class {};
  Object.defineProperty(sample, 'name', { value: name });
  return new sample();
}

function dictOf(repr: string): object {
  const pairs = [...repr.matchAll(/\('([^']*)', ([^()]*)\)|'([^']*)': ([^,{}]*)/g)];
  return Object.fromEntries(
    pairs.map(([, key, value, otherKey, otherValue]) => [key ?? otherKey, literals(value ?? otherValue ?? '')[0]]),
  );
}

/** Numbers, texts and booleans as `repr()` writes them. */
function literals(text: string): unknown[] {
  return text.split(/,\s*/).map((each) => {
    if (/^-?\d+$/.test(each)) return BigInt(each);
    if (/^'.*'$/.test(each)) return each.slice(1, -1);
    if (each === 'True' || each === 'False') return each === 'True';
    return Number(each);
  });
}

/** A dtype by the name, or with the fields, that it has here. */
function dtypeOf(dtype: RecordedDtype): unknown {
  if (typeof dtype === 'string') return ownDtype(dtype) ?? dtype;
  const fields = dtype.map(([name, field, dims]) => [name, dims ? [dtypeOf(field), dims] : dtypeOf(field)]);
  return Object.fromEntries(fields);
}

function arraySample(sample: PythonValue): unknown {
  if (sample.kind !== 'ndarray') return translateValue(sample);
  // Nested arrays without rows do not say how many axes there are.
  if (sample.shape[0] === 0 && typeof sample.dtype === 'string') {
    return new Tensor((ownDtype(sample.dtype) ?? sample.dtype) as 'float32', [], sample.shape);
  }
  return nestedElements(sample.data, sample.shape.length, sample.dtype, sample);
}

function nestedElements(data: Tagged, depth: number, dtype: RecordedDtype, array: RecordedArray): unknown {
  if (depth > 0) return (data as Tagged[]).map((each) => nestedElements(each, depth - 1, dtype, array));
  if (typeof dtype !== 'string') {
    const members = dtype.map(([name, field, dims = []]) => {
      const value = (data as Readonly<Record<string, Tagged>>)[name];
      return [name, nestedElements(value, dims.length, field, array)];
    });
    return Object.fromEntries(members);
  }
  return elementOf(data, ownDtype(dtype) ?? dtype);
}

function elementOf(data: Tagged, dtype: string): unknown {
  if (dtype.startsWith('datetime64')) return data === null || data === 'NaT' ? null : new Date(isoMoment(String(data)));
  if (dtype.startsWith('timedelta64')) return Number.parseInt(String(data), 10);
  const value = translateValue(pythonValue(data));
  return /^u?int(?:8|16|32)$/.test(dtype) ? Number(value) : value;
}

/** A type of the user's own: what its `input_to_swagger` gives is its schema, and values pass as they are. */
export function ownType(schema: Readonly<Record<string, unknown>>): ParameterType {
  return {
    jsonSchema: schema as ParameterType['jsonSchema'],
    decode: (value) => value,
  };
}
