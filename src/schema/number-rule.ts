import { type JsonSchema, type JsonTypeName, typesOf } from './json-schema.js';

/**
 * What a schema says of a value that may be a number.
 *
 * JSON Schema's own keywords know doubles only. Values here may be bigint, whose range is exact, and NaN or ±Infinity,
 * which no schema can speak of: they are no integers, and beyond no end of a range of floats.
 */
export interface NumberRule {
  readonly types: readonly JsonTypeName[];
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
}

/** The keyword that stands for `type`, `minimum` and `maximum` where a number is let through. */
export const numberKeyword = 'scorehostNumber';

/** The same schema for the check: see {@link NumberRule}. */
export function withNumberRules(schema: JsonSchema): JsonSchema {
  const types = typesOf(schema);
  const parts = Object.fromEntries(Object.entries(schema).map(([keyword, part]) => [keyword, withPart(keyword, part)]));
  if (!types.includes('number') && !types.includes('integer')) return parts;
  const { type: _type, minimum, maximum, format, ...others } = parts as JsonSchema;
  const rule = { types, ...(minimum === undefined ? {} : { minimum }), ...(maximum === undefined ? {} : { maximum }) };
  return { ...others, ...(types.includes('string') && format ? { format } : {}), [numberKeyword]: rule };
}

/** Keywords whose value is a schema, a list of schemas, or schemas by name. */
const SCHEMA = new Set(['items', 'additionalProperties', 'not', 'contains', 'propertyNames', 'if', 'then', 'else']);
const SCHEMA_LIST = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems']);
const SCHEMA_MAP = new Set(['properties', 'patternProperties', 'dependentSchemas', '$defs']);

function withPart(keyword: string, part: unknown): unknown {
  if (typeof part !== 'object' || part === null) return part;
  if (SCHEMA.has(keyword)) return withNumberRules(part as JsonSchema);
  if (SCHEMA_LIST.has(keyword)) return (part as JsonSchema[]).map(withNumberRules);
  if (!SCHEMA_MAP.has(keyword)) return part;
  return Object.fromEntries(Object.entries(part).map(([name, each]) => [name, withNumberRules(each as JsonSchema)]));
}

export function acceptsNumber({ types, minimum, maximum }: NumberRule, value: unknown): boolean {
  if (typeof value !== 'number' && typeof value !== 'bigint') return types.includes(jsonTypeOf(value));
  const whole = typeof value === 'bigint' || Number.isInteger(value);
  if (!whole && !types.includes('number')) return false;
  return !(minimum !== undefined && value < minimum) && !(maximum !== undefined && value > maximum);
}

function jsonTypeOf(value: unknown): JsonTypeName {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as JsonTypeName;
}
