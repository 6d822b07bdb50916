import { movedTo } from './schema-parts.js';

/** What a value in JSON is called by JSON Schema. */
export type JsonTypeName = 'array' | 'boolean' | 'integer' | 'null' | 'number' | 'object' | 'string';

/**
 * The part of JSON Schema (draft 2020-12, as OpenAPI 3.1 has it) that the parameter types of the host use. Inputs are
 * checked by it, and the OpenAPI documents print it, translated to what each version knows.
 *
 * A parameter type of your own may use any other keyword of the draft too.
 */
export interface JsonSchema {
  /** `['string', 'null']` where null is let through. Left out: any value. */
  readonly type?: JsonTypeName | readonly JsonTypeName[];
  /** Formats of strings are checked (see `formats.ts`); those of numbers and containers only name the type. */
  readonly format?: string;
  readonly description?: string;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  /** Ends of the range, included. bigint where a double would be too coarse. */
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  /** A valid value. Every parameter type has one: the documents show it, and `/docs` fills it in. */
  readonly example?: unknown;
  readonly [keyword: string]: unknown;
}

/** A schema as it is, or null. */
export function nullable(schema: JsonSchema): JsonSchema {
  if (restrictsNull.some((keyword) => keyword in schema)) {
    const { example, ...rest } = schema;
    return { anyOf: [movedTo('/anyOf/0', rest), { type: 'null' }], ...('example' in schema ? { example } : {}) };
  }
  if (schema.anyOf) {
    return schema.anyOf.some(({ type }) => type === 'null')
      ? schema
      : { ...schema, anyOf: [...schema.anyOf, { type: 'null' }] };
  }
  if (schema.type === undefined) return schema;
  const types = typesOf(schema);
  return types.includes('null') ? schema : { ...schema, type: [...types, 'null'] };
}

/** Keywords that hold for null too, whatever the type says. */
const restrictsNull = ['$ref', 'allOf', 'const', 'enum', 'if', 'not', 'oneOf'];

/** The types that a schema names; none if it takes any value. */
export function typesOf({ type }: JsonSchema): readonly JsonTypeName[] {
  if (type === undefined) return [];
  return typeof type === 'string' ? [type] : type;
}

/** A schema without its example, which belongs to the whole it is a part of. */
export function withoutExample({ example: _, ...schema }: JsonSchema): JsonSchema {
  return schema;
}
