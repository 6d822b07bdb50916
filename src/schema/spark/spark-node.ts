import { type IntegerType, isFloatType, isIntegerType } from '../../dtype.js';
import { parseDateTime } from '../dates.js';
import { ownMember } from '../frame/frame-of.js';
import { type JsonSchema, nullable } from '../json-schema.js';
import { bytesElement, type Element, tensorElement } from '../numpy/element.js';
import { pointerToken } from '../refusal.js';
import { scalarNode } from '../standard/scalar-nodes.js';
import { parseSparkDtype, type SparkDtype, type SparkScalar, sparkScalars } from './spark-dtype.js';

/**
 * The cells of a type of Spark. Inside of arrays, maps and structs null is let through where it is in the sample.
 *
 * @param cells - Those of the sample.
 * @throws {HostError} `ENTRY_INVALID` for what is no type of Spark.
 */
export function sparkNode(dtype: SparkDtype, cells: readonly unknown[]): Element {
  const parsed = parseSparkDtype(dtype);
  switch (parsed.kind) {
    case 'scalar':
      return scalars[parsed.name];
    case 'array':
      return arrayNode(
        orNull(
          parsed.element,
          cells.flatMap((cell) => (Array.isArray(cell) ? cell : [])),
        ),
      );
    case 'map':
      return mapNode(
        orNull(
          parsed.value,
          cells.flatMap((cell) => entriesOf(cell).map(([, value]) => value)),
        ),
      );
    case 'struct': {
      const objects = cells.filter((cell) => typeof cell === 'object' && cell !== null) as object[];
      const membersOf = (name: string) => objects.map((object) => ownMember(object, name) ?? null);
      return structNode(new Map(parsed.fields.map(([name, field]) => [name, orNull(field, membersOf(name))])));
    }
  }
}

export function isMissing(cell: unknown): boolean {
  return cell === null || Number.isNaN(cell);
}

function orNull(dtype: SparkDtype, cells: readonly unknown[]): Element {
  const { schema, fromJson, toJson } = sparkNode(dtype, cells);
  if (!cells.some(isMissing)) return { schema, fromJson, toJson };
  return {
    schema: nullable(schema),
    fromJson: (value, path) => (value === null ? null : fromJson(value, path)),
    toJson: (value) => (isMissing(value) ? null : toJson(value)),
  };
}

const asItIs = (value: unknown) => value;
const moment = scalarNode('date', false);

const scalars: Readonly<Record<SparkScalar, Element>> = {
  byte: number('byte'),
  short: number('short'),
  integer: number('integer'),
  long: number('long'),
  float: number('float'),
  double: number('double'),
  decimal: number('decimal'),
  boolean: { schema: { type: 'boolean' }, fromJson: asItIs, toJson: asItIs },
  string: { schema: { type: 'string' }, fromJson: asItIs, toJson: asItIs },
  binary: bytesElement,
  date: {
    schema: { type: 'string', format: 'date' },
    fromJson: (value) => parseDateTime(value as string),
    toJson: (value) => (value instanceof Date ? dayText(value) : value),
  },
  timestamp: {
    schema: moment.schema,
    fromJson: (value) => parseDateTime(value as string),
    toJson: moment.toJson ?? asItIs,
  },
};

/** What is no date is null, as it is wherever results are written. */
function dayText(date: Date): string | null {
  return Number.isNaN(date.getTime()) ? null : (date.toISOString().split('T', 1)[0] as string);
}

function number(name: 'byte' | 'short' | 'integer' | 'long' | 'float' | 'double' | 'decimal'): Element {
  const type = sparkScalars[name];
  const schema: JsonSchema = isFloatType(type)
    ? { type: 'number', format: name }
    : tensorElement(type satisfies IntegerType, false).schema;
  const isLong = isIntegerType(type) && type === 'int64';
  return { schema, fromJson: isLong ? (value) => BigInt(value as number) : Number, toJson: asItIs };
}

function arrayNode({ schema, fromJson, toJson }: Element): Element {
  return {
    schema: { type: 'array', items: schema },
    fromJson: (value, path) => (value as unknown[]).map((item, i) => fromJson(item, `${path}/${i}`)),
    toJson: (value) => (Array.isArray(value) ? value.map(toJson) : value),
  };
}

function mapNode({ schema, fromJson, toJson }: Element): Element {
  return {
    schema: { type: 'object', additionalProperties: schema },
    fromJson: (value, path) =>
      new Map(entriesOf(value).map(([key, item]) => [key, fromJson(item, `${path}/${pointerToken(key)}`)])),
    toJson: (value) => Object.fromEntries(entriesOf(value).map(([key, item]) => [key, toJson(item)])),
  };
}

function entriesOf(value: unknown): [string, unknown][] {
  if (value instanceof Map) return [...value].map(([key, item]) => [String(key), item]);
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

/** As in a frame of Spark all fields are there, and no others. */
function structNode(fields: ReadonlyMap<string, Element>): Element {
  const each = (value: unknown, convert: (field: Element, member: unknown, name: string) => unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    const members = [...fields].map(([name, field]) => [name, convert(field, ownMember(value, name) ?? null, name)]);
    return Object.fromEntries(members);
  };
  return {
    schema: {
      type: 'object',
      ...(fields.size > 0 ? { required: [...fields.keys()] } : {}),
      properties: Object.fromEntries([...fields].map(([name, { schema }]) => [name, schema])),
    },
    fromJson: (value, path) =>
      each(value, (field, member, name) => field.fromJson(member, `${path}/${pointerToken(name)}`)),
    toJson: (value) => each(value, (field, member) => (member === null ? null : field.toJson(member))),
  };
}
