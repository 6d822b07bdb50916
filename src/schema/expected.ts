import { stringFormats } from './formats.js';
import { type JsonSchema, type JsonTypeName, typesOf } from './json-schema.js';
import { type NumberRule, numberKeyword } from './number-rule.js';

/** What a value must be, in words: `an integer from 0 to 255`, `a string or null`. */
export function expected(schema: JsonSchema): string {
  if (schema.enum) return `one of ${schema.enum.map((value) => JSON.stringify(value)).join(', ')}`;
  if (schema.anyOf) return schema.anyOf.map(expected).join(' or ');
  const rule = schema[numberKeyword] as NumberRule | undefined;
  const types = rule?.types ?? typesOf(schema);
  return types.map((type) => words[type](rule ? { ...schema, ...rule } : schema)).join(' or ') || 'any value';
}

const words: Readonly<Record<JsonTypeName, (schema: JsonSchema) => string>> = {
  array: arrayWords,
  boolean: () => 'true or false',
  integer: (schema) => `an integer${rangeWords(schema)}`,
  null: () => 'null',
  number: (schema) => `a number${rangeWords(schema)}`,
  object: () => 'an object',
  string: stringWords,
};

function arrayWords({ minItems, maxItems }: JsonSchema): string {
  if (minItems === undefined && maxItems === undefined) return 'an array';
  if (minItems === maxItems) return `an array of ${minItems}`;
  if (maxItems === undefined) return `an array of ${minItems} or more`;
  return `an array of ${minItems ?? 0} to ${maxItems}`;
}

function rangeWords({ minimum, maximum }: JsonSchema): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return ` of at least ${minimum}`;
  return maximum === undefined ? '' : ` of at most ${maximum}`;
}

function stringWords({ format = '' }: JsonSchema): string {
  const example = Object.hasOwn(stringFormats, format) ? stringFormats[format]?.example : undefined;
  return example === undefined ? 'a string' : `a string of format ${format}, as ${JSON.stringify(example)}`;
}
