import type { JsonSchema } from './json-schema.js';

/** A schema may be `true` or `false` wherever it is not the outermost. */
export type AnySchema = JsonSchema | boolean;

const single = new Set([
  'additionalProperties',
  'contains',
  'contentSchema',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
]);
const lists = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const maps = new Set(['$defs', 'definitions', 'dependentSchemas', 'patternProperties', 'properties']);

/** The value of a keyword with the schemas in it replaced; names of members are no keywords. */
export function mapParts(keyword: string, value: unknown, replace: (part: AnySchema) => AnySchema): unknown {
  if (single.has(keyword)) return replace(value as AnySchema);
  if (lists.has(keyword)) return (value as AnySchema[]).map(replace);
  if (!maps.has(keyword)) return value;
  return Object.fromEntries(Object.entries(value as object).map(([name, part]) => [name, replace(part as AnySchema)]));
}

/**
 * A schema that has been put into another one, at a place of it: its references into itself start there.
 *
 * @param place - JSON pointer in the form that references have.
 */
export function movedTo(place: string, schema: JsonSchema): JsonSchema {
  return moved(schema, place) as JsonSchema;
}

function moved(schema: AnySchema, place: string): AnySchema {
  // With an id of its own a schema is what its references start from.
  if (typeof schema !== 'object' || schema.$id !== undefined) return schema;
  const entries = Object.entries(schema).map(([keyword, value]) => [
    keyword,
    keyword === '$ref'
      ? movedReference(value as string, place)
      : mapParts(keyword, value, (part) => moved(part, place)),
  ]);
  return Object.fromEntries(entries) as JsonSchema;
}

function movedReference(reference: string, place: string): string {
  return reference === '#' || reference.startsWith('#/') ? `#${place}${reference.slice(1)}` : reference;
}
