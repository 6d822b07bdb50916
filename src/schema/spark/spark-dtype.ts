import type { ColumnType } from '../../data-frame/column.js';
import { HostError } from '../../errors.js';
import { byKind, type SampleKind } from '../standard/sample-kind.js';

/** The types of Spark that are one value, by the names that Spark SQL has for them, and what a `DataFrame` holds for each. */
export const sparkScalars = {
  byte: 'int8',
  short: 'int16',
  integer: 'int32',
  long: 'int64',
  float: 'float32',
  double: 'float64',
  decimal: 'float64',
  boolean: 'bool',
  string: 'string',
  binary: 'object',
  date: 'datetime',
  timestamp: 'datetime',
} as const satisfies Readonly<Record<string, ColumnType>>;

export type SparkScalar = keyof typeof sparkScalars;

/**
 * A type of Spark: a name; an array as a list of the one type of its elements, `['integer']`; a struct as an object of
 * its fields, `{ x: 'long' }`; a map, whose keys are strings, as an object of any field, `{ '*': 'double' }`.
 */
export type SparkDtype = SparkScalar | readonly [SparkDtype] | { readonly [field: string]: SparkDtype };

/** What a type consists of. */
export type ParsedSparkDtype =
  | { readonly kind: 'scalar'; readonly name: SparkScalar }
  | { readonly kind: 'array'; readonly element: SparkDtype }
  | { readonly kind: 'map'; readonly value: SparkDtype }
  | { readonly kind: 'struct'; readonly fields: readonly (readonly [string, SparkDtype])[] };

/** The one field of a map. */
const ANY_FIELD = '*';

/** @throws {HostError} `ENTRY_INVALID` for what is no type of Spark. */
export function parseSparkDtype(dtype: SparkDtype): ParsedSparkDtype {
  if (typeof dtype === 'string' && Object.hasOwn(sparkScalars, dtype)) return { kind: 'scalar', name: dtype };
  if (isArrayDtype(dtype) && dtype.length === 1) return { kind: 'array', element: dtype[0] };
  if (typeof dtype !== 'object' || dtype === null || isArrayDtype(dtype)) throw noDtype(dtype);
  const fields = Object.entries(dtype);
  const [first, ...others] = fields;
  if (first?.[0] === ANY_FIELD && others.length === 0) return { kind: 'map', value: first[1] };
  // A validator passes over this one name.
  if (Object.hasOwn(dtype, '__proto__')) {
    throw new HostError('ENTRY_INVALID', 'A field of a Spark struct cannot be named __proto__.');
  }
  return { kind: 'struct', fields };
}

function isArrayDtype(dtype: SparkDtype): dtype is readonly [SparkDtype] {
  return Array.isArray(dtype);
}

function noDtype(dtype: unknown): HostError {
  const names = Object.keys(sparkScalars).join(', ');
  const fix = `Use one of ${names}; ['integer'] for an array, { x: 'long' } for a struct, { '*': 'double' } for a map.`;
  return new HostError('ENTRY_INVALID', `There is no Spark type ${JSON.stringify(dtype) ?? String(dtype)}.`, { fix });
}

/** What a frame's column is in Spark, which has no integers without sign. */
const ofColumns: Readonly<Partial<Record<ColumnType, SparkScalar>>> = {
  int8: 'byte',
  int16: 'short',
  int32: 'integer',
  int64: 'long',
  uint8: 'short',
  uint16: 'integer',
  uint32: 'long',
  float16: 'float',
  float32: 'float',
  float64: 'double',
  bool: 'boolean',
  string: 'string',
  datetime: 'timestamp',
};

const ofKinds: Readonly<Partial<Record<SampleKind, SparkScalar>>> = {
  number: 'double',
  bigint: 'long',
  string: 'string',
  boolean: 'boolean',
  date: 'timestamp',
  bytes: 'binary',
};

/**
 * The type that a column of a sample means.
 *
 * @param name - The column, for messages.
 * @throws {HostError} `ENTRY_INVALID` if Spark has none, or the cells do not tell.
 */
export function sparkDtypeOf(name: string, type: ColumnType, cells: readonly unknown[]): SparkDtype {
  if (type === 'object') return dtypeOfCells(name, cells);
  const known = ofColumns[type];
  if (known === undefined) throw unclear(name, `Spark has no type for ${type}`);
  return known;
}

function dtypeOfCells(name: string, cells: readonly unknown[]): SparkDtype {
  const groups = byKind(cells);
  groups.delete('null');
  if (groups.has('number')) groups.delete('bigint');
  const [group, ...others] = groups;
  if (group === undefined) throw unclear(name, 'nothing but null is there');
  if (others.length > 0) throw unclear(name, `it holds ${[...groups.keys()].join(' and ')}`);
  const [kind, values] = group;
  const inside = (parts: readonly unknown[]) => dtypeOfCells(name, parts);
  switch (kind) {
    case 'array':
      return [inside((values as unknown[][]).flat())];
    case 'map':
      return { [ANY_FIELD]: inside((values as Map<unknown, unknown>[]).flatMap((map) => [...map.values()])) };
    case 'object':
      return structOf(values as Record<string, unknown>[], inside);
    default: {
      const scalar = ofKinds[kind];
      if (scalar === undefined) throw unclear(name, `it holds a ${kind}`);
      return scalar;
    }
  }
}

function structOf(
  values: readonly Record<string, unknown>[],
  inside: (parts: readonly unknown[]) => SparkDtype,
): SparkDtype {
  const names = new Set(values.flatMap((value) => Object.keys(value)));
  const membersOf = (name: string) => values.filter((value) => Object.hasOwn(value, name)).map((value) => value[name]);
  return Object.fromEntries([...names].map((name) => [name, inside(membersOf(name))]));
}

function unclear(name: string, why: string): HostError {
  const fix = `Say what it is: new SparkParameterType(sample, { dtypes: { ${JSON.stringify(name)}: 'string' } }).`;
  const message = `Invalid sample input provided: no Spark type can be told for column '${name}': ${why}.`;
  return new HostError('ENTRY_INVALID', message, { fix });
}
