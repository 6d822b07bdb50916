import type { JsonSchema } from '../json-schema.js';
import { pointerToken } from '../refusal.js';
import { type AnySchema, mapParts, movedTo } from '../schema-parts.js';
import { olderFragment } from './older-fragment.js';

/** The versions of OpenAPI that are printed, by what their schemas can say. */
export type OpenApiVersion = '2' | '3' | '3.1';

/**
 * A schema in the words of a version of OpenAPI. 3.1 is JSON Schema itself; the others know a part of it, and what they
 * cannot say is left out, so that a document is valid in every version, and never refuses what the host takes.
 *
 * @param place - JSON pointer of the schema in its document: references of the schema into itself start there.
 */
export function fragmentFor(version: OpenApiVersion, schema: JsonSchema, place: string): object {
  if (version !== '3.1') return olderFragment(version, schema);
  const printed = jsonSchemaOf(movedTo(place, schema)) as JsonSchema;
  // Said outright, as readers of 3.0 want it: some know no array without it in 3.1 either.
  const saysItems = printed.type !== 'array' || 'items' in printed || 'unevaluatedItems' in printed;
  return saysItems ? printed : { ...printed, items: {} };
}

function jsonSchemaOf(schema: AnySchema): AnySchema {
  if (typeof schema !== 'object') return schema;
  const entries = Object.entries(schema).flatMap(([keyword, value]) => printKeyword(keyword, value, schema));
  return Object.fromEntries(entries);
}

/** A keyword in the words of the draft: `example` and `nullable` are OpenAPI 3.0's. */
function printKeyword(keyword: string, value: unknown, schema: JsonSchema): readonly [string, unknown][] {
  switch (keyword) {
    case '$schema':
    case 'nullable':
      return [];
    case 'type':
      return [['type', schema.nullable === true ? withNull(value) : value]];
    case 'example':
      return [['examples', [value, ...((schema.examples as unknown[] | undefined) ?? [])]]];
    case 'examples':
      return 'example' in schema ? [] : [['examples', value]];
    case 'format':
      return isBase64(value) && !('contentEncoding' in schema)
        ? [
            ['format', value],
            ['contentEncoding', 'base64'],
          ]
        : [['format', value]];
    case '$defs':
    case 'definitions':
      return [[keyword, mapParts(keyword, value, (part) => asObject(jsonSchemaOf(part)))]];
    default:
      return [[keyword, mapParts(keyword, value, jsonSchemaOf)]];
  }
}

/** What a reference may lead to is an object: not all readers know that it may be `true`. */
function asObject(schema: AnySchema): AnySchema {
  if (typeof schema === 'object') return schema;
  return schema ? {} : { not: {} };
}

function withNull(type: unknown): unknown {
  const types = Array.isArray(type) ? type : [type];
  return types.includes('null') ? types : [...types, 'null'];
}

function isBase64(format: unknown): boolean {
  return format === 'byte' || format === 'binary';
}

/** A part of a JSON pointer, as a reference has it. */
export function referenceToken(name: string): string {
  return encodeURIComponent(pointerToken(name));
}
