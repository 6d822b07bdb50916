import { type JsonSchema, typesOf } from '../json-schema.js';

/** The versions of OpenAPI that are printed, by what their schemas can say. */
export type OpenApiVersion = '2' | '3' | '3.1';

/**
 * A schema in the words of a version of OpenAPI. 3.1 is JSON Schema itself. 3.0 has one
 * type and `nullable`. 2.0 has neither null nor alternatives: it says the former by the extension that tools know, and
 * of the latter nothing, which is any value.
 */
export function fragmentFor(version: OpenApiVersion, schema: JsonSchema): object {
  if (version === '3.1') return mapParts(schema, (part) => fragmentFor(version, part));
  const { $schema: _, ...single } = withoutNull(version, schema);
  return mapParts(single, (part) => fragmentFor(version, part));
}

/** The keywords whose values are schemas, with each of these replaced. */
function mapParts(schema: JsonSchema, replace: (part: JsonSchema) => object): object {
  const entries = Object.entries(schema).map(([keyword, value]) => [keyword, mapPart(keyword, value, replace)]);
  return Object.fromEntries(entries);
}

function mapPart(keyword: string, value: unknown, replace: (part: JsonSchema) => object): unknown {
  if (typeof value !== 'object' || value === null) return value;
  switch (keyword) {
    case 'items':
    case 'additionalProperties':
    case 'not':
      return replace(value as JsonSchema);
    case 'anyOf':
    case 'oneOf':
    case 'allOf':
      return (value as JsonSchema[]).map(replace);
    case 'properties':
      return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, replace(part as JsonSchema)]));
    default:
      return value;
  }
}

/** What a schema says of null, in the words of the versions that have no such type. */
function withoutNull(version: '2' | '3', schema: JsonSchema): JsonSchema {
  const word = version === '3' ? 'nullable' : 'x-nullable';
  if (schema.anyOf) return withoutNullOf(schema.anyOf, version, word, schema);
  const types = typesOf(schema);
  const { type: _, ...untyped } = schema;
  const others = types.filter((type) => type !== 'null');
  const nullable = others.length < types.length ? { [word]: true } : {};
  if (others.length === 1) return { type: others[0] as 'string', ...untyped, ...nullable };
  if (others.length === 0) return { ...untyped, ...nullable };
  return version === '3' ? { ...untyped, anyOf: others.map((type) => ({ type })), ...nullable } : untyped;
}

function withoutNullOf(anyOf: readonly JsonSchema[], version: '2' | '3', word: string, schema: JsonSchema): JsonSchema {
  const { anyOf: _, ...others } = schema;
  const parts = anyOf.filter(({ type }) => type !== 'null');
  const nullable = parts.length < anyOf.length ? { [word]: true } : {};
  if (parts.length === 1) return { ...(parts[0] as JsonSchema), ...others, ...nullable };
  return version === '3' ? { ...others, anyOf: parts, ...nullable } : { ...others, ...nullable };
}
