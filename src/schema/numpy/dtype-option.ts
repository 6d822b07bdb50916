import { DTYPES, type Dtype } from '../../dtype.js';
import { HostError } from '../../errors.js';
import { nearestName } from '../../nearest-name.js';

/** Steps of dates and durations, as NumPy names them. JavaScript holds milliseconds: finer steps are cut to these. */
export const TIME_UNITS = ['Y', 'M', 'W', 'D', 'h', 'm', 's', 'ms', 'us', 'ns'] as const;
export type TimeUnit = (typeof TIME_UNITS)[number];

/** Fields by name: each a dtype of its own, or a dtype with the lengths of an array of it. */
export interface StructuredDtype {
  readonly [field: string]: NumpyDtype | readonly [dtype: NumpyDtype, dims: readonly number[]];
}

/**
 * The element type of a {@link NumpyParameterType}. Those of {@link Dtype} make a `Tensor`; the others nested arrays:
 * `bytes` of Buffers, `datetime64` of Dates, `timedelta64` of numbers that count its unit, `object` of whatever JSON
 * says, a structured one of plain objects.
 */
export type NumpyDtype =
  | Dtype
  | 'bytes'
  | 'object'
  | `datetime64[${TimeUnit}]`
  | `timedelta64[${TimeUnit}]`
  | StructuredDtype;

/** What `dtype` means, taken apart. */
export type ParsedDtype =
  | { readonly kind: 'tensor'; readonly type: Dtype }
  | { readonly kind: 'bytes' | 'object' }
  | { readonly kind: 'datetime' | 'timedelta'; readonly unit: TimeUnit }
  | { readonly kind: 'structured'; readonly fields: ReadonlyMap<string, ParsedField> };

export interface ParsedField {
  readonly dtype: ParsedDtype;
  /** Lengths of the array that the field is; none for a single value. */
  readonly dims: readonly number[];
}

const TIME_DTYPE = /^(datetime|timedelta)64\[(\w+)\]$/;

/** @throws {HostError} `ENTRY_INVALID` for what is no dtype, which the compiler does not see in plain JavaScript. */
export function parseDtype(dtype: unknown): ParsedDtype {
  if (typeof dtype === 'string') return parseName(dtype);
  if (typeof dtype !== 'object' || dtype === null || Array.isArray(dtype)) throw unknownDtype(String(dtype));
  const fields = Object.entries(dtype).map(([name, field]) => [name, parseField(field)] as const);
  return { kind: 'structured', fields: new Map(fields) };
}

function parseField(field: unknown): ParsedField {
  if (!Array.isArray(field)) return { dtype: parseDtype(field), dims: [] };
  const [dtype, dims] = field as [unknown, unknown];
  const isDims = Array.isArray(dims) && dims.every((dim) => Number.isSafeInteger(dim) && dim >= 0);
  if (!isDims) throw unknownDtype(JSON.stringify(field));
  return { dtype: parseDtype(dtype), dims };
}

function parseName(name: string): ParsedDtype {
  if (DTYPES.includes(name as Dtype)) return { kind: 'tensor', type: name as Dtype };
  if (name === 'bytes' || name === 'object') return { kind: name };
  const [, kind, unit] = TIME_DTYPE.exec(name) ?? [];
  if (kind && TIME_UNITS.includes(unit as TimeUnit)) {
    return { kind: kind as 'datetime' | 'timedelta', unit: unit as TimeUnit };
  }
  throw unknownDtype(name);
}

function unknownDtype(name: string): HostError {
  const names = [...DTYPES, 'bytes', 'object', 'datetime64[s]', 'timedelta64[s]'];
  const nearest = nearestName(name, names);
  const fix = nearest ? `Did you mean '${nearest}'?` : `A dtype is one of ${names.join(', ')}, or an object of fields.`;
  const message = `We currently do not support extracting schema from data of type ${name}: there is no such dtype here.`;
  return new HostError('ENTRY_INVALID', message, { fix });
}
