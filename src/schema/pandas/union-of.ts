import { isDeepStrictEqual } from 'node:util';
import { type JsonSchema, typesOf } from '../json-schema.js';

/**
 * What is true of the cells of all columns: for layouts whose rows are arrays, of which a schema that all versions of
 * OpenAPI know says one thing for all. Numbers of both kinds are numbers, strings of any format are strings.
 */
export function unionOf(schemas: readonly JsonSchema[]): JsonSchema {
  const parts = schemas.flatMap((schema) => schema.anyOf ?? [schema]);
  if (parts.length === 0 || parts.some((part) => typesOf(part).length === 0)) return {};
  const known: JsonSchema[] = [];
  for (const part of parts.flatMap(singleTypes)) add(part, known);
  const isFloat = known.some(({ type }) => type === 'number');
  const distinct = known.filter(({ type }) => type !== 'null' && !(isFloat && type === 'integer'));
  const ofNull = known.some(({ type }) => type === 'null');
  const [first, ...others] = distinct;
  if (first === undefined) return { type: 'null' };
  if (others.length > 0) return { anyOf: ofNull ? [...distinct, { type: 'null' }] : distinct };
  return ofNull ? { ...first, type: [...typesOf(first), 'null'] } : first;
}

function singleTypes(schema: JsonSchema): JsonSchema[] {
  const { format, ...others } = schema;
  return typesOf(schema).map((type) => {
    if (type === 'null') return { type };
    return { ...others, type, ...(format !== undefined && type !== 'string' ? { format } : {}) };
  });
}

function add(part: JsonSchema, known: JsonSchema[]): void {
  const at = known.findIndex((other) => isDeepStrictEqual(part, other) || areIntegers(part, other));
  const same = known[at];
  if (same === undefined) known.push(part);
  else if (part.type === 'integer') known[at] = widerRange(same, part);
}

function areIntegers(a: JsonSchema, b: JsonSchema): boolean {
  return a.type === 'integer' && b.type === 'integer';
}

function widerRange({ minimum: minA, maximum: maxA, ...schema }: JsonSchema, { minimum, maximum }: JsonSchema) {
  return {
    ...schema,
    ...(minA === undefined || minimum === undefined ? {} : { minimum: minimum < minA ? minimum : minA }),
    ...(maxA === undefined || maximum === undefined ? {} : { maximum: maximum > maxA ? maximum : maxA }),
  };
}
